import type { DeleteStackInput } from '@aws-sdk/client-cloudformation';
import type { Stack } from '../../../model/stack.ts';
import type { Nothing } from '../../../model/ports.ts';
import type { CloudFormationOperation } from '../dependencies.ts';
import { stackEvent } from '../engine/events.ts';
import { importersOf } from '../engine/wanted.ts';
import { validationError } from '../template/errors.ts';
import { lookUpStack } from './find-stack.ts';
import { startOperation, type Starter } from './start-operation.ts';

/** Begins a stack's deletion; one that is not there is deleted already. */
export const deleteStack: CloudFormationOperation<DeleteStackInput, Nothing> = (context, input) => {
  const stack = lookUpStack(context, input.StackName ?? '');
  if (!stack || stack.status === 'DELETE_COMPLETE') return {};
  if (stack.terminationProtection)
    // Source: CloudFormation's words.
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  // Source: CloudFormation's words, in public reports of them. A creation, or its rollback, may be broken off.
  if (/^UPDATE_.*IN_PROGRESS$/.test(stack.status))
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  const retained = input.RetainResources ?? [];
  if (retained.length > 0 && stack.status !== 'DELETE_FAILED')
    throw validationError(
      `Invalid operation on stack [${stack.id}]. RetainResources is only valid for stacks in DELETE_FAILED state. `,
    );
  const isForced = input.DeletionMode === 'FORCE_DELETE_STACK';
  // Source: CloudFormation API reference, DeleteStack.DeletionMode. The wording is ours.
  if (isForced && stack.status !== 'DELETE_FAILED')
    throw validationError(
      `Invalid operation on stack [${stack.id}]. FORCE_DELETE_STACK is only valid for stacks in DELETE_FAILED state. `,
    );
  startDeletion(context, stack, { retained, isForced, token: input.ClientRequestToken });
  return {};
};

export function startDeletion(
  context: Starter,
  { id }: Stack,
  {
    retained = [],
    isForced = false,
    token,
  }: { retained?: readonly string[]; isForced?: boolean; token?: string | undefined } = {},
): void {
  const { store, tell, wake } = context;
  store.transaction(() => {
    const stack = store.get(id);
    if (!stack || stack.status === 'DELETE_COMPLETE' || stack.operation?.kind === 'DELETE') return;
    const used = stack.outputs.flatMap(({ exportName }) => {
      if (exportName === undefined) return [];
      const users = importersOf(store, stack.scope, exportName).filter((name) => name !== stack.name);
      return users.length > 0 ? [{ exportName, users }] : [];
    });
    const [inUse] = used;
    if (inUse) {
      // Source: CloudFormation's words in the stack's events.
      const reason = `Delete canceled. Cannot delete export ${inUse.exportName} as it is in use by ${inUse.users.join(', ')}.`;
      const { operation: _none, ...kept } = stack;
      const failed: Stack = { ...kept, status: 'DELETE_FAILED', statusReason: reason };
      store.put(failed);
      tell([stackEvent(failed, failed.status, reason)]);
      return;
    }
    for (const changeSet of store.changeSets(id)) store.deleteChangeSet(changeSet.id);
    startOperation(context, stack, 'DELETE_IN_PROGRESS', {
      kind: 'DELETE',
      onFailure: 'DO_NOTHING',
      token,
      skipped: retained,
      ...(isForced && { isForced }),
    });
  });
  wake(id);
}
