import type {
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
} from '@aws-sdk/client-cloudformation';
import type { Stack, StackResource } from '../../../model/stack.ts';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { pageAfter } from './describe-stacks.ts';
import { findStack, noStackQuoted } from './find-stack.ts';
import { resourceShape } from './shape.ts';

/** The resources that logical ids stand for. */
export const currentOf = ({ store }: Pick<CloudFormationContext, 'store'>, { id }: Stack): StackResource[] =>
  store.resources(id).filter(({ isCurrent }) => isCurrent);

export const describeStackResource: CloudFormationOperation<
  DescribeStackResourceInput,
  DescribeStackResourceOutput
> = (context, { StackName, LogicalResourceId }) => {
  const stack = findStack(context, StackName, noStackQuoted);
  const row = currentOf(context, stack).find(({ logicalId }) => logicalId === LogicalResourceId);
  if (!row)
    throw validationError(`Resource ${LogicalResourceId ?? ''} does not exist for stack ${stack.name}`);
  const { Timestamp, ...shape } = resourceShape(stack, row);
  return {
    StackResourceDetail: {
      ...shape,
      LastUpdatedTimestamp: Timestamp,
      ...(row.metadata !== undefined && { Metadata: row.metadata }),
    },
  };
};

/** Of a stack, or of the one that a physical resource belongs to. */
export const describeStackResources: CloudFormationOperation<
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput
> = (context, { StackName, LogicalResourceId, PhysicalResourceId }) => {
  if (StackName === undefined && PhysicalResourceId === undefined)
    throw validationError('Either StackName or PhysicalResourceId must be specified');
  const stack =
    StackName === undefined ? ownerOf(context, PhysicalResourceId ?? '') : findStack(context, StackName);
  const rows = currentOf(context, stack).filter(
    ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
  );
  if (LogicalResourceId !== undefined && rows.length === 0)
    throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
  // Source: CloudFormation API reference: the first hundred.
  return { StackResources: rows.slice(0, 100).map((row) => resourceShape(stack, row)) };
};

function ownerOf(context: CloudFormationContext, asked: string): Stack {
  const found = context.store
    .list(context.caller)
    .find((stack) => currentOf(context, stack).some(({ physicalId }) => physicalId === asked));
  if (!found) throw validationError(`Stack for ${asked} does not exist`);
  return found;
}

export const listStackResources: CloudFormationOperation<
  ListStackResourcesInput,
  ListStackResourcesOutput
> = (context, { StackName, NextToken }) => {
  const stack = findStack(context, StackName);
  const rows = currentOf(context, stack).map((row) => ({ ...row, id: row.logicalId }));
  const { items, nextToken } = pageAfter(rows, NextToken, 'ListStackResources');
  return {
    StackResourceSummaries: items.map((row) => {
      const { StackName: _name, StackId: _id, Timestamp, ...shape } = resourceShape(stack, row);
      return { ...shape, LastUpdatedTimestamp: Timestamp };
    }),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};
