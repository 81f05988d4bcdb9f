import type { CreateChangeSetInput, CreateChangeSetOutput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import type { ChangeSet, Stack } from '../../../model/stack.ts';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { compareVersions } from '../engine/compare.ts';
import { stackEvent } from '../engine/events.ts';
import { checkStackName, checkUpdatable, constraint } from '../stacks/checks.ts';
import { lookUpStack, noStack, stackArn } from '../stacks/find-stack.ts';
import { newVersion } from '../stacks/new-version.ts';
import { validationError } from '../template/errors.ts';
import { changeShapes } from './change-shape.ts';

/** Source: CloudFormation's words; the AWS CLI and the CDK look for their beginning. */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Compares at once and keeps what would be done; a new stack waits in REVIEW_IN_PROGRESS for it. */
export const createChangeSet: CloudFormationOperation<CreateChangeSetInput, CreateChangeSetOutput> = async (
  context,
  input,
) => {
  const { store, caller, now, newId, tell } = context;
  const name = input.ChangeSetName ?? '';
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
    throw constraint(
      name,
      'changeSetName',
      'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
    );
  const { stack, isNew } = stackFor(context, input);
  const checkIsNew = (): void => {
    if (store.changeSets(stack.id).some((one) => one.name === name))
      throw new AwsError('AlreadyExistsException', `ChangeSet [${name}] already exists`);
  };
  checkIsNew();
  const { version, prepared } = await newVersion(context, stack, input);
  const comparison = compareVersions(context, stack, version, prepared);
  const isEmpty = comparison.isSame && stack.status !== 'REVIEW_IN_PROGRESS';
  const id = `arn:aws:cloudformation:${caller.region}:${caller.account}:changeSet/${name}/${newId()}`;
  const changeSet: ChangeSet = {
    id,
    name,
    stackId: stack.id,
    kind: stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE',
    status: isEmpty ? 'FAILED' : 'CREATE_COMPLETE',
    ...(isEmpty && { statusReason: NO_CHANGES }),
    executionStatus: isEmpty ? 'UNAVAILABLE' : 'AVAILABLE',
    ...(input.Description !== undefined && input.Description !== '' && { description: input.Description }),
    createdAt: now(),
    target: { ...version, changeSetId: id },
    ...(input.OnStackFailure !== undefined && { onFailure: input.OnStackFailure }),
    includeNestedStacks: input.IncludeNestedStacks ?? false,
    importExistingResources: input.ImportExistingResources ?? false,
    changes: changeShapes(comparison),
  };
  store.transaction(() => {
    // Reading the template may have taken a while.
    checkIsNew();
    if (!isNew && store.get(stack.id)?.status === 'DELETE_COMPLETE') throw noStack(stack.name);
    if (isNew && !store.get(stack.id)) {
      if (store.getByName(caller, stack.name)) throw noStack(stack.name);
      store.put(stack);
      tell([stackEvent(stack, stack.status, stack.statusReason)]);
    }
    store.putChangeSet(changeSet);
  });
  return { Id: id, StackId: stack.id };
};

function stackFor(
  context: CloudFormationContext,
  { StackName = '', ChangeSetType = 'UPDATE' }: CreateChangeSetInput,
): { stack: Stack; isNew: boolean } {
  if (ChangeSetType === 'IMPORT')
    throw validationError('ecsidecar does not import existing resources into stacks.');
  const found = lookUpStack(context, StackName);
  if (found && found.status !== 'REVIEW_IN_PROGRESS') {
    if (ChangeSetType === 'CREATE')
      // Source: CloudFormation's words.
      throw validationError(
        `Stack [${found.name}] already exists and cannot be created again with the changeSet [CREATE].`,
      );
    checkUpdatable(found);
    return { stack: found, isNew: false };
  }
  if (found) return { stack: found, isNew: false };
  if (ChangeSetType === 'UPDATE') throw noStack(StackName);
  checkStackName(StackName);
  const { caller, now, newId } = context;
  const stack: Stack = {
    scope: { account: caller.account, region: caller.region },
    id: stackArn(context, StackName, newId()),
    name: StackName,
    status: 'REVIEW_IN_PROGRESS',
    statusReason: 'User Initiated',
    createdAt: now(),
    outputs: [],
    imports: [],
    unfinished: [],
    disableRollback: false,
    terminationProtection: false,
  };
  return { stack, isNew: true };
}
