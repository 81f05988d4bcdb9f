import type { UpdateStackInput, UpdateStackOutput } from '@aws-sdk/client-cloudformation';
import type { Stack, StackOperation, StackVersion } from '../../../model/stack.ts';
import type { CloudFormationOperation } from '../dependencies.ts';
import { compareVersions } from '../engine/compare.ts';
import { validationError } from '../template/errors.ts';
import { checkUpdatable } from './checks.ts';
import { findStack, noStack } from './find-stack.ts';
import { newVersion } from './new-version.ts';
import { isRepeated, startOperation, type Starter } from './start-operation.ts';

/** Saves what a stack is to become and answers at once. */
export const updateStack: CloudFormationOperation<UpdateStackInput, UpdateStackOutput> = async (
  context,
  input,
) => {
  const stack = findStack(context, input.StackName, noStack);
  const token = input.ClientRequestToken;
  if (isRepeated(stack, token)) return { StackId: stack.id };
  checkUpdatable(stack);
  const { version, prepared } = await newVersion(context, stack, input);
  if (compareVersions(context, stack, version, prepared).isSame)
    // Source: CloudFormation's words.
    throw validationError('No updates are to be performed.');
  startUpdate(context, stack, version, {
    onFailure: (input.DisableRollback ?? stack.disableRollback) ? 'DO_NOTHING' : 'ROLLBACK',
    token,
  });
  return { StackId: stack.id };
};

/** Saves a stack with the operation that changes it, and wakes the loop. Throws when it is not to be changed any more. */
export function startUpdate(
  context: Starter,
  { id }: Stack,
  version: StackVersion,
  { onFailure, token }: { onFailure: StackOperation['onFailure']; token?: string | undefined },
): void {
  const { store, wake, now } = context;
  store.transaction(() => {
    const stack = store.get(id);
    if (!stack) throw noStack(id);
    checkUpdatable(stack);
    startOperation(context, { ...stack, updatedAt: now() }, 'UPDATE_IN_PROGRESS', {
      kind: 'UPDATE',
      target: version,
      onFailure,
      token,
    });
  });
  wake(id);
}
