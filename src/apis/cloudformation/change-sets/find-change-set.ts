import { AwsError } from '../../../model/aws-error.ts';
import type { ChangeSet } from '../../../model/stack.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { lookUpStack, noStack } from '../stacks/find-stack.ts';
import { validationError } from '../template/errors.ts';

/** Source: answers of CloudFormation; HTTP 404, which the CDK's CLI waits for. */
const notFound = (name: string): AwsError =>
  new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, { status: 404 });

/** By ARN, or by name with the stack's. Throws ChangeSetNotFound. */
export function findChangeSet(
  context: Pick<CloudFormationContext, 'store' | 'caller'>,
  nameOrId = '',
  stackName?: string,
): ChangeSet {
  const { store } = context;
  if (nameOrId.startsWith('arn:')) {
    const found = store.changeSet(nameOrId);
    if (!found) throw notFound(nameOrId);
    return found;
  }
  if (stackName === undefined || stackName === '')
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  const stack = lookUpStack(context, stackName);
  if (!stack) throw noStack(stackName);
  const found = store.changeSets(stack.id).find(({ name }) => name === nameOrId);
  if (!found) throw notFound(nameOrId);
  return found;
}
