import type {
  Change,
  ChangeSetSummary,
  DeleteChangeSetInput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ExecuteChangeSetInput,
  ListChangeSetsInput,
  ListChangeSetsOutput,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import type { ChangeSet } from '../../../model/stack.ts';
import type { Nothing } from '../../../model/ports.ts';
import type { CloudFormationOperation } from '../dependencies.ts';
import { startCreation } from '../stacks/create-stack.ts';
import { pageAfter } from '../stacks/describe-stacks.ts';
import { findStack, noStack } from '../stacks/find-stack.ts';
import { parameterShape } from '../stacks/shape.ts';
import { isRepeated } from '../stacks/start-operation.ts';
import { startUpdate } from '../stacks/update-stack.ts';
import { withoutValues } from './change-shape.ts';
import { findChangeSet } from './find-change-set.ts';

export const describeChangeSet: CloudFormationOperation<DescribeChangeSetInput, DescribeChangeSetOutput> = (
  context,
  { ChangeSetName, StackName, NextToken, IncludePropertyValues = false },
) => {
  const changeSet = findChangeSet(context, ChangeSetName, StackName);
  const stack = findStack(context, changeSet.stackId);
  const { target } = changeSet;
  const numbered = (changeSet.changes as readonly Change[]).map((change, index) => ({
    change,
    id: String(index),
  }));
  const { items, nextToken } = pageAfter(numbered, NextToken, 'DescribeChangeSet');
  const changes = items.map(({ change }) => change);
  return {
    ...summaryOf(changeSet, stack.name),
    ...(target && {
      Parameters: target.parameters.map(parameterShape),
      NotificationARNs: [...target.notificationArns],
      Capabilities: [...target.capabilities] as DescribeChangeSetOutput['Capabilities'],
      Tags: [...target.tags],
    }),
    ...(changeSet.onFailure !== undefined && { OnStackFailure: changeSet.onFailure }),
    RollbackConfiguration: target?.rollbackConfiguration ?? {},
    Changes: IncludePropertyValues ? changes : withoutValues(changes),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

export const listChangeSets: CloudFormationOperation<ListChangeSetsInput, ListChangeSetsOutput> = (
  context,
  { StackName, NextToken },
) => {
  const stack = findStack(context, StackName, noStack);
  const { items, nextToken } = pageAfter(context.store.changeSets(stack.id), NextToken, 'ListChangeSets');
  return {
    Summaries: items.map((one) => summaryOf(one, stack.name)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/** Deleting one that is not there is no error, as long as its stack is. */
export const deleteChangeSet: CloudFormationOperation<DeleteChangeSetInput, Nothing> = (
  context,
  { ChangeSetName, StackName },
) => {
  try {
    context.store.deleteChangeSet(findChangeSet(context, ChangeSetName, StackName).id);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ChangeSetNotFound')) throw error;
  }
  return {};
};

/** Begins what a change set says; it cannot be executed again, nor can the stack's others. */
export const executeChangeSet: CloudFormationOperation<ExecuteChangeSetInput, Nothing> = (
  context,
  { ChangeSetName, StackName, ClientRequestToken: token, DisableRollback, RetainExceptOnCreate },
) => {
  const { store } = context;
  const changeSet = findChangeSet(context, ChangeSetName, StackName);
  const stack = findStack(context, changeSet.stackId);
  const { target } = changeSet;
  if (changeSet.executionStatus !== 'AVAILABLE' || !target) {
    if (isRepeated(stack, token)) return {};
    // Source: CloudFormation's words.
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${changeSet.id}] cannot be executed in its current execution status of [${changeSet.executionStatus}]`,
    );
  }
  const isKept = DisableRollback ?? stack.disableRollback;
  const onFailure = changeSet.onFailure ?? (isKept ? 'DO_NOTHING' : 'ROLLBACK');
  const retained = RetainExceptOnCreate === true ? ({ retainExceptOnCreate: true } as const) : {};
  store.transaction(() => {
    for (const other of store.changeSets(stack.id))
      store.putChangeSet({
        ...other,
        executionStatus: other.id === changeSet.id ? 'EXECUTE_COMPLETE' : 'OBSOLETE',
      });
    if (changeSet.kind === 'CREATE')
      startCreation(context, {
        id: stack.id,
        name: stack.name,
        version: target,
        onFailure,
        token,
        ...retained,
        more: { ...stack, status: 'CREATE_IN_PROGRESS', disableRollback: isKept },
      });
    else
      startUpdate(context, stack, target, {
        onFailure: onFailure === 'DELETE' ? 'ROLLBACK' : onFailure,
        token,
        ...retained,
      });
  });
  return {};
};

const summaryOf = (changeSet: ChangeSet, stackName: string): ChangeSetSummary => ({
  StackId: changeSet.stackId,
  StackName: stackName,
  ChangeSetId: changeSet.id,
  ChangeSetName: changeSet.name,
  ExecutionStatus: changeSet.executionStatus,
  Status: changeSet.status,
  ...(changeSet.statusReason !== undefined && { StatusReason: changeSet.statusReason }),
  CreationTime: changeSet.createdAt,
  ...(changeSet.description !== undefined && { Description: changeSet.description }),
  IncludeNestedStacks: changeSet.includeNestedStacks,
  ImportExistingResources: changeSet.importExistingResources,
});
