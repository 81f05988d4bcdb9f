import type {
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  LogGroup as AwsLogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import { pageOf } from '../../../lib/paging.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { LogGroup } from '../../../model/log-event.ts';
import { checkGroupName, checkLength, checkText } from '../checks.ts';
import type { LogsOperation } from '../dependencies.ts';
import { groupArn, parseGroupArn } from '../identifiers.ts';
import { describePage } from '../paging.ts';

const MAX_IDENTIFIERS = 50;

/** Groups, ascending by name. */
export const describeLogGroups: LogsOperation<DescribeLogGroupsRequest, DescribeLogGroupsResponse> = (
  { logs, caller },
  input,
) => {
  const {
    logGroupNamePrefix: prefix,
    logGroupNamePattern: pattern,
    logGroupIdentifiers,
    logGroupClass,
  } = input;
  const { limit, after } = describePage('DescribeLogGroups', input);
  if (prefix !== undefined) checkGroupName(prefix, 'logGroupNamePrefix');
  checkText(pattern, 'logGroupNamePattern', { max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' });
  checkLength(logGroupIdentifiers, 'logGroupIdentifiers', { min: 1, max: MAX_IDENTIFIERS });
  if (prefix !== undefined && pattern !== undefined) {
    // Source: LocalStack's recordings of CloudWatch Logs.
    throw new InvalidParameterException(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  // Every group here is of the standard class.
  if (logGroupClass !== undefined && logGroupClass !== 'STANDARD') return { logGroups: [] };
  const { account, region } = caller;
  const scope = { account, region };
  if (logGroupIdentifiers) {
    const found = [...new Set(logGroupIdentifiers)].flatMap((identifier) => {
      const { scope: named, name } = parseGroupArn(identifier) ?? { scope, name: identifier };
      return named.account === account && named.region === region ? (logs.getGroup(scope, name) ?? []) : [];
    });
    return { logGroups: found.map(shape) };
  }
  const read = logs.listGroups(scope, {
    ...(prefix !== undefined && { prefix }),
    ...(pattern !== undefined && { pattern }),
    ...(after !== undefined && { after }),
    limit: limit + 1,
  });
  const { items, nextToken } = pageOf(read, limit, 'DescribeLogGroups', ({ name }) => [name]);
  return { logGroups: items.map(shape), ...(nextToken !== undefined && { nextToken }) };
};

/** As AWS tells a group. Source: LocalStack's recordings of CloudWatch Logs. */
function shape({ scope, name, createdAt, retentionInDays, storedBytes }: LogGroup): AwsLogGroup {
  const arn = groupArn(scope, name);
  return {
    logGroupName: name,
    creationTime: createdAt.getTime(),
    ...(retentionInDays !== undefined && { retentionInDays }),
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes,
    logGroupClass: 'STANDARD',
    logGroupArn: arn,
    deletionProtectionEnabled: false,
  };
}
