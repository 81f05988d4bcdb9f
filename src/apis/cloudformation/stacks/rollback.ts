import type {
  CancelUpdateStackInput,
  ContinueUpdateRollbackInput,
  ContinueUpdateRollbackOutput,
  RollbackStackInput,
  RollbackStackOutput,
} from '@aws-sdk/client-cloudformation';
import type { Stack } from '../../../model/stack.ts';
import type { Nothing } from '../../../model/ports.ts';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { findStack, noStack } from './find-stack.ts';
import { startOperation } from './start-operation.ts';

/** Ends an update that is under way, so that it is rolled back. */
export const cancelUpdateStack: CloudFormationOperation<CancelUpdateStackInput, Nothing> = (
  context,
  input,
) => {
  const { store, wake } = context;
  const stack = findStack(context, input.StackName, noStack);
  if (stack.status !== 'UPDATE_IN_PROGRESS' || !stack.operation)
    // Source: CloudFormation's words.
    throw validationError('CancelUpdateStack cannot be called from current stack status');
  store.put({ ...stack, operation: { ...stack.operation, cancelled: 'user', onFailure: 'ROLLBACK' } });
  wake(stack.id);
  return {};
};

/** Goes on with a rollback that failed; the resources that are named are taken as they are. */
export const continueUpdateRollback: CloudFormationOperation<
  ContinueUpdateRollbackInput,
  ContinueUpdateRollbackOutput
> = (context, input) => {
  const stack = findStack(context, input.StackName, noStack);
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
    throw validationError(
      `Stack:${stack.id} is in ${stack.status} state and can not continue its update rollback.`,
    );
  startRollback(
    context,
    stack,
    'UPDATE_ROLLBACK_IN_PROGRESS',
    input.ClientRequestToken,
    input.ResourcesToSkip,
  );
  return {};
};

/** Takes a stack that failed without a rollback back to its last good state. */
export const rollbackStack: CloudFormationOperation<RollbackStackInput, RollbackStackOutput> = (
  context,
  input,
) => {
  const stack = findStack(context, input.StackName, noStack);
  const retained = input.RetainExceptOnCreate === true;
  if (stack.status === 'CREATE_FAILED')
    startRollback(context, stack, 'ROLLBACK_IN_PROGRESS', input.ClientRequestToken, [], retained);
  else if (stack.status === 'UPDATE_FAILED')
    startRollback(context, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', input.ClientRequestToken, [], retained);
  else
    throw validationError(
      `RollbackStack is not supported for stack [${stack.name}] in ${stack.status} state. `,
    );
  return { StackId: stack.id };
};

function startRollback(
  context: CloudFormationContext,
  stack: Stack,
  status: Stack['status'],
  token: string | undefined,
  skipped: readonly string[] = [],
  retainExceptOnCreate = false,
): void {
  context.store.transaction(() => {
    startOperation(context, stack, status, {
      kind: 'ROLLBACK',
      onFailure: 'DO_NOTHING',
      token,
      skipped,
      ...(retainExceptOnCreate && { retainExceptOnCreate }),
    });
  });
  context.wake(stack.id);
}
