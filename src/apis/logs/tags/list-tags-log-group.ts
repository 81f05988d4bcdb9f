import type { ListTagsLogGroupRequest, ListTagsLogGroupResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { LogsOperation } from '../dependencies.ts';
import { findGroup } from '../identifiers.ts';

/* eslint-disable @typescript-eslint/no-deprecated -- CloudWatch Logs still has it, and clients still call it. */

/** ListTagsForResource by name: the older form, which clients still use. */
export const listTagsLogGroup: LogsOperation<ListTagsLogGroupRequest, ListTagsLogGroupResponse> = (
  { logs, caller },
  { logGroupName = '' },
) => ({ tags: findGroup(logs, caller, logGroupName).tags });
