import type { PutRetentionPolicyRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { constraintFailed } from '../errors.ts';
import { findGroup } from '../identifiers.ts';

/** Source: PutRetentionPolicy, API reference, retentionInDays. */
const POSSIBLE_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Events of the group are removed when they are older than this. */
export const putRetentionPolicy: LogsOperation<PutRetentionPolicyRequest, Nothing> = (
  { logs, caller },
  { logGroupName = '', retentionInDays = 0 },
) => {
  const group = findGroup(logs, caller, logGroupName);
  if (!POSSIBLE_DAYS.includes(retentionInDays)) {
    const rule = `Member must satisfy enum value set: [${POSSIBLE_DAYS.join(', ')}]`;
    throw constraintFailed(retentionInDays, 'retentionInDays', rule);
  }
  logs.setRetention(group, retentionInDays);
  return {};
};
