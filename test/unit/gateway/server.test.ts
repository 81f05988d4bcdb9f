import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pino } from 'pino';
import t from 'tap';
import { createGateway } from '../../../src/gateway/server.ts';
import { served, type Api } from '../../../src/model/api.ts';
import { AwsError, ClusterNotFoundException } from '../../../src/model/aws-error.ts';

const refuse = (action: string, path: string): AwsError =>
  new AwsError('InvalidParameterException', `${action} ${path}`);
const common = { missingMember: refuse, invalidEnum: refuse, invalidValue: refuse };
const frozen = Object.freeze({ at: new Date(1_789_551_555_929) });

const things: Api = {
  ...common,
  service: 'ecs',
  wire: { protocol: 'awsJson', targetPrefix: 'Things_1', timestamps: 'epochSeconds' },
  actions: {
    Echo: (context, input) => ({ caller: context.caller, input, gone: undefined }),
    Dates: () => ({
      at: new Date(1500),
      list: [frozen, { at: new Date(2), none: undefined }, null],
      deep: { at: new Date(1000) },
    }),
    Refuse: () => {
      throw new ClusterNotFoundException();
    },
    Conflict: () => {
      throw new AwsError('ConflictException', 'in use', { members: { resourceIds: ['a'] } });
    },
    Deny: () => {
      throw new AwsError('AccessDeniedException', 'no');
    },
    Break: () => {
      throw new Error('a secret of the inside');
    },
  },
};
const names: Api = {
  ...common,
  service: 'sts',
  wire: { protocol: 'query', version: '2011-06-15', xmlNamespace: 'https://sts.example/doc' },
  actions: {
    Name: (_, input) => ({ Name: (input as { Who?: string }).Who ?? '<nobody>' }),
    GetText: () => ({ Text: 'a\r\nb' }),
  },
};
const others: Api = {
  ...common,
  service: 'cloudformation',
  wire: { protocol: 'query', version: '2010-05-15', xmlNamespace: 'https://cloudformation.example/doc' },
  actions: { Name: () => ({ Name: 'of another service' }) },
};

const lines: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
const server = await createGateway({
  apis: [things, names, others].map(served),
  health: () => ({ status: 'fine' }),
  allowedHosts: [],
  logger,
});
t.teardown(() => server.close());

/** What the AWS SDK's own reader makes of CBOR. */
const cborClient = async (bytes: Uint8Array): Promise<unknown> => {
  const { cbor } = await import('@smithy/core/cbor');
  return cbor.deserialize(bytes) as unknown;
};

const call = (action: string, payload: string | Buffer = '{}', headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: '/',
    headers: {
      host: 'localhost',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Things_1.${action}`,
      ...headers,
    },
    payload,
  });

t.test(
  'an action is found by its target and answered in the version of the protocol that was asked for',
  async (t) => {
    const answer = await call('Echo', '{"a":1,"n":null}');
    t.equal(answer.statusCode, 200);
    t.equal(answer.headers['content-type'], 'application/x-amz-json-1.1');
    t.match(answer.headers['x-amzn-requestid'], /^[0-9a-f-]{36}$/);
    t.same(answer.json<{ input: unknown }>().input, { a: 1, n: null });
    const old = await call('Echo', '{}', { 'content-type': 'application/x-amz-json-1.0' });
    t.equal(old.headers['content-type'], 'application/x-amz-json-1.0');
    t.same((await call('Echo', '')).json<{ input: unknown }>().input, {}, 'no body is an empty input');
  },
);

t.test(
  'dates are epoch seconds with milliseconds, everywhere, also where the text is remembered',
  async (t) => {
    for (const time of ['first', 'second']) {
      const { payload } = await call('Dates');
      t.equal(payload, '{"at":1.5,"list":[{"at":1789551555.929},{"at":0.002},null],"deep":{"at":1}}', time);
    }
  },
);

t.test(
  'errors have the form that ECS sends: __type without a namespace, a lower-case message, status 400',
  async (t) => {
    const refused = await call('Refuse');
    t.equal(refused.statusCode, 400);
    t.equal(refused.payload, '{"__type":"ClusterNotFoundException","message":"Cluster not found."}');
    t.same((await call('Conflict')).json(), {
      __type: 'ConflictException',
      resourceIds: ['a'],
      message: 'in use',
    });
  },
);

t.test(
  "an action's own failure is a ServerException that tells nothing of the inside, and is logged",
  async (t) => {
    const answer = await call('Break');
    t.equal(answer.statusCode, 500);
    t.equal(answer.json<{ __type: string }>().__type, 'ServerException');
    t.notMatch(answer.payload, 'secret');
    t.ok(lines.some((line) => line.includes('a secret of the inside')));
  },
);

t.test('what is not known or not understood is refused as AWS does', async (t) => {
  t.match((await call('Nothing')).json(), { __type: 'UnknownOperationException' });
  t.match((await call('constructor')).json(), { __type: 'UnknownOperationException' });
  for (const body of ['{', '[]', '"x"', 'null'])
    t.match((await call('Echo', body)).json(), { __type: 'SerializationException' });
  t.match((await call('Echo', 'x', { 'content-encoding': 'gzip' })).json(), {
    __type: 'SerializationException',
  });
  t.match((await call('Echo', 'x', { 'content-encoding': 'zip' })).json(), {
    __type: 'SerializationException',
  });
});

t.test('compressed bodies are read, and 10 MB are the limit before and after', async (t) => {
  const input = { text: 'x'.repeat(100_000) };
  const answer = await call('Echo', gzipSync(JSON.stringify(input)), { 'content-encoding': 'gzip' });
  t.same(answer.json<{ input: unknown }>().input, input);
  const large = Buffer.from(`{"text":"${'x'.repeat(10 * 1024 * 1024)}"}`);
  for (const refused of [
    await call('Echo', large),
    await call('Echo', gzipSync(large), { 'content-encoding': 'gzip' }),
  ]) {
    t.equal(refused.statusCode, 413);
    t.match(refused.json(), { __type: 'RequestEntityTooLargeException' });
  }
});

t.test('the Query protocol is answered in XML, from a form or from the query', async (t) => {
  const form = { host: '127.0.0.1:1', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const answer = await server.inject({
    method: 'POST',
    url: '/',
    headers: form,
    payload: 'Action=Name&Who=a%26b',
  });
  t.match(
    answer.payload,
    /<NameResponse xmlns="https:\/\/sts.example\/doc">\s*<NameResult>\s*<Name>a&amp;b<\/Name>/,
  );
  const nobody = await server.inject({ method: 'POST', url: '/?Action=Name', headers: form });
  t.match(nobody.payload, /<Name>&lt;nobody&gt;<\/Name>/);
  const other = {
    method: 'POST',
    url: '/',
    headers: form,
    payload: 'Action=Name&Version=2010-05-15',
  } as const;
  t.match((await server.inject(other)).payload, /<Name>of another service<\/Name>/);
  const credential = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sts/aws4_request';
  const wrong = await server.inject({
    method: 'POST',
    url: '/',
    headers: { ...form, authorization: credential },
    payload: 'Action=No',
  });
  t.equal(wrong.statusCode, 400);
  t.match(wrong.payload, /<Code>InvalidAction<\/Code>/);
});

t.test('a GET, which any page can make a browser send, reads and changes nothing', async (t) => {
  const get = (query: string) =>
    server.inject({ method: 'GET', url: `/?${query}`, headers: { host: 'localhost.localstack.cloud' } });
  t.match((await get('Action=GetText')).payload, /<Text>a&#13;\nb<\/Text>/, 'no line end is lost');
  for (const query of ['Action=Name', 'Action=Name&X-Amz-Credential=a/1/us-east-1/sts/aws4_request']) {
    const refused = await get(query);
    t.equal(refused.statusCode, 405);
    t.match(refused.payload, /<Code>MethodNotAllowed<\/Code>/);
  }
});

t.test('without an upstream, what is not ours names the service and the variable', async (t) => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request';
  const s3 = await server.inject({
    method: 'PUT',
    url: '/bucket/key',
    headers: { host: 'localhost', authorization },
    payload: 'x',
  });
  t.equal(s3.statusCode, 501);
  t.match(s3.payload, /<Message>ecsidecar does not serve s3\. Set UPSTREAM_ENDPOINT_URL/);
  const sqs = await call('x', '{}', { 'x-amz-target': 'AmazonSQS.SendMessage' });
  t.match(sqs.json(), { __type: 'NotImplemented', message: /AmazonSQS.*UPSTREAM_ENDPOINT_URL/ });
});

t.test('an error has the form that the service named by the signature answers in', async (t) => {
  const ask = (service: string, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: '/2015-03-31/functions/',
      headers: {
        host: 'localhost',
        authorization: `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request`,
        ...headers,
      },
      payload: '',
    });
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const lambda = await ask('lambda', { 'content-type': 'application/json' });
  t.match(lambda.json(), { __type: 'NotImplemented', message: /does not serve lambda/ });
  t.equal(lambda.headers['x-amzn-errortype'], 'NotImplemented');
  t.match((await ask('ec2', form)).payload, /<Response><Errors><Error><Code>NotImplemented</);
  t.match(
    (await ask('iam', form)).payload,
    /<ErrorResponse><Error><Type>Receiver<\/Type><Code>NotImplemented</,
  );
  t.match((await ask('route53')).payload, /<ErrorResponse>/);
  t.match((await ask('s3')).payload, /\n<Error><Code>NotImplemented</);
  const cbor = await ask('monitoring', {
    'smithy-protocol': 'rpc-v2-cbor',
    'content-type': 'application/cbor',
  });
  t.equal(cbor.headers['content-type'], 'application/cbor');
  t.equal(cbor.headers['smithy-protocol'], 'rpc-v2-cbor');
  t.match(await cborClient(cbor.rawPayload), { __type: 'NotImplemented', message: /monitoring/ });
});

t.test('XML answers hold only what XML can hold', async (t) => {
  const answer = await server.inject({
    method: 'POST',
    url: '/?Action=Name&Who=%00%1Fa%EF%BF%BF%3C%F0%9F%98%80',
    headers: { host: 'localhost' },
  });
  t.match(answer.payload, '<Name>\ufffd\ufffda\ufffd&lt;😀</Name>');
});

t.test('foreign hosts and origins get 403 before anything is read', async (t) => {
  for (const headers of [{ host: 'evil.example' }, { origin: 'http://evil.example' }] as Record<
    string,
    string
  >[]) {
    const answer = await call('Echo', '{', headers);
    t.equal(answer.statusCode, 403);
    t.equal(answer.headers['access-control-allow-origin'], undefined);
  }
  const preflight = await server.inject({
    method: 'OPTIONS',
    url: '/',
    headers: { host: 'localhost', origin: 'http://evil.example' },
  });
  t.equal(preflight.statusCode, 403);
  const health = await server.inject({ url: '/_ecsidecar/health', headers: { host: 'evil.example' } });
  t.equal(health.statusCode, 403);
});

t.test('access that an action denies is 403; a body that is no UTF-8 is refused', async (t) => {
  t.equal((await call('Deny')).statusCode, 403);
  const invalid = await call('Echo', Buffer.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')]));
  t.match(invalid.json(), { __type: 'SerializationException' });
});

t.test('health is answered under both names', async (t) => {
  for (const url of ['/_ecsidecar/health', '/_localstack/health']) {
    const answer = await server.inject({ url, headers: { host: 'localhost' } });
    t.same(answer.json(), { status: 'fine' });
  }
  t.equal((await server.inject({ url: '/_ecsidecar/x', headers: { host: 'localhost' } })).statusCode, 404);
});

t.test('a line is logged for each request, with its action, account and region', async (t) => {
  lines.length = 0;
  await call('Echo', '{}', {
    authorization: 'AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/ecs/aws4_request',
  });
  t.match(JSON.parse(lines[0]!), {
    msg: 'ecs Echo',
    account: '123456789012',
    region: 'eu-west-1',
    status: 200,
    ms: Number,
  });
});

t.test('whatever comes, the answer is one that a client can read', async (t) => {
  const known = fc.constantFrom(
    'Things_1.Echo',
    'Things_1.Break',
    'Things_1.',
    '.',
    'Things_1',
    'AmazonSQS.X',
    '',
  );
  const type = fc.constantFrom(
    'application/x-amz-json-1.1',
    'application/x-www-form-urlencoded',
    'text/plain',
    'x',
    '',
  );
  const held = fc.assert(
    fc.asyncProperty(
      fc.constantFrom('POST', 'GET', 'PUT', 'DELETE'),
      fc.oneof(fc.webPath(), fc.constant('/'), fc.constant('/?Action=Name')),
      known,
      type,
      fc.oneof(fc.string(), fc.json()),
      async (method, path, target, contentType, payload) => {
        const headers = { host: 'localhost', 'x-amz-target': target, 'content-type': contentType };
        const hasBody = method !== 'GET';
        const answer = await server.inject({
          method: method as 'POST',
          url: path || '/',
          headers,
          ...(hasBody && { payload }),
        });
        const isJson = String(answer.headers['content-type']).includes('json');
        if (isJson) answer.json();
        return isJson || answer.payload.startsWith('<?xml');
      },
    ),
  );
  await t.resolves(held);
});
