import type { PlacementStrategy } from '@aws-sdk/client-ecs';
import type { ContainerInstanceArn } from '../model/arn.ts';
import { addsInstances } from '../model/capacity-provider.ts';
import { ClusterQueryError } from '../model/cluster-query.ts';
import { isPlaced } from '../model/new-task.ts';
import { instanceViews, readConstraints, type PlacementSource } from '../model/place-on-cluster.ts';
import { needsOf, type PlacementConstraints, type PlacementRequest } from '../model/placement.ts';
import type { EcsStore } from '../model/ports.ts';
import { serviceGroup, type Deployment, type Service, type ServiceRevision } from '../model/service.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type { LaunchType } from '../model/task.ts';
import { createPlacer, type Placer } from './placer.ts';

export type ServicePlacementSource = PlacementSource & {
  readonly store: Pick<
    EcsStore,
    'capacityProviders' | 'clusters' | 'containerInstances' | 'taskDefinitions' | 'tasks'
  >;
};

/** How the tasks of a revision are launched: where it does not say, its capacity providers do. */
export const launchTypeOf = ({ launchType, providerLaunchType }: ServiceRevision): LaunchType =>
  // Revisions of earlier versions knew Fargate's own providers only.
  launchType ?? providerLaunchType ?? 'FARGATE';

/**
 * What a service does that has no strategy. Source: ECS developer guide, service scheduler: the zone with the fewest tasks
 * of the service, and there the instance with the fewest.
 */
const SPREAD: readonly PlacementStrategy[] = [
  { type: 'spread', field: 'attribute:ecs.availability-zone' },
  { type: 'spread', field: 'instanceId' },
];

/**
 * A placer for one plan of a service. It reads what it is asked for: nothing at all for Fargate's tasks, what a
 * cluster's instances hold when a task is to start.
 */
export function placerOf(source: ServicePlacementSource, service: Service): Placer {
  const { store, random } = source;
  const { scope, clusterName } = service;
  const requestOf = ({ revision }: Deployment): PlacementRequest | undefined => {
    if (!isPlaced(launchTypeOf(revision))) return undefined;
    const definition = store.taskDefinitions.getByArn(revision.taskDefinitionArn)?.definition;
    return (
      definition && {
        needs: needsOf(definition),
        group: serviceGroup(service.name),
        constraints: constraintsOf(service, definition),
        strategy: service.placementStrategy.length > 0 ? service.placementStrategy : SPREAD,
        addsInstances: addsInstances(revision.capacityProviderStrategy, (name) =>
          store.capacityProviders.get(scope, name),
        ),
      }
    );
  };
  let inactive: ReadonlySet<ContainerInstanceArn> | undefined;
  return createPlacer({
    isDaemon: service.schedulingStrategy === 'DAEMON',
    views() {
      const cluster = store.clusters.get(scope, clusterName);
      const views = cluster ? instanceViews(source, cluster) : [];
      return views.filter(({ instance }) => instance.status === 'ACTIVE');
    },
    inactive: () =>
      (inactive ??= new Set(
        store.containerInstances
          .list(scope, clusterName)
          .filter(({ status }) => status !== 'ACTIVE')
          .map(({ arn }) => arn),
      )),
    requestOf,
    random,
  });
}

function constraintsOf(
  { placementConstraints }: Service,
  definition: AwsTaskDefinition,
): PlacementConstraints {
  try {
    return readConstraints([...(definition.placementConstraints ?? []), ...placementConstraints]);
  } catch (error) {
    // A definition that was registered before its expressions were read.
    if (error instanceof ClusterQueryError) return { isDistinct: false, memberOf: [() => false] };
    throw error;
  }
}
