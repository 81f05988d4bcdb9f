import type { CapacityProvider as AwsCapacityProvider, CapacityProviderField } from '@aws-sdk/client-ecs';
import { capacityProviderArn, clusterArn } from '../../../model/arn.ts';
import type { CapacityProvider, FARGATE_PROVIDERS } from '../../../model/capacity-provider.ts';
import type { Scope } from '../../../model/caller.ts';

/** A capacity provider as ECS answers it. Source: AWS CLI reference, examples; ECS API reference, CapacityProvider. */
export function capacityProviderShape(
  provider: CapacityProvider,
  include: readonly CapacityProviderField[],
): AwsCapacityProvider {
  const { arn, name, source, status, update, tags, scope } = provider;
  return {
    capacityProviderArn: arn,
    name,
    status,
    ...(source.kind === 'autoScalingGroup'
      ? { autoScalingGroupProvider: source.group, type: 'EC2_AUTOSCALING' }
      : {
          cluster: clusterArn(scope, source.clusterName),
          managedInstancesProvider: source.instances,
          type: 'MANAGED_INSTANCES',
        }),
    ...(update && { updateStatus: update.status }),
    ...(update?.reason !== undefined && { updateStatusReason: update.reason }),
    tags: include.includes('TAGS') ? [...tags] : [],
  };
}

/** One of those that every account has. Source: AWS CLI reference, describe-capacity-providers, example. */
export const fargateProviderShape = (
  scope: Scope,
  name: (typeof FARGATE_PROVIDERS)[number],
): AwsCapacityProvider => ({
  capacityProviderArn: capacityProviderArn(scope, name),
  name,
  status: 'ACTIVE',
  type: name,
  tags: [],
});
