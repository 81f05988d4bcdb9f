import type { CreateCapacityProviderRequest, CreateCapacityProviderResponse } from '@aws-sdk/client-ecs';
import { capacityProviderArn } from '../../../model/arn.ts';
import { ClientException, InvalidParameterException } from '../../../model/aws-error.ts';
import type { CapacityProvider } from '../../../model/capacity-provider.ts';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { checkTags } from '../tag-rules.ts';
import { checkGroup, checkProviderName, withDefaults } from './provider-rules.ts';
import { capacityProviderShape } from './shape.ts';

/**
 * Makes a capacity provider. Its tasks run on the local engine as all do: those of an Auto Scaling group on the cluster's
 * container instances, those of Managed Instances on a machine of their own. One of Managed Instances is its cluster's
 * from the start. Source: ECS API reference, CreateCapacityProvider.
 */
export const createCapacityProvider: EcsOperation<
  CreateCapacityProviderRequest,
  CreateCapacityProviderResponse
> = (context, input) => {
  const { store, caller, now } = context;
  const { name = '' } = input;
  checkProviderName(name);
  checkTags(input.tags, caller);
  const source = sourceOf(context, input);
  const existing = store.capacityProviders.list(caller).filter(({ status }) => status === 'ACTIVE');
  if (existing.some((one) => one.name === name)) {
    // Source: ECS's words, recorded in GitHub issues.
    throw new ClientException(
      'The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.',
    );
  }
  if (source.kind === 'autoScalingGroup' && existing.some((one) => sharesGroup(one, source))) {
    // Source: ECS's words, recorded in GitHub issues.
    throw new ClientException(
      'The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.',
    );
  }
  const scope = { account: caller.account, region: caller.region };
  const provider: CapacityProvider = {
    scope,
    arn: capacityProviderArn(scope, name),
    name,
    source,
    status: 'ACTIVE',
    ...(source.kind === 'managedInstances' && { update: { status: 'CREATE_COMPLETE' } }),
    tags: input.tags ?? [],
    createdAt: now(),
  };
  store.transaction(() => {
    store.capacityProviders.put(provider);
    if (source.kind === 'managedInstances') associate(context, source.clusterName, name);
  });
  return { capacityProvider: capacityProviderShape(provider, ['TAGS']) };
};

/** Source: ECS API reference, CreateCapacityProvider: one of the two; a cluster for Managed Instances alone. The wording is ours. */
function sourceOf(
  context: EcsContext,
  { autoScalingGroupProvider, managedInstancesProvider, cluster }: CreateCapacityProviderRequest,
): CapacityProvider['source'] {
  if (autoScalingGroupProvider && managedInstancesProvider) {
    throw new InvalidParameterException(
      'Only one of autoScalingGroupProvider and managedInstancesProvider can be specified.',
    );
  }
  if (autoScalingGroupProvider) {
    if (cluster !== undefined)
      throw new InvalidParameterException(
        'A cluster can be specified for Managed Instances capacity providers only.',
      );
    const group = withDefaults(autoScalingGroupProvider);
    checkGroup(group);
    return { kind: 'autoScalingGroup', group };
  }
  if (!managedInstancesProvider)
    throw new InvalidParameterException(
      'One of autoScalingGroupProvider and managedInstancesProvider must be specified.',
    );
  if (cluster === undefined)
    throw new InvalidParameterException(
      'A cluster must be specified for a Managed Instances capacity provider.',
    );
  return {
    kind: 'managedInstances',
    clusterName: findActiveCluster(context, cluster).name,
    instances: managedInstancesProvider,
  };
}

const sharesGroup = (
  { source }: CapacityProvider,
  { group }: Extract<CapacityProvider['source'], { kind: 'autoScalingGroup' }>,
): boolean =>
  source.kind === 'autoScalingGroup' && source.group.autoScalingGroupArn === group.autoScalingGroupArn;

function associate({ store, caller }: EcsContext, clusterName: string, name: string): void {
  const cluster = store.clusters.get(caller, clusterName);
  if (cluster) store.clusters.put({ ...cluster, capacityProviders: [...cluster.capacityProviders, name] });
}
