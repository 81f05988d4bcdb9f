import type { Attribute } from '@aws-sdk/client-ecs';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import { atMost } from '../limits.ts';

/**
 * Refuses attributes: they belong to container instances, and tasks run here without any, so no target exists.
 * Source: ECS API reference, PutAttributes: at most ten a request; TargetNotFoundException's description.
 */
export function refuseTargets(attributes: readonly Attribute[] | undefined): never {
  if (!attributes || attributes.length === 0)
    throw new InvalidParameterException('attributes can not be empty.');
  atMost('attributes', attributes, 10);
  throw new AwsError(
    'TargetNotFoundException',
    "The specified target wasn't found. You can view your available container instances with ListContainerInstances. Amazon ECS container instances are cluster-specific and Region-specific.",
  );
}
