import type {
  DescribeEventsInput,
  DescribeEventsOutput,
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
  StackEvent as EventAnswer,
} from '@aws-sdk/client-cloudformation';
import { decodeToken, encodeToken } from '../../../lib/paging.ts';
import type { StackEvent } from '../../../model/stack.ts';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { findStack, noStack } from './find-stack.ts';

const PAGE_SIZE = 100;

/** Newest first. */
export const describeStackEvents: CloudFormationOperation<
  DescribeStackEventsInput,
  DescribeStackEventsOutput
> = (context, input) => {
  const stack = findStack(context, input.StackName, noStack);
  const { events, nextToken } = page(context, stack.id, input.NextToken);
  return {
    StackEvents: events.map(eventShape),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/** The events of a stack, of a change set or of one operation; those of failures alone where they are asked for. */
export const describeEvents: CloudFormationOperation<DescribeEventsInput, DescribeEventsOutput> = (
  context,
  input,
) => {
  const changeSet = context.store.changeSet(input.ChangeSetName ?? '');
  const stack = findStack(context, changeSet?.stackId ?? input.StackName, noStack);
  const { events, nextToken } = page(context, stack.id, input.NextToken);
  const shown = events
    .filter(({ operationId }) => input.OperationId === undefined || operationId === input.OperationId)
    .filter(({ status }) => input.Filters?.FailedEvents !== true || status.includes('FAILED'));
  return {
    OperationEvents: shown.map((event) => ({
      ...eventShape(event),
      EventType: 'STACK_EVENT',
      StartTime: event.at,
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

function page(
  { store }: CloudFormationContext,
  stackId: string,
  token: string | undefined,
): { events: readonly StackEvent[]; nextToken: string | undefined } {
  const isFirst = token === undefined || token === '';
  const before = isFirst ? undefined : Number(decodeToken(token, stackId, 1)?.[0]);
  if (Number.isNaN(before)) throw validationError('NextToken is invalid');
  const found = store.events(stackId, {
    ...(before !== undefined && { before }),
    limit: PAGE_SIZE + 1,
  });
  const shown = found.slice(0, PAGE_SIZE);
  const last = shown.at(-1);
  return {
    events: shown.map(({ event }) => event),
    nextToken: found.length > PAGE_SIZE && last ? encodeToken(stackId, [String(last.sequence)]) : undefined,
  };
}

const eventShape = (event: StackEvent): EventAnswer => ({
  StackId: event.stackId,
  EventId: event.id,
  StackName: event.stackName,
  ...(event.operationId !== undefined && { OperationId: event.operationId }),
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  Timestamp: event.at,
  ResourceStatus: event.status as NonNullable<EventAnswer['ResourceStatus']>,
  ...(event.reason !== undefined && { ResourceStatusReason: event.reason }),
  ...(event.properties !== undefined && { ResourceProperties: event.properties }),
  ...(event.clientRequestToken !== undefined && { ClientRequestToken: event.clientRequestToken }),
});
