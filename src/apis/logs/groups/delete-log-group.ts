import type { DeleteLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { LogsOperation, Nothing } from '../dependencies.ts';
import { findGroup } from '../identifiers.ts';

/** Deletes a group with its streams and events. */
export const deleteLogGroup: LogsOperation<DeleteLogGroupRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '' },
) => {
  logs.deleteGroup(findGroup(logs, caller, logGroupName));
  return {};
};
