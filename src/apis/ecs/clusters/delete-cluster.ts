import type { DeleteClusterRequest, DeleteClusterResponse } from '@aws-sdk/client-ecs';
import { AwsError, ClientException } from '../../../model/aws-error.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findCluster } from './find-cluster.ts';
import { activeServices, clusterShape, WHOLE_CLUSTER } from './shape.ts';

/** Makes a cluster INACTIVE; it stays describable. Source: ECS API reference, DeleteCluster. */
export const deleteCluster: EcsOperation<DeleteClusterRequest, DeleteClusterResponse> = (context, input) => {
  const { store } = context;
  const cluster = findCluster(context, input.cluster);
  if (activeServices(cluster, store.services) > 0) {
    // Source: ECS's words, recorded in GitHub issues.
    throw new AwsError(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  }
  const { runningTasksCount, pendingTasksCount } = store.clusters.counts(cluster.scope, cluster.name);
  if (runningTasksCount + pendingTasksCount > 0) {
    throw new AwsError(
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
  }
  // The machine itself is an instance of every cluster and keeps none.
  const instances = store.containerInstances.list(cluster.scope, cluster.name);
  if (instances.some(({ registered, status }) => registered && status !== 'INACTIVE')) {
    throw new AwsError(
      'ClusterContainsContainerInstancesException',
      'The Cluster cannot be deleted while Container Instances are active or draining.',
    );
  }
  // Source: ECS's words, recorded in GitHub issues.
  if (
    cluster.capacityProviders.some(
      (name) => store.capacityProviders.get(cluster.scope, name)?.source.kind === 'managedInstances',
    )
  )
    throw new ClientException(
      'The Cluster cannot be deleted while Cluster Scoped Capacity Providers are attached to the cluster.',
    );
  const deleted = { ...cluster, status: 'INACTIVE' as const };
  store.transaction(() => {
    store.clusters.put(deleted);
    store.containerInstances.deleteOfCluster(cluster.scope, cluster.name);
  });
  return { cluster: clusterShape(deleted, store, WHOLE_CLUSTER) };
};
