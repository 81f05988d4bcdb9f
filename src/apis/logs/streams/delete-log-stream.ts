import type { DeleteLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { findGroup, findStream } from '../identifiers.ts';

/** Deletes a stream with its events. */
export const deleteLogStream: LogsOperation<DeleteLogStreamRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '', logStreamName = '' },
) => {
  const group = findGroup(logs, caller, logGroupName);
  logs.deleteStream(findStream(logs, group, logStreamName));
  return {};
};
