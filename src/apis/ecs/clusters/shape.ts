import type { Cluster as AwsCluster, ClusterField, KeyValuePair } from '@aws-sdk/client-ecs';
import type { Cluster } from '../../../model/cluster.ts';
import type { ClusterStore } from '../../../model/ports.ts';

/**
 * A cluster as ECS answers it. Settings, tags and statistics are empty unless included, as recorded from ECS in
 * September 2026; the other optional members are absent.
 */
export function clusterShape(
  cluster: Cluster,
  clusters: ClusterStore,
  include: readonly ClusterField[],
): AwsCluster {
  const { runningTasksCount, pendingTasksCount } = clusters.counts(cluster.scope, cluster.name);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    ...(include.includes('CONFIGURATIONS') &&
      cluster.configuration && { configuration: cluster.configuration }),
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount,
    pendingTasksCount,
    activeServicesCount: 0,
    statistics: include.includes('STATISTICS') ? statistics(cluster, clusters) : [],
    tags: include.includes('TAGS') ? [...cluster.tags] : [],
    settings: include.includes('SETTINGS') ? [...cluster.settings] : [],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.defaultCapacityProviderStrategy],
    ...(include.includes('ATTACHMENTS') && { attachments: [] }),
    ...(cluster.serviceConnectDefaults && { serviceConnectDefaults: cluster.serviceConnectDefaults }),
  };
}

/** What CreateCluster and the actions that change a cluster answer: all but statistics. */
export const WHOLE_CLUSTER: readonly ClusterField[] = ['CONFIGURATIONS', 'SETTINGS', 'TAGS'];

const LAUNCH_TYPES = [
  ['EC2', 'EC2'],
  ['FARGATE', 'Fargate'],
  ['EXTERNAL', 'External'],
  ['MANAGED_INSTANCES', 'ManagedInstances'],
] as const;

/** Source: ECS API reference, Cluster.statistics: counts by launch type, as strings. */
function statistics(cluster: Cluster, clusters: ClusterStore): KeyValuePair[] {
  const counts = clusters.countsByLaunchType(cluster.scope, cluster.name);
  return LAUNCH_TYPES.flatMap(([launchType, word]) => [
    { name: `running${word}TasksCount`, value: String(counts.get(launchType)?.runningTasksCount ?? 0) },
    { name: `pending${word}TasksCount`, value: String(counts.get(launchType)?.pendingTasksCount ?? 0) },
    { name: `active${word}ServiceCount`, value: '0' },
    { name: `draining${word}ServiceCount`, value: '0' },
  ]);
}
