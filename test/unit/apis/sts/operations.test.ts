import type {
  AssumeRoleResponse,
  GetCallerIdentityResponse,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts';
import t from 'tap';
import { createStsApi } from '../../../../src/apis/sts/operations.ts';
import { readCredential } from '../../../../src/gateway/caller.ts';
import { AwsError } from '../../../../src/model/aws-error.ts';
import type { Caller } from '../../../../src/model/caller.ts';

const caller: Caller = {
  account: '123456789012',
  region: 'eu-west-1',
  principalArn: 'arn:aws:iam::123456789012:user/test',
};
const now = new Date('2026-01-01T00:00:00.500Z');
const api = createStsApi({ now: () => now });
const { signal } = new AbortController();
const call = (action: string, input: object = {}, by = caller): unknown =>
  api.actions[action]!({ caller: by, signal }, input);

const refusal = (action: string, input: object): string => {
  try {
    call(action, input);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('not refused');
};

/** Who a request counts as that is signed with these credentials. */
const bearer = ({ AccessKeyId, SessionToken }: AssumeRoleResponse['Credentials'] & object): Caller =>
  readCredential(
    {
      authorization: `AWS4-HMAC-SHA256 Credential=${AccessKeyId}/20260101/eu-west-1/sts/aws4_request`,
      'x-amz-security-token': SessionToken,
    },
    new URLSearchParams(),
  ).caller;

t.test('GetCallerIdentity tells the account and the principal of the request', (t) => {
  t.strictSame(call('GetCallerIdentity'), {
    Arn: 'arn:aws:iam::123456789012:user/test',
    UserId: 'AIDAECSIDECAREXAMPLE1',
    Account: '123456789012',
  });
  t.end();
});

t.test('requests with the credentials of an assumed role are in its account and by the role', (t) => {
  for (const account of ['000000000000', '000000000001', '210987654321', '999999999999']) {
    const { Credentials, AssumedRoleUser } = call('AssumeRole', {
      RoleArn: `arn:aws:iam::${account}:role/path/deploy`,
      RoleSessionName: 'aws-cdk-me@here',
      DurationSeconds: '900',
    }) as AssumeRoleResponse;
    t.match(Credentials?.AccessKeyId, /^LSIA[A-Z2-7]{16}$/);
    t.strictSame(Credentials?.Expiration, new Date('2026-01-01T00:15:00.500Z'));
    const by = bearer(Credentials!);
    t.equal(by.account, account);
    t.equal(by.principalArn, `arn:aws:sts::${account}:assumed-role/deploy/aws-cdk-me@here`);
    const identity = call('GetCallerIdentity', {}, by) as GetCallerIdentityResponse;
    t.strictSame(identity, {
      Arn: by.principalArn,
      UserId: AssumedRoleUser?.AssumedRoleId,
      Account: account,
    });
    t.match(identity.UserId, /^AROA[A-Z0-9]{17}:aws-cdk-me@here$/);
  }
  t.end();
});

t.test("GetSessionToken's credentials are the caller's own", (t) => {
  const { Credentials } = call('GetSessionToken') as GetSessionTokenResponse;
  t.strictSame(bearer(Credentials!), caller);
  t.strictSame(Credentials?.Expiration, new Date('2026-01-01T12:00:00.500Z'));
  t.end();
});

t.test('credentials that STS did not make tell no account of their own', (t) => {
  for (const AccessKeyId of ['ASIAQAAAAAAAN2LVKAEC', 'LSIAtoo-short', 'test']) {
    const by = bearer({ AccessKeyId, SessionToken: 'x', SecretAccessKey: 'x', Expiration: now });
    t.equal(by.account, '000000000000');
    t.equal(by.principalArn, 'arn:aws:iam::000000000000:user/test');
  }
  t.end();
});

t.test('AssumeRole refuses what STS refuses, in its words', (t) => {
  const RoleArn = 'arn:aws:iam::123456789012:role/r';
  t.equal(
    refusal('AssumeRole', { RoleSessionName: 's1' }),
    "ValidationError: 1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
  );
  t.equal(
    refusal('AssumeRole', { RoleArn, RoleSessionName: 'a b' }),
    "ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  );
  t.equal(
    refusal('AssumeRole', { RoleArn: 'arn:aws:iam::123456789012:user/someone', RoleSessionName: 's1' }),
    'ValidationError: arn:aws:iam::123456789012:user/someone is invalid',
  );
  t.equal(
    refusal('AssumeRole', { RoleArn, RoleSessionName: 's1', DurationSeconds: '10' }),
    "ValidationError: 1 validation error detected: Value '10' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
  );
  t.end();
});

t.test('STS is served by the Query protocol in the version that clients name', (t) => {
  t.equal(api.service, 'sts');
  t.strictSame(api.wire, {
    protocol: 'query',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  });
  t.strictSame(Object.keys(api.actions), ['GetCallerIdentity', 'AssumeRole', 'GetSessionToken']);
  t.end();
});
