import type { UpdateClusterSettingsRequest, UpdateClusterSettingsResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { clusterSettings } from './cluster-settings.ts';
import { findActiveCluster } from './find-cluster.ts';
import { clusterShape, WHOLE_CLUSTER } from './shape.ts';

/** Replaces the settings; a setting that is not named goes back to the account's. */
export const updateClusterSettings: EcsOperation<
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse
> = (context, input) => {
  const { store } = context;
  const cluster = findActiveCluster(context, input.cluster);
  const updated = { ...cluster, settings: clusterSettings(context, input.settings) };
  store.clusters.put(updated);
  return { cluster: clusterShape(updated, store, WHOLE_CLUSTER) };
};
