import type { SignalResourceInput } from '@aws-sdk/client-cloudformation';
import type { Nothing } from '../../../model/ports.ts';
import type { CloudFormationOperation } from '../dependencies.ts';
import { resourceEvent } from '../engine/events.ts';
import { findStack, noStack } from '../stacks/find-stack.ts';
import { validationError } from '../template/errors.ts';

/** Signals a resource that waits by its creation policy, as `cfn-signal --resource` does. */
export const signalResource: CloudFormationOperation<SignalResourceInput, Nothing> = (
  context,
  { StackName, LogicalResourceId = '', UniqueId = '', Status = 'SUCCESS' },
) => {
  const { store, tell, wake } = context;
  const stack = findStack(context, StackName, noStack);
  // Source of both messages: public reports of them.
  const cannot = (what: string, status: string): Error =>
    validationError(`${what} is in ${status} state and cannot be signaled`);
  if (!stack.operation) throw cannot(`Stack ${stack.id}`, stack.status);
  const row = store
    .resources(stack.id)
    .find(({ logicalId, isCurrent }) => isCurrent && logicalId === LogicalResourceId);
  if (!row) throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
  if (!row.work) throw cannot(`Resource ${LogicalResourceId}`, row.status);
  store.transaction(() => {
    const isNew = store.addSignal({
      target: row.generation,
      uniqueId: UniqueId,
      status: Status,
      data: '',
      reason: '',
    });
    const statusReason = `Received ${Status} signal with UniqueId ${UniqueId}`;
    if (isNew) tell([resourceEvent(stack, { ...row, statusReason })]);
  });
  wake(stack.id);
  return {};
};
