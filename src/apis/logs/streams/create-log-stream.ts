import type { CreateLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import { checkStreamName } from '../checks.ts';
import type { LogsOperation } from '../dependencies.ts';
import { alreadyExists } from '../errors.ts';
import { findGroup } from '../identifiers.ts';

/** Makes a stream in a group. */
export const createLogStream: LogsOperation<CreateLogStreamRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '', logStreamName = '' },
) => {
  checkStreamName(logStreamName);
  const group = findGroup(logs, caller, logGroupName);
  if (logs.getStream(group, logStreamName)) throw alreadyExists('stream');
  logs.createStream(group, logStreamName);
  return {};
};
