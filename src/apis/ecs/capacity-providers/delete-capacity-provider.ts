import type { DeleteCapacityProviderRequest, DeleteCapacityProviderResponse } from '@aws-sdk/client-ecs';
import { ClientException } from '../../../model/aws-error.ts';
import { isFargateProvider, type CapacityProvider } from '../../../model/capacity-provider.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { findActiveProvider, providerNameOf } from './find-provider.ts';
import { refuseInUse } from './in-use.ts';
import { capacityProviderShape } from './shape.ts';

/**
 * Takes a capacity provider out of use; it stays describable. One that a cluster has is kept: the answer, which is no
 * error, says so. One of Managed Instances leaves its cluster with it. Sources: ECS API reference; the reason's words are
 * AWS's knowledge center's.
 */
export const deleteCapacityProvider: EcsOperation<
  DeleteCapacityProviderRequest,
  DeleteCapacityProviderResponse
> = (context, { capacityProvider: identifier = '' }) => {
  const { store, caller } = context;
  // Source: ECS API reference, DeleteCapacityProvider. The wording is ours.
  if (isFargateProvider(providerNameOf(caller, identifier)))
    throw new ClientException(
      'The FARGATE and FARGATE_SPOT capacity providers are reserved and cannot be deleted.',
    );
  const before = findActiveProvider(context, identifier);
  const cluster = before.source.kind === 'autoScalingGroup' ? clusterWith(context, before.name) : undefined;
  const provider: CapacityProvider =
    cluster === undefined
      ? { ...before, status: 'INACTIVE', update: { status: 'DELETE_COMPLETE' } }
      : {
          ...before,
          update: {
            status: 'DELETE_FAILED',
            reason: `The capacity provider cannot be deleted because it is associated with cluster: ${cluster}. Remove the capacity provider from the cluster and try again.`,
          },
        };
  store.transaction(() => {
    if (before.source.kind === 'managedInstances')
      dissociate(context, before.source.clusterName, before.name);
    store.capacityProviders.put(provider);
  });
  return { capacityProvider: capacityProviderShape(provider, ['TAGS']) };
};

/** The first cluster that has this provider. */
const clusterWith = ({ store, caller }: EcsContext, name: string): string | undefined =>
  store.clusters
    .listNames(caller, { limit: Number.MAX_SAFE_INTEGER })
    .find((cluster) => store.clusters.get(caller, cluster)?.capacityProviders.includes(name));

function dissociate(context: EcsContext, clusterName: string, name: string): void {
  const { store, caller } = context;
  const cluster = store.clusters.get(caller, clusterName);
  if (cluster?.status !== 'ACTIVE') return;
  refuseInUse(context, cluster, [name]);
  store.clusters.put({
    ...cluster,
    capacityProviders: cluster.capacityProviders.filter((one) => one !== name),
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy.filter(
      ({ capacityProvider }) => capacityProvider !== name,
    ),
  });
}
