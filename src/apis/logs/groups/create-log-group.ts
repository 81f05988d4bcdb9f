import type { CreateLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Nothing } from '../../../model/ports.ts';
import { checkGroupName } from '../checks.ts';
import type { LogsOperation } from '../dependencies.ts';
import { alreadyExists } from '../errors.ts';
import { checkTags } from '../tags/tag-rules.ts';

/** Makes a log group. Its class, key and protection are AWS's storage and have no meaning here. */
export const createLogGroup: LogsOperation<CreateLogGroupRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '', tags = {} },
) => {
  checkGroupName(logGroupName);
  // Source: CreateLogGroup, API reference: names can't start with the string `aws/`. The wording is ours.
  if (logGroupName.startsWith('aws/'))
    throw new InvalidParameterException('Log group names starting with aws/ are reserved for AWS use.');
  checkTags(tags, caller);
  const { account, region } = caller;
  if (logs.getGroup({ account, region }, logGroupName)) throw alreadyExists('group');
  logs.createGroup({ account, region }, logGroupName, tags);
  return {};
};
