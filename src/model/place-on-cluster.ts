import type { PlacementConstraint, PlacementStrategy } from '@aws-sdk/client-ecs';
import { containerInstanceArn, type ContainerInstanceArn } from './arn.ts';
import type { Cluster } from './cluster.ts';
import { parseClusterQuery } from './cluster-query.ts';
import {
  viewOf,
  type ContainerInstance,
  type ContainerInstanceView,
  type Host,
} from './container-instance.ts';
import {
  needsOf,
  placeTasks,
  withPorts,
  type Placed,
  type PlacementConstraints,
  type PlacementReason,
  type PlacementResult,
} from './placement.ts';
import type { EcsStore } from './ports.ts';
import type { AwsTaskDefinition } from './task-definition.ts';

export type PlacementSource = {
  readonly store: Pick<EcsStore, 'containerInstances' | 'tasks'>;
  readonly host: Host;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  /** 0 to 1. */
  readonly random: () => number;
};

/** The container instances of a cluster, INACTIVE ones too. The machine itself is one of every ACTIVE cluster. */
export function clusterInstances(
  { store, now, newId }: Pick<PlacementSource, 'store' | 'now' | 'newId'>,
  { scope, name: clusterName, status }: Cluster,
): readonly ContainerInstance[] {
  const saved = store.containerInstances.list(scope, clusterName);
  if (status !== 'ACTIVE' || saved.some(({ registered }) => !registered)) return saved;
  const id = newId().replaceAll('-', '');
  const local: ContainerInstance = {
    scope,
    arn: containerInstanceArn(scope, clusterName, id),
    id,
    clusterName,
    attributes: [],
    status: 'ACTIVE',
    tags: [],
    version: 1,
    registeredAt: now(),
  };
  store.containerInstances.put(local);
  return [local, ...saved];
}

/** Container instances together with what their tasks hold. */
export function instanceViews(
  source: Pick<PlacementSource, 'store' | 'host' | 'now' | 'newId'>,
  cluster: Cluster,
): ContainerInstanceView[] {
  const usage = source.store.tasks.instanceUsage(cluster.scope, cluster.name);
  return clusterInstances(source, cluster).map((instance) => viewOf(instance, source.host, usage));
}

export type TaskToPlace = {
  readonly cluster: Cluster;
  /** Overrides applied. */
  readonly definition: AwsTaskDefinition;
  readonly group: string;
};

export type ClusterPlacement = TaskToPlace & {
  readonly constraints: readonly PlacementConstraint[];
  readonly strategy: readonly PlacementStrategy[];
  /** See PlacementRequest. */
  readonly addsInstances: boolean;
  readonly count: number;
};

/** What has no ACTIVE instance has nowhere to go at all: undefined. */
export function placeOnCluster(
  source: PlacementSource,
  { cluster, definition, group, constraints, strategy, addsInstances, count }: ClusterPlacement,
): PlacementResult | undefined {
  const active = instanceViews(source, cluster).filter(({ instance }) => instance.status === 'ACTIVE');
  if (active.length === 0) return undefined;
  const all = [...(definition.placementConstraints ?? []), ...constraints];
  const request = {
    needs: needsOf(definition),
    group,
    constraints: readConstraints(all),
    strategy,
    addsInstances,
  };
  return placeTasks(active, request, count, source.random);
}

export type InstancePlacement = {
  readonly placed: readonly Placed[];
  readonly failures: readonly {
    readonly arn: ContainerInstanceArn;
    readonly reason: PlacementReason | 'MISSING' | 'INACTIVE';
  }[];
};

/**
 * One task on each of these container instances, in this order. Source of the reasons: ECS developer guide, API failure
 * reasons; that one which is DRAINING counts as INACTIVE is ours.
 */
export function placeOnInstances(
  source: PlacementSource,
  { cluster, definition, group }: TaskToPlace,
  arns: readonly ContainerInstanceArn[],
): InstancePlacement {
  const views = new Map(instanceViews(source, cluster).map((view) => [view.instance.arn, view]));
  const constraints: PlacementConstraints = { isDistinct: false, memberOf: [] };
  const request = { needs: needsOf(definition), group, constraints, strategy: [] };
  const taken: string[] = [];
  const results = arns.map((arn): InstancePlacement => {
    const view = views.get(arn);
    if (view?.instance.status !== 'ACTIVE')
      return { placed: [], failures: [{ arn, reason: view ? 'INACTIVE' : 'MISSING' }] };
    const { placed, failures } = placeTasks([withPorts(view, taken)], request, 1, source.random);
    taken.push(...placed.flatMap(({ reserved }) => reserved.ports));
    return { placed, failures: failures.map(({ reason }) => ({ arn, reason })) };
  });
  return {
    placed: results.flatMap(({ placed }) => placed),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** Throws ClusterQueryError on an expression that cannot be read. */
export const readConstraints = (constraints: readonly PlacementConstraint[]): PlacementConstraints => ({
  isDistinct: constraints.some(({ type }) => type === 'distinctInstance'),
  memberOf: constraints
    .filter(({ type }) => type === 'memberOf')
    .map(({ expression = '' }) => parseClusterQuery(expression)),
});
