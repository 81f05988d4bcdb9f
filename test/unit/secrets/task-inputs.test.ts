import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { Readable } from 'node:stream';
import t from 'tap';
import { AwsError } from '../../../src/model/aws-error.ts';
import type { AwsCalls } from '../../../src/model/local-apis.ts';
import { ExecutorError, type ResolvedInputs, type TaskSpec } from '../../../src/model/ports.ts';
import { createAwsSource } from '../../../src/secrets/aws-source.ts';
import { fetchInputs } from '../../../src/secrets/fetch-inputs.ts';
import { createTaskInputs } from '../../../src/secrets/task-inputs.ts';
import { sampleDefinition, sampleTask } from '../../support/rendering.ts';
import { secretArn, startUpstream } from '../../support/upstream.ts';

const upstream = await startUpstream();
t.teardown(() => {
  upstream.close();
});
t.afterEach(() => {
  upstream.behave = () => 'answer';
  upstream.requests.length = 0;
});

const never = new AbortController().signal;
const spec = (...containers: ContainerDefinition[]): TaskSpec => ({
  task: sampleTask(),
  definition: {
    ...sampleDefinition(),
    containerDefinitions: containers.map((container, index) => ({ name: `c${index}`, ...container })),
  },
});
/** What the sidecar itself stores, as its own APIs answer it. */
const stored = new Map<string, string>();
const calls: AwsCalls = {
  async call(_service, action, input, { caller }) {
    const { region } = caller;
    if (action === 'GetParameters') {
      const found = (input['Names'] as string[]).filter((name) => stored.has(`${region} ${name}`));
      return { Parameters: found.map((Name) => ({ Name, Value: stored.get(`${region} ${Name}`) })) };
    }
    if (action === 'GetSecretValue') {
      const SecretString = stored.get(`${region} ${String(input['SecretId'])}`);
      if (SecretString !== undefined) return { SecretString };
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    const body = stored.get(`${String(input['Bucket'])}/${String(input['Key'])}`);
    if (body !== undefined) return { Body: Readable.from([body]) };
    throw new AwsError('NoSuchKey', 'The specified key does not exist.');
  },
};

const inputsFrom = (url: string | undefined, secretsFiles: readonly string[] = []) =>
  createTaskInputs(
    { upstreamUrl: url, secretsFiles, areSecretsFilesNamed: false },
    () => undefined,
    () => calls,
  );
const resolve = (...containers: ContainerDefinition[]): Promise<ResolvedInputs> =>
  inputsFrom(upstream.url).resolve(spec(...containers), never);
const secret = (valueFrom: string, name = 'NAME') => ({ secrets: [{ name, valueFrom }] });
const file = (key: string) => ({ type: 's3' as const, value: `arn:aws:s3:::bucket/${key}` });

const failure = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ExecutorError)) throw new Error(`no ExecutorError: ${String(error)}`);
  t.equal(error.kind, 'cannotInitialize');
  t.notMatch(`${error.message} ${error.stack} ${String(error.cause)}`, /canary/);
  return error.message;
};

t.test('every kind of input is found for its container', async (t) => {
  upstream.parameters.set('/prod/level', 'debug').set('short', 's').set('/slashed', '/');
  upstream.secrets.set(secretArn('db'), {
    AWSCURRENT: '{"user":"me","port":5432}',
    AWSPREVIOUS: 'old',
    v1: 'first',
  });
  upstream.secrets.set(secretArn('hub'), { AWSCURRENT: '{"username":"u","password":"p"}' });
  upstream.objects.set('bucket/a.env', 'A=1\nB=1\n').set('bucket/b.env', 'B=2\nC=2\n');
  upstream.objects.set('bucket/fluent.conf', '[OUTPUT]\n');
  const inputs = await resolve(
    {},
    {
      secrets: [
        { name: 'LEVEL', valueFrom: '/prod/level' },
        { name: 'BY_ARN', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/prod/level' },
        { name: 'SHORT', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/short' },
        { name: 'SLASHED', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/slashed' },
        { name: 'USER', valueFrom: `${secretArn('db')}:user::` },
        { name: 'PORT', valueFrom: `${secretArn('db').slice(0, -7)}:port::` },
        { name: 'OLD', valueFrom: `${secretArn('db')}::AWSPREVIOUS:` },
        { name: 'FIRST', valueFrom: `${secretArn('db')}:::v1` },
      ],
      environmentFiles: [file('a.env'), file('b.env')],
    },
    {
      repositoryCredentials: { credentialsParameter: 'hub' },
      logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'token', valueFrom: 'short' }] },
      firelensConfiguration: {
        type: 'fluentbit',
        options: { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::bucket/fluent.conf' },
      },
    },
  );
  t.same([...inputs.keys()], ['c1', 'c2']);
  t.same(Object.fromEntries(inputs.get('c1')!.secrets), {
    LEVEL: 'debug',
    BY_ARN: 'debug',
    SHORT: 's',
    SLASHED: '/',
    USER: 'me',
    PORT: '5432',
    OLD: 'old',
    FIRST: 'first',
  });
  t.same(Object.fromEntries(inputs.get('c1')!.fileVariables), { A: '1', B: '1', C: '2' });
  t.match(inputs.get('c2'), {
    registryAuth: { username: 'u', password: 'p' },
    firelensConfig: '[OUTPUT]\n',
  });
  t.same([...inputs.get('c2')!.logOptions], [['token', 's']]);
  t.equal(
    upstream.requests.filter(({ action }) => action === 'GetParameters').length,
    1,
    'all parameters of a region in one request',
  );
});

t.test('requests are of the task: its account, and the region of the ARN or else its own', async (t) => {
  upstream.parameters.set('/p', 'x');
  upstream.secrets.set(secretArn('far', 'eu-west-1'), { AWSCURRENT: 'x' });
  const { task, definition } = spec({
    secrets: [
      { name: 'A', valueFrom: '/p' },
      { name: 'B', valueFrom: 'arn:aws:ssm:eu-central-1:111122223333:parameter/p' },
      { name: 'C', valueFrom: secretArn('far', 'eu-west-1') },
    ],
  });
  const scope = { account: '111122223333', region: 'ap-south-1' };
  await inputsFrom(upstream.url).resolve({ task: { ...task, scope }, definition }, never);
  t.same(upstream.requests.map(({ accessKey, region }) => `${accessKey} ${region}`).sort(), [
    '111122223333 ap-south-1',
    '111122223333 eu-central-1',
    '111122223333 eu-west-1',
  ]);
});

t.test('more than ten parameters are asked for in several requests', async (t) => {
  const names = Array.from({ length: 23 }, (_, index) => `/many/${index}`);
  for (const name of names) upstream.parameters.set(name, `value of ${name}`);
  const inputs = await resolve({ secrets: names.map((name) => ({ name, valueFrom: name })) });
  t.same(
    [...inputs.get('c0')!.secrets],
    names.map((name) => [name, `value of ${name}`]),
  );
  t.equal(upstream.requests.length, 3);
});

t.test(
  'a task that needs nothing asks nobody; one that was answered is not asked for again while it lives',
  async (t) => {
    t.equal((await resolve({})).size, 0);
    t.same(upstream.requests, []);
    upstream.parameters.set('/p', 'one');
    const inputs = inputsFrom(upstream.url);
    const task = spec(secret('/p'));
    const valueOf = async (): Promise<string | undefined> =>
      (await inputs.resolve(task, never)).get('c0')?.secrets.get('NAME');
    t.equal(await valueOf(), 'one');
    upstream.parameters.set('/p', 'two');
    t.equal(await valueOf(), 'one');
    inputs.forget(task.task);
    t.equal(await valueOf(), 'two');
  },
);

// Source: ECS's words, recorded in public issues and notes of 2025 and 2026.
t.test('what is missing, denied or wrong is told in the words of ECS', async (t) => {
  upstream.secrets.set(secretArn('canary-json'), { AWSCURRENT: '{"a":"canary"}' });
  upstream.secrets.set(secretArn('canary-text'), { AWSCURRENT: 'canary' });
  const failed = 'unable to pull secrets or registry auth: execution resource retrieval failed';
  const asm = `${failed}: unable to retrieve secret from asm`;
  const ssm = `${failed}: unable to retrieve secrets from ssm`;
  t.equal(
    await failure(resolve({ secrets: ['/x', '/y'].map((name) => ({ name, valueFrom: name })) })),
    `${ssm}: service call has been retried 1 time(s): invalid ssm parameters: /x,/y`,
  );
  const absent = secretArn('absent');
  t.equal(
    (await failure(resolve(secret(absent)))).replace(/RequestID: [-0-9a-f]{36},/, 'RequestID: R,'),
    `${asm}: service call has been retried 1 time(s): failed to fetch secret ${absent} from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: R, ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
  );
  t.equal(
    await failure(resolve(secret(`${secretArn('canary-json')}:b::`))),
    `${asm}: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key b`,
  );
  t.match(
    await failure(resolve(secret(`${secretArn('canary-text')}:b::`))),
    /retried 1 time\(s\): retrieved secret from Secrets Manager is no JSON/,
  );
  t.match(
    await failure(resolve(secret(`${absent}:b`))),
    /unable to retrieve secret from asm: trying to retrieve secret with value .*:b resulted in error: an invalid ARN format/,
  );
  t.match(
    await failure(resolve({ repositoryCredentials: { credentialsParameter: 'canary-json' } })),
    /unable to retrieve secret from asm: .* asm fetching username: AuthorizationData is malformed, empty field$/,
  );
  t.match(
    await failure(resolve({ environmentFiles: [file('absent.env')] })),
    /^failed to download env files: service call has been retried 1 time\(s\): operation error S3: GetObject, https response error StatusCode: 404, RequestID: \S+, HostID: H, NoSuchKey: The specified key does not exist\. \(arn:aws:s3:::bucket\/absent\.env\)$/,
  );
  upstream.behave = () => 'deny';
  t.match(
    await failure(resolve(secret('/x'))),
    /unable to retrieve secrets from ssm: service call has been retried 1 time\(s\): operation error SSM: GetParameters, https response error StatusCode: 400, RequestID: \S+, api error AccessDeniedException: User is not authorized to perform: GetParameters$/,
  );
  t.match(await failure(resolve(secret(absent))), /api error AccessDeniedException: User is not/);
  t.match(
    await failure(resolve({ environmentFiles: [file('a.env')] })),
    /^failed to download env files: .*StatusCode: 403, RequestID: \S+, HostID: H, api error AccessDenied: Access Denied/,
  );
});

t.test('an answer that cannot be read is told without what was in it', async (t) => {
  upstream.parameters.set('/p', 'canary');
  upstream.behave = () => 'break';
  t.match(await failure(resolve(secret('/p'))), /StatusCode: 200, RequestID: \S*, deserialization failed$/);
});

t.test('an upstream that cannot be reached is told as a connection issue', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const url = `http://127.0.0.1:${port}`;
  const options = {
    local: undefined,
    source: createAwsSource(url, { patienceMs: 0 }),
    hint: '',
    deadlineMs: 30_000,
  };
  t.equal(
    await failure(fetchInputs(options, spec(secret('/p')), never)),
    `unable to pull secrets or registry auth: unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems Manager. There is a connection issue between the task and AWS Systems Manager Parameter Store. Check your task network configuration. operation error SSM: GetParameters, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post "http://127.0.0.1:${port}/": connect ECONNREFUSED 127.0.0.1:${port}`,
  );
  t.match(
    await failure(fetchInputs(options, spec(secret(secretArn('x'))), never)),
    /unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager\. Check your task network configuration\. failed to fetch secret \S+ from secrets manager: operation error/,
  );
});

t.test('an upstream that is still being started is waited for', async (t) => {
  upstream.parameters.set('/late', 'here');
  // As many as the SDK asks by itself, and one more.
  upstream.behave = () => (upstream.requests.length <= 4 ? 'drop' : 'answer');
  t.equal((await resolve(secret('/late'))).get('c0')?.secrets.get('NAME'), 'here');
  t.equal(upstream.requests.length, 5);
});

t.test('an upstream that does not answer ends in time', async (t) => {
  upstream.behave = () => 'hang';
  const options = {
    local: undefined,
    source: createAwsSource(upstream.url),
    hint: '',
    deadlineMs: 50,
  };
  t.match(
    await failure(fetchInputs(options, spec(secret('/p')), never)),
    /There is a connection issue .* StatusCode: 0, RequestID: , canceled, context deadline exceeded$/,
  );
});

t.test('what is stopped while it is under way ends at once, and one failure ends the rest', async (t) => {
  upstream.behave = () => 'hang';
  const stop = new AbortController();
  const stopped = inputsFrom(upstream.url).resolve(spec(secret('/p')), stop.signal);
  stop.abort(new Error('stopped'));
  await t.rejects(stopped, { message: 'stopped' });
  upstream.behave = ({ action }) => (action === 'GetParameters' ? 'hang' : 'deny');
  const both = [...secret('/p').secrets, ...secret(secretArn('x'), 'OTHER').secrets];
  t.match(await failure(resolve({ secrets: both })), /unable to retrieve secret from asm/);
});

t.test('local files are asked first, and without an upstream the message says so', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-inputs-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'secrets.yaml');
  await writeFile(path, 'parameters: { /here: local }\nfiles: { bucket/a.env: { A: local } }\n', {
    mode: 0o600,
  });
  upstream.parameters.set('/here', 'upstream').set('/there', 'upstream');
  const both = spec({ secrets: ['/here', '/there'].map((name) => ({ name, valueFrom: name })) });
  const found = await inputsFrom(upstream.url, [path]).resolve(both, never);
  t.same(
    [...found.get('c0')!.secrets],
    [
      ['/here', 'local'],
      ['/there', 'upstream'],
    ],
  );
  const alone = inputsFrom(undefined, [path]);
  const files = await alone.resolve(spec({ environmentFiles: [file('a.env')] }), never);
  t.same([...files.get('c0')!.fileVariables], [['A', 'local']]);
  alone.forget(sampleTask());
  t.match(
    await failure(alone.resolve(both, never)),
    `invalid ssm parameters: /there (UPSTREAM_ENDPOINT_URL is not set, and it is not in ${path})`,
  );
  t.match(
    await failure(alone.resolve(spec(secret(secretArn('x'))), never)),
    /ResourceNotFoundException: Secrets Manager can't find the specified secret\. \(UPSTREAM_ENDPOINT_URL is not set/,
  );
  t.match(
    await failure(alone.resolve(spec({ environmentFiles: [file('b.env')] }), never)),
    /NoSuchKey: The specified key does not exist\. \(UPSTREAM_ENDPOINT_URL is not set.*\(arn:aws:s3:::bucket\/b\.env\)$/,
  );
  await writeFile(path, 'parameters: "canary');
  t.match(
    await failure(alone.resolve(both, never)),
    /execution resource retrieval failed: .* is no valid YAML/,
  );
});

t.test('a value that no variable can have is refused before a container is made', async (t) => {
  upstream.parameters.set('/nul', 'canary\0canary');
  const error = await resolve(secret('/nul')).catch((reason: unknown) => reason);
  t.match(error, { kind: 'cannotCreate', container: 'c0', message: 'the value of NAME has a NUL character' });
});

t.test('texts of the engine about a task show nothing that was fetched for it', async (t) => {
  upstream.parameters.set('/p', 'can"ary\nsecond line');
  upstream.objects.set('bucket/words.env', 'A=http\nB=a-longer-word\n');
  const inputs = inputsFrom(upstream.url);
  const task = spec({ ...secret('/p'), environmentFiles: [file('words.env')] });
  await inputs.resolve(task, never);
  const text = 'http: bad option "can\\"ary\\nsecond line" or second line or a-longer-word';
  t.equal(inputs.redact(task.task.arn, text), 'http: bad option "***" or *** or ***');
  inputs.forget(task.task);
  t.equal(inputs.redact(task.task.arn, text), text);
});

t.test('without an upstream, tasks are given what the sidecar itself stores', async (t) => {
  stored
    .set('us-east-1 /stored', 'level')
    .set('eu-west-1 /stored', 'elsewhere')
    .set(`us-east-1 ${secretArn('stored')}`, '{"password":"hush"}')
    .set('bucket/stored.env', 'FROM=s3\n');
  const secrets = [
    { name: 'LEVEL', valueFrom: '/stored' },
    { name: 'ELSEWHERE', valueFrom: 'arn:aws:ssm:eu-west-1:000000000000:parameter/stored' },
    { name: 'PASSWORD', valueFrom: `${secretArn('stored')}:password::` },
  ];
  const found = await inputsFrom(undefined).resolve(
    spec({ secrets, environmentFiles: [file('stored.env')] }),
    never,
  );
  t.same(
    [...found.get('c0')!.secrets],
    [
      ['LEVEL', 'level'],
      ['ELSEWHERE', 'elsewhere'],
      ['PASSWORD', 'hush'],
    ],
  );
  t.same([...found.get('c0')!.fileVariables], [['FROM', 's3']]);
});
