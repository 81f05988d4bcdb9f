import type { DeleteRetentionPolicyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { findGroup } from '../identifiers.ts';

/** Events of the group never expire from now on. */
export const deleteRetentionPolicy: LogsOperation<DeleteRetentionPolicyRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '' },
) => {
  logs.setRetention(findGroup(logs, caller, logGroupName), undefined);
  return {};
};
