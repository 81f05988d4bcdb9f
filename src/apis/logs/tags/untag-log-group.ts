import type { UntagLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { findGroup } from '../identifiers.ts';
import { withoutTags } from './tag-rules.ts';

/* eslint-disable @typescript-eslint/no-deprecated -- CloudWatch Logs still has it, and clients still call it. */

/** UntagResource by name: the older form, which clients still use. */
export const untagLogGroup: LogsOperation<UntagLogGroupRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '', tags = [] },
) => {
  const group = findGroup(logs, caller, logGroupName);
  logs.setTags(group, withoutTags(group.tags, tags));
  return {};
};
