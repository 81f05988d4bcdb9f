import type {
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  LogStream as AwsLogStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { pageOf } from '../../../lib/paging.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { LogGroup, LogStream } from '../../../model/log-event.ts';
import { checkStreamName } from '../checks.ts';
import type { LogsOperation } from '../dependencies.ts';
import { requestedGroup, streamArn } from '../identifiers.ts';
import { describePage } from '../paging.ts';

/** Streams of a group, by name or by the time of their last event. */
export const describeLogStreams: LogsOperation<DescribeLogStreamsRequest, DescribeLogStreamsResponse> = (
  { logs, caller },
  input,
) => {
  const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false } = input;
  const { limit, after } = describePage('DescribeLogStreams', input);
  if (prefix !== undefined) checkStreamName(prefix, 'logStreamNamePrefix');
  if (prefix !== undefined && orderBy === 'LastEventTime') {
    // Source: DescribeLogStreams, API reference; the words as moto has them.
    throw new InvalidParameterException('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const group = requestedGroup(logs, caller, input);
  const read = logs.listStreams(group, {
    orderBy,
    descending,
    ...(prefix !== undefined && { prefix }),
    ...(after !== undefined && { after }),
    limit: limit + 1,
  });
  const { items, nextToken } = pageOf(read, limit, 'DescribeLogStreams', ({ name }) => [name]);
  return {
    logStreams: items.map((stream) => shape(group, stream)),
    ...(nextToken !== undefined && { nextToken }),
  };
};

/** As AWS tells a stream. Source: DescribeLogStreams, API reference: `storedBytes` is always zero since 2019. */
function shape(group: LogGroup, stream: LogStream): AwsLogStream {
  const { name, createdAt, firstEventAt, lastEventAt, lastIngestionAt } = stream;
  return {
    logStreamName: name,
    creationTime: createdAt.getTime(),
    ...(firstEventAt && { firstEventTimestamp: firstEventAt.getTime() }),
    ...(lastEventAt && { lastEventTimestamp: lastEventAt.getTime() }),
    ...(lastIngestionAt && { lastIngestionTime: lastIngestionAt.getTime() }),
    arn: streamArn(group.scope, group.name, name),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- CloudWatch Logs still answers it, as zero.
    storedBytes: 0,
  };
}
