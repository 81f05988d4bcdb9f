import type { UpdateClusterRequest, UpdateClusterResponse } from '@aws-sdk/client-ecs';
import type { Cluster } from '../../../model/cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { clusterSettings } from './cluster-settings.ts';
import { findActiveCluster } from './find-cluster.ts';
import { clusterShape, WHOLE_CLUSTER } from './shape.ts';

/** Replaces the members that are given. */
export const updateCluster: EcsOperation<UpdateClusterRequest, UpdateClusterResponse> = (context, input) => {
  const { store } = context;
  const cluster = findActiveCluster(context, input.cluster);
  const updated: Cluster = {
    ...cluster,
    ...(input.settings && { settings: clusterSettings(context, input.settings) }),
    ...(input.configuration && { configuration: input.configuration }),
    ...(input.serviceConnectDefaults && { serviceConnectDefaults: input.serviceConnectDefaults }),
  };
  store.clusters.put(updated);
  return { cluster: clusterShape(updated, store, WHOLE_CLUSTER) };
};
