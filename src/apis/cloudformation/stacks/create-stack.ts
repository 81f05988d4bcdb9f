import type { CreateStackInput, CreateStackOutput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import type { Stack, StackOperation, StackVersion } from '../../../model/stack.ts';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { checkStackName } from './checks.ts';
import { stackArn } from './find-stack.ts';
import { newVersion } from './new-version.ts';
import { readPolicyInput } from './policy-input.ts';
import { isRepeated, startOperation, type Starter } from './start-operation.ts';

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
    if (isRepeated(before, input.ClientRequestToken)) return { StackId: before.id };
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  }
  if (input.DisableRollback !== undefined && input.OnFailure !== undefined)
    throw validationError('You cannot specify both OnFailure and DisableRollback');
  const id = stackArn(context, name, newId());
  const policyBody = await readPolicyInput(context, input.StackPolicyBody, input.StackPolicyURL);
  const { version } = await newVersion(context, { scope: caller, id, name }, input);
  startCreation(context, {
    id,
    name,
    version,
    onFailure: input.OnFailure ?? (input.DisableRollback === true ? 'DO_NOTHING' : 'ROLLBACK'),
    token: input.ClientRequestToken,
    ...(input.RetainExceptOnCreate === true && { retainExceptOnCreate: true }),
    more: {
      createdAt: now(),
      disableRollback: input.DisableRollback ?? input.OnFailure === 'DO_NOTHING',
      terminationProtection: input.EnableTerminationProtection ?? false,
      ...(input.TimeoutInMinutes !== undefined && { timeoutInMinutes: input.TimeoutInMinutes }),
      ...(policyBody !== undefined && { policyBody }),
    },
  });
  return { StackId: id };
};

export type Creation = {
  readonly id: string;
  readonly name: string;
  readonly version: StackVersion;
  readonly onFailure: StackOperation['onFailure'];
  readonly token?: string | undefined;
  readonly retainExceptOnCreate?: true;
  readonly more: Pick<Stack, 'createdAt' | 'disableRollback' | 'terminationProtection'> & Partial<Stack>;
};

/** Saves a stack with the operation that makes it, and wakes the loop. Throws when its name was taken meanwhile. */
export function startCreation(
  context: Starter & Pick<CloudFormationContext, 'caller'>,
  { id, name, version, onFailure, token, more, ...rest }: Creation,
): void {
  const { store, caller, wake, now } = context;
  const minutes = more.timeoutInMinutes;
  const deadline = minutes === undefined ? undefined : new Date(now().getTime() + minutes * 60_000);
  store.transaction(() => {
    const taken = store.getByName(caller, name);
    if (taken && taken.id !== id)
      throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    startOperation(
      context,
      {
        scope: { account: caller.account, region: caller.region },
        id,
        name,
        version,
        status: 'CREATE_IN_PROGRESS',
        outputs: [],
        imports: [],
        unfinished: [],
        ...more,
      },
      'CREATE_IN_PROGRESS',
      { kind: 'CREATE', target: version, onFailure, token, ...rest, ...(deadline && { deadline }) },
    );
  });
  wake(id);
}
