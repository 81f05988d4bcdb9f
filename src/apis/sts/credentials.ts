import { randomBytes } from 'node:crypto';
import type { Credentials } from '@aws-sdk/client-sts';
import { sessionToken, temporaryAccessKey } from '../../model/temporary-credentials.ts';

/** Credentials with which requests count as this principal's, in its account. Nothing checks that they ever expire. */
export function temporaryCredentials(
  account: string,
  principalArn: string,
  now: Date,
  durationSeconds: number,
): Credentials {
  return {
    AccessKeyId: temporaryAccessKey(account),
    SecretAccessKey: randomBytes(30).toString('base64'),
    SessionToken: sessionToken(principalArn),
    Expiration: new Date(now.getTime() + durationSeconds * 1000),
  };
}
