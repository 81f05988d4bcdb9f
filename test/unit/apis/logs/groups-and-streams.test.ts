import t from 'tap';
import { createTestLogsApi } from '../../../support/logs-api.ts';

const INVALID = 'InvalidParameterException: ';
const CONSTRAINT = (value: string, path: string, rule: string): string =>
  `${INVALID}1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${rule}`;
const NO_GROUP = 'ResourceNotFoundException: The specified log group does not exist.';
const ARN = 'arn:aws:logs:eu-west-1:123456789012:log-group:';

t.test('a group as CloudWatch Logs tells it', async (t) => {
  const api = createTestLogsApi();
  t.strictSame(await api.call('CreateLogGroup', { logGroupName: 'g', tags: { a: 'b' } }), {});
  await api.call('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 7 });
  t.strictSame(await api.call('DescribeLogGroups', {}), {
    logGroups: [
      {
        logGroupName: 'g',
        creationTime: api.clock.ms,
        retentionInDays: 7,
        metricFilterCount: 0,
        arn: `${ARN}g:*`,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
        logGroupArn: `${ARN}g`,
        deletionProtectionEnabled: false,
      },
    ],
  });
  await api.call('DeleteRetentionPolicy', { logGroupName: 'g' });
  const { logGroups } = await api.call('DescribeLogGroups', {});
  t.notOk(Object.hasOwn(logGroups?.[0] ?? {}, 'retentionInDays'));
  await api.call('DeleteLogGroup', { logGroupName: 'g' });
  t.same(await api.call('DescribeLogGroups', {}), { logGroups: [] });
});

t.test('groups that are refused', async (t) => {
  const api = createTestLogsApi();
  await api.call('CreateLogGroup', { logGroupName: 'g' });
  t.equal(
    await api.refusal('CreateLogGroup', { logGroupName: 'g' }),
    'ResourceAlreadyExistsException: The specified log group already exists',
  );
  const pattern = 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+';
  for (const name of ['a:b', 'a*', 'a b', 'a\n', 'ä'])
    t.equal(
      await api.refusal('CreateLogGroup', { logGroupName: name }),
      CONSTRAINT(name, 'logGroupName', pattern),
    );
  t.match(
    await api.refusal('CreateLogGroup', { logGroupName: 'x'.repeat(513) }),
    /Member must have length less than or equal to 512/,
  );
  t.match(await api.refusal('CreateLogGroup', { logGroupName: '' }), /greater than or equal to 1/);
  t.match(await api.refusal('CreateLogGroup', { logGroupName: 'aws/x' }), /aws\//);
  for (const action of [
    'DeleteLogGroup',
    'DeleteRetentionPolicy',
    'DescribeLogStreams',
    'ListTagsLogGroup',
  ] as const)
    t.equal(await api.refusal(action, { logGroupName: 'none' }), NO_GROUP, action);
  t.match(
    await api.refusal('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 2 }),
    /Value '2' at 'retentionInDays' .* enum value set: \[1, 3, 5,/,
  );
});

t.test('DescribeLogGroups: prefix, pattern, identifiers, class, pages', async (t) => {
  const api = createTestLogsApi();
  for (const logGroupName of ['app/a', 'app/b', 'Web']) await api.call('CreateLogGroup', { logGroupName });
  const names = async (input: object): Promise<(string | undefined)[]> =>
    ((await api.call('DescribeLogGroups', input)).logGroups ?? []).map(({ logGroupName }) => logGroupName);
  t.same(await names({}), ['Web', 'app/a', 'app/b']);
  t.same(await names({ logGroupNamePrefix: 'app/' }), ['app/a', 'app/b']);
  t.same(await names({ logGroupNamePattern: 'P/' }), ['app/a', 'app/b'], 'in any case');
  t.same(await names({ logGroupIdentifiers: ['Web', `${ARN}app/b`, 'none'] }), ['Web', 'app/b']);
  t.same(await names({ logGroupClass: 'INFREQUENT_ACCESS' }), []);
  const first = await api.call('DescribeLogGroups', { limit: 2 });
  t.equal(first.logGroups?.length, 2);
  t.same(await names({ limit: 2, nextToken: first.nextToken }), ['app/b']);
  t.equal(
    await api.refusal('DescribeLogGroups', { nextToken: 'x' }),
    `${INVALID}The specified nextToken is invalid.`,
  );
  t.match(await api.refusal('DescribeLogGroups', { limit: 51 }), /less than or equal to 50/);
  t.equal(
    await api.refusal('DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'a' }),
    `${INVALID}LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.`,
  );
});

t.test('streams: made, told, ordered, deleted', async (t) => {
  const api = createTestLogsApi();
  await api.call('CreateLogGroup', { logGroupName: 'g' });
  for (const logStreamName of ['a', 'b'])
    await api.call('CreateLogStream', { logGroupName: 'g', logStreamName });
  const ms = api.clock.ms;
  await api.call('PutLogEvents', {
    logGroupName: 'g',
    logStreamName: 'a',
    logEvents: [
      { timestamp: ms - 9, message: 'x' },
      { timestamp: ms - 5, message: 'y' },
    ],
  });
  const { logStreams } = await api.call('DescribeLogStreams', { logGroupIdentifier: `${ARN}g:*` });
  t.strictSame(logStreams?.[0], {
    logStreamName: 'a',
    creationTime: ms,
    firstEventTimestamp: ms - 9,
    lastEventTimestamp: ms - 5,
    lastIngestionTime: ms,
    arn: `${ARN}g:log-stream:a`,
    storedBytes: 0,
  });
  const names = async (input: object): Promise<(string | undefined)[]> =>
    ((await api.call('DescribeLogStreams', { logGroupName: 'g', ...input })).logStreams ?? []).map(
      ({ logStreamName }) => logStreamName,
    );
  t.same(await names({ descending: true }), ['b', 'a']);
  t.same(await names({ orderBy: 'LastEventTime', descending: true }), ['a', 'b']);
  t.same(await names({ logStreamNamePrefix: 'b' }), ['b']);
  t.equal(
    await api.refusal('DescribeLogStreams', { logGroupName: 'g', logGroupIdentifier: 'g' }),
    'ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters.',
  );
  t.match(await api.refusal('DescribeLogStreams', {}), /^InvalidParameterException/);
  t.equal(
    await api.refusal('CreateLogStream', { logGroupName: 'g', logStreamName: 'a' }),
    'ResourceAlreadyExistsException: The specified log stream already exists',
  );
  t.equal(
    await api.refusal('CreateLogStream', { logGroupName: 'g', logStreamName: 'a:b' }),
    CONSTRAINT('a:b', 'logStreamName', 'Member must satisfy regular expression pattern: [^:*]*'),
  );
  await api.call('DeleteLogStream', { logGroupName: 'g', logStreamName: 'a' });
  t.equal(
    await api.refusal('DeleteLogStream', { logGroupName: 'g', logStreamName: 'a' }),
    'ResourceNotFoundException: The specified log stream does not exist.',
  );
});

t.test('accounts and regions never see each other', async (t) => {
  const api = createTestLogsApi();
  const principalArn = 'arn:aws:iam::999999999999:root';
  await api.call('CreateLogGroup', { logGroupName: 'g' });
  for (const other of [
    { account: '999999999999', region: 'eu-west-1', principalArn },
    { account: '123456789012', region: 'us-east-1', principalArn },
  ]) {
    t.same(await api.call('DescribeLogGroups', {}, other), { logGroups: [] });
    t.same(await api.call('DescribeLogGroups', { logGroupIdentifiers: [`${ARN}g`] }, other), {
      logGroups: [],
    });
    t.equal(await api.refusal('ListTagsForResource', { resourceArn: `${ARN}g` }, other), NO_GROUP);
    t.equal(await api.refusal('FilterLogEvents', { logGroupIdentifier: `${ARN}g` }, other), NO_GROUP);
    t.equal(await api.refusal('DeleteLogGroup', { logGroupName: 'g' }, other), NO_GROUP);
  }
});

t.test('tags of a group: both families of actions', async (t) => {
  const api = createTestLogsApi();
  await api.call('CreateLogGroup', { logGroupName: 'g', tags: { a: '1' } });
  await api.call('TagResource', { resourceArn: `${ARN}g`, tags: { b: '2', a: '3' } });
  await api.call('TagLogGroup', { logGroupName: 'g', tags: { c: '4' } });
  t.same(await api.call('ListTagsForResource', { resourceArn: `${ARN}g:*` }), {
    tags: { a: '3', b: '2', c: '4' },
  });
  await api.call('UntagResource', { resourceArn: `${ARN}g`, tagKeys: ['a', 'none'] });
  await api.call('UntagLogGroup', { logGroupName: 'g', tags: ['b'] });
  t.same(await api.call('ListTagsLogGroup', { logGroupName: 'g' }), { tags: { c: '4' } });
  t.match(await api.refusal('TagResource', { resourceArn: 'x', tags: {} }), /^InvalidParameterException/);
  t.match(
    await api.refusal('TagLogGroup', { logGroupName: 'g', tags: { 'aws:x': '1' } }),
    /aws: prefixed tag key/,
  );
  t.match(
    await api.refusal('TagLogGroup', { logGroupName: 'g', tags: { 'a!': '1' } }),
    /regular expression pattern/,
  );
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));
  t.match(await api.refusal('TagLogGroup', { logGroupName: 'g', tags: many }), /^TooManyTagsException/);
});
