import type { Scale } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';

/** Source: ECS API reference, Scale.value: 0 to 100 percent. The wording is ours. */
export function checkScale(scale: Scale | undefined): void {
  const { value = 0 } = scale ?? {};
  if (value < 0 || value > 100)
    throw new InvalidParameterException('The scale value must be between 0 and 100.');
}
