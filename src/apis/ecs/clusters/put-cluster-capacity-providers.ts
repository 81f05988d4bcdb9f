import type {
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
} from '@aws-sdk/client-ecs';
import { checkCapacityProviders, checkStrategy } from '../capacity-provider-rules.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findActiveCluster } from './find-cluster.ts';
import { clusterShape, WHOLE_CLUSTER } from './shape.ts';

/** Replaces a cluster's capacity providers and default strategy. */
export const putClusterCapacityProviders: EcsOperation<
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse
> = (context, { cluster: identifier, capacityProviders = [], defaultCapacityProviderStrategy = [] }) => {
  const { store } = context;
  const cluster = findActiveCluster(context, identifier);
  checkCapacityProviders(capacityProviders);
  checkStrategy(defaultCapacityProviderStrategy, capacityProviders);
  const updated = { ...cluster, capacityProviders, defaultCapacityProviderStrategy };
  store.clusters.put(updated);
  return { cluster: clusterShape(updated, store, WHOLE_CLUSTER) };
};
