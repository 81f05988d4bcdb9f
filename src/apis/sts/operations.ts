import type {
  GetCallerIdentityResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts';
import { bindActions, type Api } from '../../model/api.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { Operation } from '../../model/ports.ts';
import { assumedRoleId, assumeRole } from './assume-role.ts';
import { checkDuration } from './checks.ts';
import { temporaryCredentials } from './credentials.ts';
import { stsHead } from './wire.ts';

export type StsDependencies = { readonly now: () => Date };
export type StsOperation<Input, Output> = Operation<Input, Output, StsDependencies>;

const DAY_SECONDS = 24 * 3600;

/** Who the credentials belong to; signatures are not verified, so it is whoever the request says it is. */
const getCallerIdentity: StsOperation<unknown, GetCallerIdentityResponse> = ({ caller }) => ({
  Arn: caller.principalArn,
  UserId: caller.principalArn.includes(':assumed-role/')
    ? assumedRoleId(caller.principalArn)
    : 'AIDAECSIDECAREXAMPLE1',
  Account: caller.account,
});

/** Credentials of the caller's own. */
const getSessionToken: StsOperation<GetSessionTokenRequest, GetSessionTokenResponse> = (
  { caller, now },
  { DurationSeconds },
) => {
  // Source: STS API reference, GetSessionToken.
  const seconds = checkDuration(DurationSeconds, { fallback: DAY_SECONDS / 2, max: 1.5 * DAY_SECONDS });
  return { Credentials: temporaryCredentials(caller.account, caller.principalArn, now(), seconds) };
};

/** Every action that is built, by its AWS name. */
const operations = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  GetSessionToken: getSessionToken,
} as const;

const refuse = (_action: string, path: string): AwsError =>
  new AwsError('ValidationError', `1 validation error detected: the value at '${path}' is not valid`);

/** The part of STS that clients ask before anything else. */
export function createStsApi(dependencies: StsDependencies): Api {
  return {
    ...stsHead,
    actions: bindActions(operations, dependencies),
    missingMember: refuse,
    invalidEnum: refuse,
    invalidValue: refuse,
  };
}
