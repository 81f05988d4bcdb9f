import type {
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
} from '@aws-sdk/client-ecs';
import { refuseInUse } from '../capacity-providers/in-use.ts';
import { findProvider } from '../capacity-providers/find-provider.ts';
import { checkedProviders, checkedStrategy } from '../capacity-providers/strategy-rules.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findActiveCluster } from './find-cluster.ts';
import { clusterShape, WHOLE_CLUSTER } from './shape.ts';

/**
 * Replaces a cluster's capacity providers and default strategy. Those of Managed Instances are the cluster's whether or
 * not they are named: only their deletion takes them off it. Source: ECS API reference, CreateCapacityProvider.cluster.
 */
export const putClusterCapacityProviders: EcsOperation<
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse
> = (
  context,
  { cluster: identifier, capacityProviders: named = [], defaultCapacityProviderStrategy = [] },
) => {
  const { store } = context;
  const cluster = findActiveCluster(context, identifier);
  const asked = checkedProviders(context, cluster.name, named);
  const staying = cluster.capacityProviders.filter(
    (name) => findProvider(context, name)?.source.kind === 'managedInstances',
  );
  const capacityProviders = [...new Set([...asked, ...staying])];
  const strategy = checkedStrategy(context, defaultCapacityProviderStrategy, capacityProviders);
  refuseInUse(
    context,
    cluster,
    cluster.capacityProviders.filter((name) => !capacityProviders.includes(name)),
  );
  const updated = { ...cluster, capacityProviders, defaultCapacityProviderStrategy: strategy };
  store.clusters.put(updated);
  return { cluster: clusterShape(updated, store, [...WHOLE_CLUSTER, 'ATTACHMENTS']) };
};
