import type { CreateStackInput, CreateStackOutput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import type { Stack, StackOperation, StackVersion } from '../../../model/stack.ts';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { stackEvent } from '../engine/events.ts';
import { validationError } from '../template/errors.ts';
import { checkStackName } from './checks.ts';
import { stackArn } from './find-stack.ts';
import { newVersion } from './new-version.ts';

/** Saves a stack that is to be made and answers at once. */
export const createStack: CloudFormationOperation<CreateStackInput, CreateStackOutput> = async (
  context,
  input,
) => {
  const name = input.StackName ?? '';
  checkStackName(name);
  const { store, caller, now, newId } = context;
  const before = store.getByName(caller, name);
  if (before) {
    // Source: CloudFormation API reference, ClientRequestToken: a repeated request is one.
    const token = input.ClientRequestToken;
    if (token !== undefined && token !== '' && before.operation?.clientRequestToken === token)
      return { StackId: before.id };
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  }
  if (input.DisableRollback !== undefined && input.OnFailure !== undefined)
    throw validationError('You cannot specify both OnFailure and DisableRollback');
  const id = stackArn(context, name, newId());
  const version = await newVersion(context, { scope: caller, id, name }, input);
  const stack = startCreation(context, {
    id,
    name,
    version,
    onFailure: input.OnFailure ?? (input.DisableRollback === true ? 'DO_NOTHING' : 'ROLLBACK'),
    token: input.ClientRequestToken,
    more: {
      createdAt: now(),
      disableRollback: input.DisableRollback ?? input.OnFailure === 'DO_NOTHING',
      terminationProtection: input.EnableTerminationProtection ?? false,
      ...(input.TimeoutInMinutes !== undefined && { timeoutInMinutes: input.TimeoutInMinutes }),
      ...(input.StackPolicyBody !== undefined && { policyBody: input.StackPolicyBody }),
    },
  });
  return { StackId: stack.id };
};

export type Creation = {
  readonly id: string;
  readonly name: string;
  readonly version: StackVersion;
  readonly onFailure: StackOperation['onFailure'];
  readonly token?: string | undefined;
  readonly more: Pick<Stack, 'createdAt' | 'disableRollback' | 'terminationProtection'> & Partial<Stack>;
};

/** Saves a stack with the operation that makes it, and wakes the loop. Throws when its name was taken meanwhile. */
export function startCreation(
  {
    store,
    caller,
    tell,
    wake,
    now,
    newId,
  }: Pick<CloudFormationContext, 'store' | 'caller' | 'tell' | 'wake' | 'now' | 'newId'>,
  { id, name, version, onFailure, token, more }: Creation,
): Stack {
  const startedAt = now();
  const minutes = more.timeoutInMinutes;
  const stack: Stack = {
    scope: { account: caller.account, region: caller.region },
    id,
    name,
    status: 'CREATE_IN_PROGRESS',
    statusReason: 'User Initiated',
    version,
    operation: {
      id: newId(),
      kind: 'CREATE',
      target: version,
      onFailure,
      ...(token !== undefined && token !== '' && { clientRequestToken: token }),
      skipped: [],
      startedAt,
      ...(minutes !== undefined && { deadline: new Date(startedAt.getTime() + minutes * 60_000) }),
    },
    outputs: [],
    imports: [],
    unfinished: [],
    ...more,
  };
  store.transaction(() => {
    const taken = store.getByName(caller, name);
    if (taken && taken.id !== id)
      throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    store.put(stack);
    tell([stackEvent(stack, stack.status, stack.statusReason)]);
  });
  wake(id);
  return stack;
}
