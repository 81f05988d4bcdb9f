import type {
  AutoScalingGroupProvider,
  AutoScalingGroupProviderUpdate,
  ManagedScaling,
} from '@aws-sdk/client-ecs';
import { ClientException } from '../../../model/aws-error.ts';
import { refuse } from '../refuse.ts';

/** Source: ECS's words, September 2026. */
export function checkProviderName(name: string): void {
  if (!/^[a-zA-Z0-9\-_]{1,255}$/.test(name) || /^(?:aws|ecs|fargate)/i.test(name)) {
    refuse(
      'The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with "aws", "ecs", or "fargate". Specify a valid name and try again.',
    );
  }
}

/** Source: recorded from ECS, Terraform's AWS provider. */
const DEFAULT_SCALING: Required<ManagedScaling> = {
  status: 'DISABLED',
  targetCapacity: 100,
  minimumScalingStepSize: 1,
  maximumScalingStepSize: 10_000,
  instanceWarmupPeriod: 300,
};

/** A group with every default in its place. Nothing asks whether there is such a group: nothing scales here. */
export const withDefaults = (given: AutoScalingGroupProvider): AutoScalingGroupProvider => ({
  autoScalingGroupArn: given.autoScalingGroupArn,
  managedScaling: { ...DEFAULT_SCALING, ...given.managedScaling },
  managedTerminationProtection: given.managedTerminationProtection ?? 'DISABLED',
  managedDraining: given.managedDraining ?? 'ENABLED',
});

/** What is not given stays as it is. */
export const updated = (
  before: AutoScalingGroupProvider,
  given: AutoScalingGroupProviderUpdate,
): AutoScalingGroupProvider => ({
  ...before,
  ...given,
  managedScaling: { ...before.managedScaling, ...given.managedScaling },
});

/**
 * Source: ECS API reference, AutoScalingGroupProvider.managedTerminationProtection and ManagedScaling. The wording of
 * the first is formed like ECS's of the other things that protection needs, that of the second is ours.
 */
export function checkGroup({
  managedScaling = {},
  managedTerminationProtection,
}: AutoScalingGroupProvider): void {
  if (managedTerminationProtection === 'ENABLED' && managedScaling.status !== 'ENABLED') {
    throw new ClientException(
      'The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, managed scaling must be enabled.',
    );
  }
  const { minimumScalingStepSize = 1, maximumScalingStepSize = 1 } = managedScaling;
  if (minimumScalingStepSize > maximumScalingStepSize)
    refuse('minimumScalingStepSize must be less than or equal to maximumScalingStepSize.');
}
