import type * as ssm from '@aws-sdk/client-ssm';
import t from 'tap';
import { createSsmApi, type operations } from '../../../../src/apis/ssm/operations.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { documentMigrations } from '../../../../src/store/documents.ts';
import { createParameterStore } from '../../../../src/store/ssm/store.ts';
import { createCaller } from '../../../support/api-caller.ts';
import { CALLER } from '../../../support/ecs-api.ts';

/** A Parameter Store of its own for each test. */
function createApi() {
  const parameters = createParameterStore(openDatabase(':memory:', [documentMigrations]));
  return createCaller<typeof operations>(createSsmApi({ parameters, now: () => new Date(1_000) }));
}

const ARN = `arn:aws:ssm:${CALLER.region}:${CALLER.account}:parameter`;

t.test('a parameter is put and read again, by name and by ARN', async (t) => {
  const { call } = createApi();
  t.same(await call('PutParameter', { Name: '/app/level', Value: 'debug', Type: 'String' }), {
    Version: 1,
    Tier: 'Standard',
  });
  const shape = {
    Name: '/app/level',
    Type: 'String',
    Value: 'debug',
    Version: 1,
    LastModifiedDate: new Date(1_000),
    ARN: `${ARN}/app/level`,
    DataType: 'text',
  };
  t.same((await call('GetParameter', { Name: '/app/level' })).Parameter, shape);
  t.same((await call('GetParameter', { Name: `${ARN}/app/level` })).Parameter, shape);
  await call('PutParameter', { Name: 'plain', Value: 'x', Type: 'String' });
  t.match((await call('GetParameter', { Name: `${ARN}/plain` })).Parameter, {
    Name: 'plain',
    ARN: `${ARN}/plain`,
  });
  await call('PutParameter', { Name: '/slashed', Value: 'y', Type: 'String' });
  t.match((await call('GetParameter', { Name: `${ARN}/slashed` })).Parameter, { Name: '/slashed' });
});

t.test('accounts and regions are apart', async (t) => {
  const { call, refusal } = createApi();
  await call('PutParameter', { Name: 'x', Value: 'x', Type: 'String' });
  t.equal(
    await refusal('GetParameter', { Name: 'x' }, { ...CALLER, region: 'eu-north-1' }),
    'ParameterNotFound: ',
  );
  t.equal(
    await refusal('GetParameter', { Name: 'x' }, { ...CALLER, account: '1'.repeat(12) }),
    'ParameterNotFound: ',
  );
});

t.test('a second put needs Overwrite, and makes a version', async (t) => {
  const { call, refusal } = createApi();
  const input = { Name: '/v', Value: '1', Type: 'String' } as const;
  await call('PutParameter', input);
  t.equal(
    await refusal('PutParameter', input),
    'ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );
  t.match(await call('PutParameter', { Name: '/v', Value: '2', Overwrite: true }), { Version: 2 });
  t.match((await call('GetParameter', { Name: '/v' })).Parameter, { Value: '2', Type: 'String' });
  t.match((await call('GetParameter', { Name: '/v:1' })).Parameter, { Value: '1', Selector: ':1' });
  t.equal(
    await refusal('GetParameter', { Name: '/v:9' }),
    'ParameterVersionNotFound: Systems Manager could not find version 9 of /v. Verify the version and try again.',
  );
  const { Parameters } = await call('GetParameterHistory', { Name: '/v' });
  t.same(
    Parameters?.map(({ Version, Value, LastModifiedUser }) => [Version, Value, LastModifiedUser]),
    [
      [1, '1', CALLER.principalArn],
      [2, '2', CALLER.principalArn],
    ],
  );
  await call('LabelParameterVersion', { Name: '/v', ParameterVersion: 1, Labels: ['good', '1bad'] });
  t.match((await call('GetParameter', { Name: '/v:good' })).Parameter, { Value: '1' });
});

t.test('a SecureString shows its value with decryption alone', async (t) => {
  const { call } = createApi();
  await call('PutParameter', { Name: '/s', Value: 'hush', Type: 'SecureString' });
  const sealed = (await call('GetParameter', { Name: '/s' })).Parameter?.Value ?? '';
  t.notMatch(sealed, 'hush');
  t.notMatch(Buffer.from(sealed, 'base64').toString('latin1'), 'hush');
  t.match((await call('GetParameter', { Name: '/s', WithDecryption: true })).Parameter, { Value: 'hush' });
  t.match((await call('DescribeParameters', {})).Parameters, [{ Name: '/s', KeyId: 'alias/aws/ssm' }]);
  t.notMatch(JSON.stringify(await call('DescribeParameters', {})), 'hush');
});

t.test('of several, those that are not there are told', async (t) => {
  const { call, refusal } = createApi();
  await call('PutParameter', { Name: 'a', Value: '1', Type: 'String' });
  const { Parameters, InvalidParameters } = await call('GetParameters', { Names: ['a', 'b', 'a:7'] });
  t.match(Parameters, [{ Name: 'a' }]);
  t.same(InvalidParameters, ['b', 'a:7']);
  const names = Array.from({ length: 11 }, (_, index) => `n${index}`);
  t.equal(
    await refusal('GetParameters', { Names: names }),
    `ValidationException: 1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10`,
  );
  t.same(await call('DeleteParameters', { Names: ['a', 'b'] }), {
    DeletedParameters: ['a'],
    InvalidParameters: ['b'],
  });
  t.equal(await refusal('DeleteParameter', { Name: 'a' }), 'ParameterNotFound: ');
});

t.test('a hierarchy is read level by level, in pages', async (t) => {
  const { call, refusal } = createApi();
  for (const name of ['/p/a', '/p/b', '/p/c/d', '/pq', 'p'])
    await call('PutParameter', {
      Name: name,
      Value: name,
      Type: 'String',
      Tags: [{ Key: 'of', Value: name }],
    });
  const names = (parameters: ssm.Parameter[] = []) => parameters.map(({ Name }) => Name);
  t.same(names((await call('GetParametersByPath', { Path: '/p' })).Parameters), ['/p/a', '/p/b']);
  t.same(names((await call('GetParametersByPath', { Path: '/p/', Recursive: true })).Parameters), [
    '/p/a',
    '/p/b',
    '/p/c/d',
  ]);
  const first = await call('GetParametersByPath', { Path: '/p', Recursive: true, MaxResults: 2 });
  t.same(names(first.Parameters), ['/p/a', '/p/b']);
  const second = await call('GetParametersByPath', {
    Path: '/p',
    Recursive: true,
    MaxResults: 2,
    NextToken: first.NextToken,
  });
  t.same(names(second.Parameters), ['/p/c/d']);
  t.equal(second.NextToken, undefined);
  t.match(await refusal('GetParametersByPath', { Path: 'p' }), /must begin with a forward slash/);
  const described = async (input: ssm.DescribeParametersRequest) =>
    (await call('DescribeParameters', input)).Parameters?.map(({ Name }) => Name);
  const filtered = (Key: string, Option: string | undefined, ...Values: string[]) =>
    described({ ParameterFilters: [{ Key, Option, Values }] });
  t.same(await filtered('Name', 'BeginsWith', '/p/'), ['/p/a', '/p/b', '/p/c/d']);
  t.same(await filtered('Name', undefined, '/pq', 'p'), ['/pq', 'p']);
  t.same(await filtered('Path', 'OneLevel', '/p'), ['/p/a', '/p/b']);
  t.same(await filtered('tag:of', undefined, '/p/b'), ['/p/b']);
  t.same(await filtered('Type', undefined, 'SecureString'), []);
  t.match(await refusal('DescribeParameters', { ParameterFilters: [{ Key: 'No' }] }), /^InvalidFilterKey/);
});

t.test('names, values and types are refused as SSM does', async (t) => {
  const { refusal } = createApi();
  const put = (Name: string, more: object = {}) =>
    refusal('PutParameter', { Name, Value: 'x', Type: 'String', ...more });
  t.equal(await put('a/b'), 'ValidationException: Parameter name must be a fully qualified name.');
  t.match(await put('ssmx'), /can't be prefixed with "aws" or "ssm"/);
  t.equal(await put('/aws/x'), 'AccessDeniedException: No access to reserved parameter name: /aws/x.');
  t.match(await put('/a b'), /letters, numbers and the following 3 symbols/);
  t.match(await put('/a'.repeat(16)), /^HierarchyLevelLimitExceededException/);
  t.match(await put('n', { Value: '' }), /Value '' at 'value' failed/);
  t.match(await put('n', { Value: 'x'.repeat(4097) }), /maximum parameter value of 4096/);
  t.equal(
    await put('n', { Type: undefined }),
    'ValidationException: A parameter type is required when you create a parameter.',
  );
  t.equal(
    await put('n', { AllowedPattern: '^\\d+$' }),
    'ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: ^\\d+$',
  );
  t.match(await put('n', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }), /can't be used together/);
});

t.test('the oldest of a hundred versions goes', async (t) => {
  const { call, refusal } = createApi();
  for (let count = 1; count <= 101; count++)
    await call('PutParameter', { Name: 'n', Value: `${count}`, Type: 'String', Overwrite: true });
  t.match(await refusal('GetParameter', { Name: 'n:1' }), /^ParameterVersionNotFound/);
  t.match((await call('GetParameter', { Name: 'n:2' })).Parameter, { Value: '2' });
});

t.test('tags are added, listed and removed', async (t) => {
  const { call, refusal } = createApi();
  await call('PutParameter', { Name: 'n', Value: 'x', Type: 'String', Tags: [{ Key: 'a', Value: '1' }] });
  const of = { ResourceType: 'Parameter', ResourceId: 'n' } as const;
  await call('AddTagsToResource', { ...of, Tags: [{ Key: 'b', Value: '2' }] });
  await call('RemoveTagsFromResource', { ...of, TagKeys: ['a'] });
  t.same(await call('ListTagsForResource', of), { TagList: [{ Key: 'b', Value: '2' }] });
  t.match(await refusal('ListTagsForResource', { ...of, ResourceId: 'none' }), /^InvalidResourceId/);
});

t.test("AWS's public parameters of machine images have ids", async (t) => {
  const { call } = createApi();
  const image = '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended';
  t.match((await call('GetParameter', { Name: `${image}/image_id` })).Parameter?.Value, /^ami-[0-9a-f]{17}$/);
  const whole = (await call('GetParameter', { Name: image })).Parameter?.Value ?? '';
  t.match(JSON.parse(whole), { image_id: /^ami-/ });
});

t.test('a version has ten labels at the most, and a history has pages', async (t) => {
  const { call, refusal } = createApi();
  for (const Value of ['1', '2', '3'])
    await call('PutParameter', { Name: 'p', Value, Type: 'String', Overwrite: Value !== '1' });
  const Labels = Array.from({ length: 10 }, (_, at) => `l${at}`);
  await call('LabelParameterVersion', { Name: 'p', ParameterVersion: 1, Labels });
  t.match(
    await refusal('LabelParameterVersion', { Name: 'p', ParameterVersion: 1, Labels: ['more'] }),
    /^ParameterVersionLabelLimitExceeded/,
  );
  t.match((await call('GetParameter', { Name: 'p:l9' })).Parameter, { Value: '1' });
  const first = await call('GetParameterHistory', { Name: 'p', MaxResults: 2 });
  t.equal(first.Parameters?.length, 2);
  const second = await call('GetParameterHistory', { Name: 'p', NextToken: first.NextToken });
  t.match(second, { Parameters: [{ Value: '3' }] });
  t.match(await refusal('GetParameterHistory', { Name: 'p', NextToken: 'none' }), /^InvalidNextToken/);
  t.match(await refusal('GetParameterHistory', { Name: 'p', MaxResults: 51 }), /^ValidationException/);
});

t.test('a tag that every object of JavaScript seems to have is one only where it was given', async (t) => {
  const { call } = createApi();
  await call('PutParameter', { Name: 'p', Value: 'v', Type: 'String' });
  const ParameterFilters = [{ Key: 'tag:constructor' }];
  t.same((await call('DescribeParameters', { ParameterFilters })).Parameters, []);
});
