import type { TagLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { findGroup } from '../identifiers.ts';
import { withTags } from './tag-rules.ts';

/* eslint-disable @typescript-eslint/no-deprecated -- CloudWatch Logs still has it, and clients still call it. */

/** TagResource by name: the older form, which clients still use. */
export const tagLogGroup: LogsOperation<TagLogGroupRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '', tags = {} },
) => {
  const group = findGroup(logs, caller, logGroupName);
  logs.setTags(group, withTags(group.tags, tags, caller));
  return {};
};
