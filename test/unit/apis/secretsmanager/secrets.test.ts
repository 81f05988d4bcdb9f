import t from 'tap';
import { createSecretsManagerApi, type operations } from '../../../../src/apis/secretsmanager/operations.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { documentMigrations } from '../../../../src/store/documents.ts';
import { createSecretStore } from '../../../../src/store/secretsmanager/store.ts';
import { createCaller } from '../../../support/api-caller.ts';
import { CALLER } from '../../../support/ecs-api.ts';

/** A Secrets Manager of its own for each test. */
function createApi() {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  let ids = 0;
  const api = createSecretsManagerApi({
    secrets: createSecretStore(openDatabase(':memory:', [documentMigrations])),
    now: () => new Date(clock.ms),
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
  });
  return { clock, ...createCaller<typeof operations>(api) };
}

t.test('a secret is found by name, by ARN and by ARN without its suffix', async (t) => {
  const { call, refusal } = createApi();
  const made = await call('CreateSecret', { Name: 'prod/db', SecretString: 'hush' });
  const arn = made.ARN ?? '';
  t.match(
    arn,
    new RegExp(`^arn:aws:secretsmanager:${CALLER.region}:${CALLER.account}:secret:prod/db-[A-Za-z0-9]{6}$`),
  );
  for (const SecretId of ['prod/db', arn, arn.slice(0, -7)])
    t.match(await call('GetSecretValue', { SecretId }), {
      ARN: arn,
      Name: 'prod/db',
      SecretString: 'hush',
      VersionId: made.VersionId,
      VersionStages: ['AWSCURRENT'],
    });
  t.equal(
    await refusal('GetSecretValue', { SecretId: 'none' }),
    "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  );
  t.match(
    await refusal('GetSecretValue', { SecretId: 'prod/db' }, { ...CALLER, region: 'eu-north-1' }),
    /^Resource/,
  );
  t.equal(
    await refusal('CreateSecret', { Name: 'prod/db' }),
    'ResourceExistsException: The operation failed because the secret prod/db already exists.',
  );
});

t.test('a new value is AWSCURRENT and the one before it AWSPREVIOUS', async (t) => {
  const { call, refusal } = createApi();
  await call('CreateSecret', { Name: 's' });
  t.equal(
    await refusal('GetSecretValue', { SecretId: 's' }),
    "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  );
  const ids = [];
  for (const SecretString of ['1', '2', '3'])
    ids.push((await call('PutSecretValue', { SecretId: 's', SecretString })).VersionId);
  const value = async (more: object = {}) =>
    (await call('GetSecretValue', { SecretId: 's', ...more })).SecretString;
  t.equal(await value(), '3');
  t.equal(await value({ VersionStage: 'AWSPREVIOUS' }), '2');
  t.equal(await value({ VersionId: ids[0] }), '1');
  t.same((await call('DescribeSecret', { SecretId: 's' })).VersionIdsToStages, {
    [ids[1]!]: ['AWSPREVIOUS'],
    [ids[2]!]: ['AWSCURRENT'],
  });
  await call('UpdateSecretVersionStage', {
    SecretId: 's',
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: ids[0],
    RemoveFromVersionId: ids[2],
  });
  t.equal(await value(), '1');
  t.equal(await value({ VersionStage: 'AWSPREVIOUS' }), '3');
  t.match(await refusal('GetSecretValue', { SecretId: 's', VersionId: 'x' }), /for VersionId: x$/);
});

t.test('the same token with the same value is one version, with another it is refused', async (t) => {
  const { call, refusal } = createApi();
  const ClientRequestToken = 'a'.repeat(32);
  await call('CreateSecret', { Name: 's', SecretString: '1', ClientRequestToken });
  await call('PutSecretValue', { SecretId: 's', SecretString: '1', ClientRequestToken });
  t.equal((await call('ListSecretVersionIds', { SecretId: 's' })).Versions?.length, 1);
  const other = await refusal('PutSecretValue', { SecretId: 's', SecretString: '2', ClientRequestToken });
  t.match(other, /^ResourceExistsException/);
  t.notMatch(other, "'2'");
});

t.test('a deleted secret can be restored until its time has come', async (t) => {
  const { call, refusal, clock } = createApi();
  await call('CreateSecret', { Name: 's', SecretString: '1' });
  t.match(await call('DeleteSecret', { SecretId: 's', RecoveryWindowInDays: 7 }), {
    DeletionDate: new Date(Date.UTC(2026, 0, 8)),
  });
  t.match(await refusal('GetSecretValue', { SecretId: 's' }), /^InvalidRequestException/);
  t.match(await refusal('CreateSecret', { Name: 's' }), /already scheduled for deletion/);
  t.same((await call('ListSecrets', {})).SecretList, []);
  t.match((await call('ListSecrets', { IncludePlannedDeletion: true })).SecretList, [{ Name: 's' }]);
  await call('RestoreSecret', { SecretId: 's' });
  t.match(await call('GetSecretValue', { SecretId: 's' }), { SecretString: '1' });
  await call('DeleteSecret', { SecretId: 's' });
  clock.ms += 31 * 24 * 60 * 60_000;
  t.match(await refusal('RestoreSecret', { SecretId: 's' }), /^ResourceNotFoundException/);
  await call('CreateSecret', { Name: 's', SecretString: '2' });
  await call('DeleteSecret', { SecretId: 's', ForceDeleteWithoutRecovery: true });
  t.match(await refusal('DescribeSecret', { SecretId: 's' }), /^ResourceNotFoundException/);
});

t.test('bytes, descriptions, tags and policies are kept, and values told nowhere else', async (t) => {
  const { call } = createApi();
  await call('CreateSecret', { Name: 'a', SecretString: 'canary', Tags: [{ Key: 'k', Value: 'v' }] });
  await call('CreateSecret', { Name: 'b', SecretBinary: 'AAEC' as never, Description: 'bytes' });
  t.match(await call('GetSecretValue', { SecretId: 'b' }), { SecretBinary: 'AAEC' });
  await call('TagResource', { SecretId: 'a', Tags: [{ Key: 'l', Value: 'w' }] });
  await call('UntagResource', { SecretId: 'a', TagKeys: ['k'] });
  await call('UpdateSecret', { SecretId: 'a', Description: 'text' });
  t.match(await call('DescribeSecret', { SecretId: 'a' }), {
    Description: 'text',
    Tags: [{ Key: 'l', Value: 'w' }],
  });
  await call('PutResourcePolicy', { SecretId: 'a', ResourcePolicy: '{}' });
  t.match(await call('GetResourcePolicy', { SecretId: 'a' }), { ResourcePolicy: '{}' });
  const listed = (await call('ListSecrets', { Filters: [{ Key: 'description', Values: ['byt'] }] }))
    .SecretList;
  t.match(listed, [{ Name: 'b' }]);
  t.notMatch(JSON.stringify(await call('ListSecrets', {})), 'canary');
});

t.test('a random password keeps its rules', async (t) => {
  const { call, refusal } = createApi();
  for (let count = 0; count < 50; count++) {
    const { RandomPassword: plain = '' } = await call('GetRandomPassword', {});
    t.equal(plain.length, 32);
    for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]) t.match(plain, kind);
    const { RandomPassword: strict = '' } = await call('GetRandomPassword', {
      PasswordLength: 12,
      ExcludePunctuation: true,
      ExcludeCharacters: 'abcO0',
    });
    t.match(strict, /^[d-zA-NP-Z1-9]{12}$/);
  }
  t.match(await refusal('GetRandomPassword', { PasswordLength: 3 }), /^InvalidParameterException/);
});

t.test('pages of secrets follow each other; a token of none of them is refused', async (t) => {
  const { call, refusal } = createApi();
  for (const Name of ['a', 'b', 'c']) await call('CreateSecret', { Name, SecretString: 's' });
  const { SecretList: first = [], NextToken } = await call('ListSecrets', { MaxResults: 2 });
  const { SecretList: second = [] } = await call('ListSecrets', { MaxResults: 2, NextToken });
  t.strictSame(
    [...first, ...second].map(({ Name }) => Name),
    ['a', 'b', 'c'],
  );
  t.match(await refusal('ListSecrets', { NextToken: 'made-up' }), /^InvalidNextTokenException/);
});

// Source: Secrets Manager API reference, CreateSecret.ClientRequestToken.
t.test('a secret that is made again by the same request is the one that there is', async (t) => {
  const { call, refusal } = createApi();
  const asked = { Name: 's', SecretString: '1', ClientRequestToken: 'a'.repeat(32) };
  const made = await call('CreateSecret', asked);
  t.strictSame(await call('CreateSecret', asked), made);
  t.match(await refusal('CreateSecret', { ...asked, SecretString: '2' }), /^ResourceExistsException/);
  t.match(await refusal('CreateSecret', { ...asked, ClientRequestToken: 'b'.repeat(32) }), /^ResourceExists/);
});

// Source: Secrets Manager API reference, DeleteSecret.ForceDeleteWithoutRecovery.
t.test('deleting at once what is not there is no error', async (t) => {
  const { call, refusal } = createApi();
  const arn = `arn:aws:secretsmanager:${CALLER.region}:${CALLER.account}:secret:gone-AbCdEf`;
  t.match(await call('DeleteSecret', { SecretId: 'gone', ForceDeleteWithoutRecovery: true }), {
    Name: 'gone',
  });
  t.match(await call('DeleteSecret', { SecretId: arn, ForceDeleteWithoutRecovery: true }), { ARN: arn });
  t.match(await refusal('DeleteSecret', { SecretId: 'gone' }), /^ResourceNotFoundException/);
});

t.test('a label is taken from the version that has it by naming that alone', async (t) => {
  const { call, refusal } = createApi();
  const { VersionId: first } = await call('CreateSecret', { Name: 's', SecretString: '1' });
  const { VersionId: second } = await call('PutSecretValue', { SecretId: 's', SecretString: '2' });
  const move = { SecretId: 's', VersionStage: 'AWSCURRENT', MoveToVersionId: first };
  t.equal(
    await refusal('UpdateSecretVersionStage', move),
    `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${second}, so you must explicitly reference that version in RemoveFromVersionId.`,
  );
  const wrong = { ...move, RemoveFromVersionId: first };
  t.match(await refusal('UpdateSecretVersionStage', wrong), /not attached/);
  await call('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: second });
  t.match(await call('GetSecretValue', { SecretId: 's' }), { SecretString: '1' });
});

t.test('several values are asked for by name or by filter', async (t) => {
  const { call, refusal } = createApi();
  for (const Name of ['a/1', 'a/2', 'b/1']) await call('CreateSecret', { Name, SecretString: Name });
  const Filters = [{ Key: 'name' as const, Values: ['a/'] }];
  const { SecretValues } = await call('BatchGetSecretValue', { Filters });
  t.same(
    SecretValues.map(({ SecretString }) => SecretString),
    ['a/1', 'a/2'],
  );
  t.match(await refusal('BatchGetSecretValue', { SecretIdList: ['a/1'], Filters }), /^InvalidParameter/);
  t.match(await refusal('ListSecrets', { MaxResults: 0 }), /maxResults.*greater than or equal to 1$/);
});
