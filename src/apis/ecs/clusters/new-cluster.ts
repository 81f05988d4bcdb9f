import type { CreateClusterRequest } from '@aws-sdk/client-ecs';
import { clusterArn } from '../../../model/arn.ts';
import { DEFAULT_CLUSTER, type Cluster } from '../../../model/cluster.ts';
import { checkedProviders, checkedStrategy } from '../capacity-providers/strategy-rules.ts';
import type { EcsContext } from '../dependencies.ts';
import { checkName } from '../identifiers.ts';
import { checkTags } from '../tag-rules.ts';
import { clusterSettings } from './cluster-settings.ts';

/** A cluster as CreateCluster makes it, checked but not saved. */
export function newCluster(context: EcsContext, input: CreateClusterRequest): Cluster {
  const { caller, now } = context;
  const { clusterName = DEFAULT_CLUSTER, defaultCapacityProviderStrategy = [] } = input;
  checkName('ClusterName', clusterName);
  checkTags(input.tags, caller);
  const capacityProviders = checkedProviders(context, clusterName, input.capacityProviders ?? []);
  const scope = { account: caller.account, region: caller.region };
  return {
    scope,
    arn: clusterArn(scope, clusterName),
    name: clusterName,
    status: 'ACTIVE',
    settings: clusterSettings(context, input.settings),
    ...(input.configuration && { configuration: input.configuration }),
    ...(input.serviceConnectDefaults && { serviceConnectDefaults: input.serviceConnectDefaults }),
    capacityProviders,
    defaultCapacityProviderStrategy: checkedStrategy(
      context,
      defaultCapacityProviderStrategy,
      capacityProviders,
    ),
    tags: input.tags ?? [],
    createdAt: now(),
  };
}
