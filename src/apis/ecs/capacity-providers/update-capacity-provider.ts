import type { UpdateCapacityProviderRequest, UpdateCapacityProviderResponse } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { CapacityProvider } from '../../../model/capacity-provider.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findActiveProvider } from './find-provider.ts';
import { checkGroup, updated } from './provider-rules.ts';
import { capacityProviderShape } from './shape.ts';

/** Changes what is given. ECS carries it out later, here it is done at once. Source: ECS API reference. */
export const updateCapacityProvider: EcsOperation<
  UpdateCapacityProviderRequest,
  UpdateCapacityProviderResponse
> = (context, input) => {
  const before = findActiveProvider(context, input.name ?? '');
  const provider: CapacityProvider = {
    ...before,
    source: changed(before.source, input),
    update: { status: 'UPDATE_COMPLETE' },
  };
  context.store.capacityProviders.put(provider);
  return { capacityProvider: capacityProviderShape(provider, ['TAGS']) };
};

/** The wording is ours. */
function changed(
  source: CapacityProvider['source'],
  { autoScalingGroupProvider, managedInstancesProvider }: UpdateCapacityProviderRequest,
): CapacityProvider['source'] {
  if (source.kind === 'autoScalingGroup') {
    if (!autoScalingGroupProvider || managedInstancesProvider)
      throw new InvalidParameterException(
        'autoScalingGroupProvider must be specified for an Auto Scaling group capacity provider.',
      );
    const group = updated(source.group, autoScalingGroupProvider);
    checkGroup(group);
    return { ...source, group };
  }
  if (!managedInstancesProvider || autoScalingGroupProvider)
    throw new InvalidParameterException(
      'managedInstancesProvider must be specified for a Managed Instances capacity provider.',
    );
  const { instanceLaunchTemplate: before, ...instances } = source.instances;
  const { instanceLaunchTemplate, ...given } = managedInstancesProvider;
  return {
    ...source,
    instances: {
      ...instances,
      ...given,
      ...(before && { instanceLaunchTemplate: { ...before, ...instanceLaunchTemplate } }),
    },
  };
}
