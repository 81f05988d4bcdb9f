import type { DeleteLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { findGroup } from '../identifiers.ts';

/** Deletes a group with its streams and events. */
export const deleteLogGroup: LogsOperation<DeleteLogGroupRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '' },
) => {
  logs.deleteGroup(findGroup(logs, caller, logGroupName));
  return {};
};
