import type { AwsError } from '../../../model/aws-error.ts';
import type { Stack } from '../../../model/stack.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';

/** `arn:aws:cloudformation:<region>:<account>:stack/<name>/<uuid>`. */
export const stackArn = (
  { caller }: Pick<CloudFormationContext, 'caller'>,
  name: string,
  id: string,
): string => `arn:aws:cloudformation:${caller.region}:${caller.account}:stack/${name}/${id}`;

/**
 * The stack of this name, or of this ARN: a deleted one is found by its ARN alone. Undefined when there is none in the
 * caller's account and region.
 */
export function lookUpStack(
  { store, caller }: Pick<CloudFormationContext, 'store' | 'caller'>,
  nameOrId: string,
): Stack | undefined {
  if (!nameOrId.startsWith('arn:')) return store.getByName(caller, nameOrId);
  const stack = store.get(nameOrId);
  return stack && stack.scope.account === caller.account && stack.scope.region === caller.region
    ? stack
    : undefined;
}

/** The same, which must be there. Throws ValidationError in the words that `absent` gives. */
export function findStack(
  context: Pick<CloudFormationContext, 'store' | 'caller'>,
  nameOrId: string | undefined,
  absent: (name: string) => AwsError = noStackWithId,
): Stack {
  const stack = lookUpStack(context, nameOrId ?? '');
  if (!stack) throw absent(nameOrId ?? '');
  return stack;
}

/** Source: answers of CloudFormation, which the CDK's CLI compares word by word. */
export const noStackWithId = (name: string): AwsError =>
  validationError(`Stack with id ${name} does not exist`);

/** The words of UpdateStack, DescribeStackEvents and others. */
export const noStack = (name: string): AwsError => validationError(`Stack [${name}] does not exist`);

/** The words of DescribeStackResource. */
export const noStackQuoted = (name: string): AwsError => validationError(`Stack '${name}' does not exist`);
