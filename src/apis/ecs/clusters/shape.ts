import type { Cluster as AwsCluster, ClusterField, KeyValuePair } from '@aws-sdk/client-ecs';
import type { Cluster } from '../../../model/cluster.ts';
import type { ClusterStore, ContainerInstanceStore, EcsStore, ServiceStore } from '../../../model/ports.ts';
import type { Service } from '../../../model/service.ts';
import { clusterAttachments } from './attachments.ts';

/**
 * A cluster as ECS answers it. Settings, tags and statistics are empty unless included, as recorded from ECS in
 * September 2026; the other optional members are absent.
 */
export function clusterShape(
  cluster: Cluster,
  store: Pick<EcsStore, 'capacityProviders' | 'clusters' | 'services' | 'containerInstances'>,
  include: readonly ClusterField[],
): AwsCluster {
  const { clusters, services, containerInstances, capacityProviders } = store;
  const { runningTasksCount, pendingTasksCount } = clusters.counts(cluster.scope, cluster.name);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    ...(include.includes('CONFIGURATIONS') &&
      cluster.configuration && { configuration: cluster.configuration }),
    status: cluster.status,
    registeredContainerInstancesCount: registeredInstances(cluster, containerInstances),
    runningTasksCount,
    pendingTasksCount,
    activeServicesCount: activeServices(cluster, services),
    statistics: include.includes('STATISTICS') ? statistics(cluster, clusters, services) : [],
    tags: include.includes('TAGS') ? [...cluster.tags] : [],
    settings: include.includes('SETTINGS') ? [...cluster.settings] : [],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.defaultCapacityProviderStrategy],
    ...(include.includes('ATTACHMENTS') && {
      attachments: clusterAttachments(
        cluster,
        cluster.capacityProviders.flatMap((name) => capacityProviders.get(cluster.scope, name) ?? []),
      ),
      // Nothing is under way: what is asked for is there at once.
      ...(cluster.capacityProviders.length > 0 && { attachmentsStatus: 'UPDATE_COMPLETE' }),
    }),
    ...(cluster.serviceConnectDefaults && { serviceConnectDefaults: cluster.serviceConnectDefaults }),
  };
}

/**
 * How many container instances are ACTIVE or DRAINING. The machine itself is one of every cluster, whether or not it
 * was asked for yet. Source: ECS API reference, Cluster.registeredContainerInstancesCount.
 */
function registeredInstances({ scope, name, status }: Cluster, instances: ContainerInstanceStore): number {
  const saved = instances.list(scope, name);
  const isLocalMissing = status === 'ACTIVE' && saved.every(({ registered }) => registered);
  return saved.filter((one) => one.status !== 'INACTIVE').length + (isLocalMissing ? 1 : 0);
}

/** How many services of a cluster are ACTIVE. */
export const activeServices = (cluster: Cluster, services: ServiceStore): number =>
  services
    .counts(cluster.scope, cluster.name)
    .reduce((sum, { status, services: count }) => sum + (status === 'ACTIVE' ? count : 0), 0);

/** What the actions that change a cluster answer. */
export const WHOLE_CLUSTER: readonly ClusterField[] = ['CONFIGURATIONS', 'SETTINGS', 'TAGS'];

/** What those answer that say which capacity providers it has. Source: AWS CLI reference, examples. */
export const withAttachments = ({ capacityProviders }: Cluster): readonly ClusterField[] =>
  capacityProviders.length > 0 ? [...WHOLE_CLUSTER, 'ATTACHMENTS'] : WHOLE_CLUSTER;

const LAUNCH_TYPES = [
  ['EC2', 'EC2'],
  ['FARGATE', 'Fargate'],
  ['EXTERNAL', 'External'],
  ['MANAGED_INSTANCES', 'ManagedInstances'],
] as const;

/** Source: ECS API reference, Cluster.statistics: counts by launch type, as strings. */
function statistics(cluster: Cluster, clusters: ClusterStore, services: ServiceStore): KeyValuePair[] {
  const ofServices = services.counts(cluster.scope, cluster.name);
  const count = (launchType: string, status: Service['status']): string =>
    String(ofServices.find((one) => one.launchType === launchType && one.status === status)?.services ?? 0);
  const counts = clusters.countsByLaunchType(cluster.scope, cluster.name);
  return LAUNCH_TYPES.flatMap(([launchType, word]) => [
    { name: `running${word}TasksCount`, value: String(counts.get(launchType)?.runningTasksCount ?? 0) },
    { name: `pending${word}TasksCount`, value: String(counts.get(launchType)?.pendingTasksCount ?? 0) },
    { name: `active${word}ServiceCount`, value: count(launchType, 'ACTIVE') },
    { name: `draining${word}ServiceCount`, value: count(launchType, 'DRAINING') },
  ]);
}
