import { createHash } from 'node:crypto';
import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { parseArn } from '../../model/arn.ts';
import { AwsError } from '../../model/aws-error.ts';
import { checkDuration, checkText } from './checks.ts';
import { temporaryCredentials } from './credentials.ts';
import type { StsOperation } from './operations.ts';

const HOUR_SECONDS = 3600;

/** Whether a role is there is not asked: there is no IAM here, and every caller may assume every role. */
export const assumeRole: StsOperation<AssumeRoleRequest, AssumeRoleResponse> = ({ now }, input) => {
  const { RoleArn: roleArn, RoleSessionName: session } = input;
  // Source: STS API reference, AssumeRole.
  checkText('roleArn', roleArn, { min: 20, max: 2048 });
  checkText('roleSessionName', session, { min: 2, max: 64, pattern: '[\\w+=,.@-]*' });
  const seconds = checkDuration(input.DurationSeconds, { fallback: HOUR_SECONDS, max: 12 * HOUR_SECONDS });
  const role = parseArn(roleArn);
  const { account = '' } = role?.scope ?? {};
  if (role?.service !== 'iam' || role.resourceType !== 'role' || !/^\d{12}$/.test(account))
    // Source: STS's words, as public reports quote them.
    throw new AwsError('ValidationError', `${roleArn} is invalid`);
  const name = role.resource.split('/').at(-1) ?? '';
  const arn = `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
  return {
    Credentials: temporaryCredentials(account, arn, now(), seconds),
    AssumedRoleUser: { AssumedRoleId: assumedRoleId(arn), Arn: arn },
  };
};

/** `AROA…:session` of an assumed role's ARN; the same for the same role. */
export function assumedRoleId(arn: string): string {
  const [role = '', session = ''] = arn.split(/(?<=:assumed-role\/[^/]+)\//);
  const id = createHash('sha256').update(role).digest('hex').toUpperCase().slice(0, 17);
  return `AROA${id}:${session}`;
}
