import type { UpdateStackInput, UpdateStackOutput } from '@aws-sdk/client-cloudformation';
import type { Stack, StackOperation, StackVersion } from '../../../model/stack.ts';
import type { CloudFormationOperation } from '../dependencies.ts';
import { compareVersions } from '../engine/compare.ts';
import { validationError } from '../template/errors.ts';
import { checkUpdatable } from './checks.ts';
import { findStack, noStack } from './find-stack.ts';
import { newVersion } from './new-version.ts';
import { readPolicyInput } from './policy-input.ts';
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
  const policyBody = await readPolicyInput(context, input.StackPolicyBody, input.StackPolicyURL);
  const duringUpdate = await readPolicyInput(
    context,
    input.StackPolicyDuringUpdateBody,
    input.StackPolicyDuringUpdateURL,
  );
  startUpdate(context, stack, version, {
    ...(policyBody !== undefined && { policyBody }),
    ...(duringUpdate !== undefined && { duringUpdate }),
    ...(input.RetainExceptOnCreate === true && { retainExceptOnCreate: true }),
    onFailure: (input.DisableRollback ?? stack.disableRollback) ? 'DO_NOTHING' : 'ROLLBACK',
    token,
  });
  return { StackId: stack.id };
};

export type Update = Pick<StackOperation, 'onFailure' | 'retainExceptOnCreate'> & {
  readonly token: string | undefined;
  /** The stack's new policy. */
  readonly policyBody?: string;
  /** What stands in its policy's place for this update. */
  readonly duringUpdate?: string;
};

/** Saves a stack with the operation that changes it, and wakes the loop. Throws when it is not to be changed any more. */
export function startUpdate(
  context: Starter,
  { id }: Stack,
  version: StackVersion,
  { policyBody, duringUpdate, ...operation }: Update,
): void {
  const { store, wake, now } = context;
  store.transaction(() => {
    const stack = store.get(id);
    if (!stack) throw noStack(id);
    checkUpdatable(stack);
    // The new policy is for the updates after this one.
    const kept = duringUpdate ?? stack.policyBody;
    const next = { ...stack, updatedAt: now(), ...(policyBody !== undefined && { policyBody }) };
    startOperation(context, next, 'UPDATE_IN_PROGRESS', {
      kind: 'UPDATE',
      target: version,
      ...operation,
      ...(kept !== undefined && { policyBody: kept }),
    });
  });
  wake(id);
}
