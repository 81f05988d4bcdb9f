import type {
  DescribeStacksInput,
  DescribeStacksOutput,
  ListStacksInput,
  ListStacksOutput,
} from '@aws-sdk/client-cloudformation';
import { decodeToken, pageOf } from '../../../lib/paging.ts';
import type { CloudFormationOperation } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { findStack } from './find-stack.ts';
import { stackShape, stackSummary } from './shape.ts';

/** Source: CloudFormation API reference: 100 stacks a page. */
const PAGE_SIZE = 100;

export const describeStacks: CloudFormationOperation<DescribeStacksInput, DescribeStacksOutput> = (
  context,
  { StackName, NextToken },
) => {
  if (StackName !== undefined && StackName !== '')
    return { Stacks: [stackShape(findStack(context, StackName))] };
  const live = context.store.listLive(context.caller);
  const { items, nextToken } = pageAfter(live, NextToken, 'DescribeStacks');
  return { Stacks: items.map(stackShape), ...(nextToken !== undefined && { NextToken: nextToken }) };
};

export const listStacks: CloudFormationOperation<ListStacksInput, ListStacksOutput> = (
  { store, caller },
  { StackStatusFilter = [], NextToken },
) => {
  const asked: readonly string[] = StackStatusFilter;
  const found = store.list(caller).filter(({ status }) => asked.length === 0 || asked.includes(status));
  const { items, nextToken } = pageAfter(found, NextToken, 'ListStacks');
  return {
    StackSummaries: items.map(stackSummary),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/** The page after a token, of items that are told apart by their ids. Throws ValidationError for a token of another list. */
export function pageAfter<Item extends { readonly id: string }>(
  all: readonly Item[],
  token: string | undefined,
  list: string,
  size = PAGE_SIZE,
): { items: readonly Item[]; nextToken: string | undefined } {
  const after = token === undefined || token === '' ? undefined : decodeToken(token, list, 1)?.[0];
  if (token !== undefined && token !== '' && after === undefined)
    throw validationError('NextToken is invalid');
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  return pageOf(all.slice(from, from + size + 1), size, list, ({ id }) => [id]);
}
