import { InvalidParameterException } from '../../model/aws-error.ts';

/** Refuses a request in ECS's words. */
export function refuse(message: string): never {
  throw new InvalidParameterException(message);
}
