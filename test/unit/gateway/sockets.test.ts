import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { CloudWatchLogsClient, StartLiveTailCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient, DescribeTasksCommand, ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { createStsApi } from '../../../src/apis/sts/operations.ts';
import { createGateway } from '../../../src/gateway/server.ts';
import { served, EventStream, type Api, type BoundAction } from '../../../src/model/api.ts';
import { AwsError, ClusterNotFoundException } from '../../../src/model/aws-error.ts';
import type { RequestContext } from '../../../src/model/ports.ts';

const refuse = (): AwsError => new AwsError('Refused', 'refused');
const api = (service: string, targetPrefix: string, actions: Api['actions']): Api => ({
  service,
  wire: { protocol: 'awsJson', targetPrefix, timestamps: 'epochSeconds' },
  actions,
  missingMember: refuse,
  invalidEnum: refuse,
  invalidValue: refuse,
});

/** A gateway with these actions of ECS and Logs, on a port of its own. */
async function start(t: Test, ecs: Api['actions'], logs: Api['actions'] = {}, closeGraceMs = 60_000) {
  const lines: string[] = [];
  const gateway = await createGateway({
    apis: [
      api('ecs', 'AmazonEC2ContainerServiceV20141113', ecs),
      api('logs', 'Logs_20140328', logs),
      createStsApi({ now: () => new Date() }),
    ].map(served),
    health: () => {
      throw new Error('a secret of the inside');
    },
    allowedHosts: [],
    closeGraceMs,
    logger: pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }),
  });
  const url = await gateway.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => gateway.close());
  const { port } = gateway.server.address() as AddressInfo;
  return { gateway, url, port, lines };
}

const head = (action: string, prefix = 'AmazonEC2ContainerServiceV20141113') =>
  `POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: ${prefix}.${action}\r\n`;

async function raw(port: number, request: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

/** The action's context once it was called, and what was called with it. */
function caught(): { action: BoundAction; called: Promise<RequestContext> } {
  let resolveCalled: (context: RequestContext) => void;
  const called = new Promise<RequestContext>((resolve) => (resolveCalled = resolve));
  const action: BoundAction = (context) => {
    resolveCalled(context);
    return aborted(context.signal);
  };
  return { action, called };
}

const aborted = async (signal: AbortSignal): Promise<object> => {
  if (!signal.aborted) await once(signal, 'abort');
  return {};
};

const clientConfig = (url: string) => ({
  endpoint: url,
  region: 'eu-west-1',
  credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
  maxAttempts: 1,
  disableHostPrefix: true,
});

t.test("AWS's own clients read answers, dates, errors and identity", async (t) => {
  const at = new Date(1_789_551_555_929);
  const { url } = await start(t, {
    ListTasks: () => {
      throw new ClusterNotFoundException();
    },
    DescribeTasks: ({ caller }, input) => ({
      tasks: [{ createdAt: at, group: caller.region }],
      failures: [input],
    }),
    RunTask: () => {
      throw new AwsError('ConflictException', 'in use', { members: { resourceIds: ['arn'] } });
    },
  });
  const ecs = new ECSClient(clientConfig(url));
  const sts = new STSClient(clientConfig(url));
  t.teardown(() => {
    ecs.destroy();
    sts.destroy();
  });
  const described = await ecs.send(new DescribeTasksCommand({ tasks: ['a'] }));
  t.same(described.tasks, [{ createdAt: at, group: 'eu-west-1' }]);
  t.match(described.$metadata, { httpStatusCode: 200, requestId: /^[0-9a-f-]{36}$/ });
  await t.rejects(ecs.send(new ListTasksCommand({})), {
    name: 'ClusterNotFoundException',
    message: 'Cluster not found.',
    $metadata: { httpStatusCode: 400 },
  });
  const conflict = await ecs
    .send(new RunTaskCommand({ taskDefinition: 'a' }))
    .catch((error: unknown) => error);
  t.match(conflict, { name: 'ConflictException', message: 'in use', resourceIds: ['arn'] });
  t.match(await sts.send(new GetCallerIdentityCommand({})), {
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/test',
  });
});

t.test("an event stream is read by AWS's own client; its failure ends it in words", async (t) => {
  const sessionUpdate = { sessionResults: [{ message: 'café', timestamp: 5 }] };
  const { url, lines } = await start(
    t,
    {},
    {
      StartLiveTail: (_context, input) => {
        const [, filter] = Object.values(input as object) as [unknown, string];
        return new EventStream(
          (async function* () {
            yield { type: 'sessionStart', payload: { sessionId: 's' } };
            yield { type: 'sessionUpdate', payload: sessionUpdate };
            await Promise.resolve();
            if (filter === 'time') throw new AwsError('SessionTimeoutException', 'too long');
            if (filter === 'break') throw new Error('a secret of the inside');
          })(),
        );
      },
    },
  );
  const client = new CloudWatchLogsClient(clientConfig(url));
  t.teardown(() => {
    client.destroy();
  });
  const read = async (filter: string) => {
    const command = new StartLiveTailCommand({ logGroupIdentifiers: ['arn'], logEventFilterPattern: filter });
    const { responseStream } = await client.send(command);
    const events: unknown[] = [];
    try {
      for await (const event of responseStream!) events.push(event);
    } catch (error) {
      events.push((error as Error).name, (error as Error).message);
    }
    return events;
  };
  const events = [{ sessionStart: { sessionId: 's' } }, { sessionUpdate }];
  t.match(await read('none'), events);
  t.match(await read('time'), [...events, 'SessionTimeoutException', 'too long']);
  const broken = await read('break');
  t.match(broken.slice(0, 2), events);
  t.notMatch(JSON.stringify(broken), 'secret');
  t.ok(lines.some((line) => line.includes('a secret of the inside')));
});

t.test("an action's signal aborts when its client leaves", async (t) => {
  const { action, called } = caught();
  const { port, lines } = await start(t, { Wait: action });
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head('Wait')}Content-Length: 2\r\n\r\n{}`);
  const { signal } = await called;
  t.equal(signal.aborted, false);
  socket.destroy();
  await t.resolves(aborted(signal));
  t.same(lines, [], 'and nobody is warned of it');
});

t.test('a stream ends when its client leaves', async (t) => {
  let ended: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (ended = resolve));
  const { port } = await start(t, {
    Tail: ({ signal }) =>
      new EventStream(
        (async function* () {
          try {
            yield { type: 'a', payload: {} };
            await aborted(signal);
          } finally {
            ended();
          }
        })(),
      ),
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head('Tail')}Content-Length: 2\r\n\r\n{}`);
  await once(socket, 'data');
  socket.destroy();
  await t.resolves(over);
});

t.test('closing ends what is under way, and what comes then is told so', async (t) => {
  const { action, called } = caught();
  const { gateway, port } = await start(t, { Wait: action });
  const accepted: Socket[] = [];
  gateway.server.on('connection', (socket: Socket) => accepted.push(socket));
  const [waiting, late] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  late.write(`${head('Late')}Content-Length: 2\r\n`);
  waiting.write(`${head('Wait')}Content-Length: 2\r\n\r\n{}`);
  await called;
  while (accepted.length < 2 || accepted.some(({ bytesRead }) => bytesRead === 0)) await setImmediate();
  const closed = gateway.close();
  t.match(await text(waiting), /^HTTP\/1\.1 200/);
  late.write('\r\n{}');
  t.match(await text(late), /^HTTP\/1\.1 503[^]*"__type":"ServiceUnavailableException"/);
  await t.resolves(closed);
});

t.test(
  'a body that is too large is answered, whether or not its size was said, and the connection goes on',
  async (t) => {
    const { port } = await start(t, { Ping: () => ({}) });
    const large = Buffer.alloc(12 * 1024 * 1024, 'x');
    const ping = `${head('Ping')}Connection: close\r\nContent-Length: 2\r\n\r\n{}`;
    const sized = [`${head('Ping')}Content-Length: ${large.length}\r\n\r\n`, large, ping];
    const chunked = [
      `${head('Ping')}Transfer-Encoding: chunked\r\n\r\n${large.length.toString(16)}\r\n`,
      large,
      `\r\n0\r\n\r\n${ping}`,
    ];
    for (const request of [sized, chunked]) {
      const answers = await raw(port, Buffer.concat(request.map((part) => Buffer.from(part))));
      t.same(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 413', 'HTTP/1.1 200']);
      t.match(answers, /"__type":"RequestEntityTooLargeException"/);
    }
  },
);

t.test('a client that leaves in the middle of its request is no error', async (t) => {
  const { port, lines } = await start(t, { Ping: () => ({}) });
  const socket: Socket = connect(port, '127.0.0.1');
  socket.write(`${head('Ping')}Content-Length: 100\r\n\r\n{`);
  socket.end();
  t.notMatch(await text(socket), 'ServerException');
  t.match(
    await raw(port, `${head('Ping')}Connection: close\r\nContent-Length: 0\r\n\r\n`),
    /^HTTP\/1\.1 200/,
  );
  t.same(lines, []);
});

t.test('foreign hosts get 403 whatever the path or the method, also those that no route takes', async (t) => {
  const { port } = await start(t, {});
  const end = 'Connection: close\r\n\r\n';
  for (const line of [
    'GET /%zz',
    'PROPFIND /',
    'GET /',
    'GET /_ecsidecar/health',
    'OPTIONS *',
    'GET http://localhost/',
  ]) {
    for (const bad of ['Host: evil.example', 'Host: localhost\r\nOrigin: http://evil.example']) {
      const answer = await raw(port, `${line} HTTP/1.1\r\n${bad}\r\n${end}`);
      t.match(answer, /^HTTP\/1\.1 403 [^]*"__type":"AccessDeniedException"/, `${line} ${bad}`);
      t.notMatch(answer, /access-control/i);
    }
  }
  t.match(await raw(port, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 403 /, 'HTTP/1.0 may leave Host out');
  t.match(await raw(port, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /, 'HTTP/1.1 may not');
});

t.test(
  'what is no HTTP, too large a head, and a method or path that nobody has, are told in AWS’s form',
  async (t) => {
    const { port } = await start(t, {});
    const host = 'Host: localhost\r\nConnection: close\r\n';
    t.match(await raw(port, 'GARBAGE\r\n\r\n'), /^HTTP\/1\.1 400 [^]*"__type":"InvalidRequest"/);
    const headed = await raw(port, `GET / HTTP/1.1\r\n${host}X: ${'y'.repeat(20_000)}\r\n\r\n`);
    t.match(headed, /^HTTP\/1\.1 431 [^]*"__type":"InvalidRequest"/);
    t.match(
      await raw(port, `PROPFIND / HTTP/1.1\r\n${host}\r\n`),
      /^HTTP\/1\.1 405 [^]*<Code>MethodNotAllowed/,
    );
    t.match(await raw(port, `GET /%zz HTTP/1.1\r\n${host}\r\n`), /^HTTP\/1\.1 501 [^]*<Code>NotImplemented/);
  },
);

t.test('a health check that fails tells nothing of the inside; the root says what this is', async (t) => {
  const { url, lines } = await start(t, {});
  const answer = await fetch(`${url}/_ecsidecar/health`);
  t.equal(answer.status, 500);
  t.notMatch(await answer.text(), 'secret');
  t.equal(lines.length, 1);
  const root = await fetch(url);
  t.equal(root.status, 200);
  t.match(await root.json(), { name: 'ecsidecar', health: '/_ecsidecar/health' });
  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request' };
  t.equal((await fetch(url, { headers: signed })).status, 501, "S3's ListBuckets");
});

t.test(
  'closing does not wait for ever: not for half a request, nor for an action that does not end',
  async (t) => {
    let tellCalled: () => void = () => undefined;
    const called = new Promise<void>((resolve) => (tellCalled = resolve));
    const never: BoundAction = () => {
      tellCalled();
      return new Promise(() => undefined);
    };
    const { gateway, port } = await start(t, { Never: never }, {}, 20);
    const [half, stuck] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    for (const socket of [half, stuck]) socket.on('error', () => undefined);
    half.write(head('Never'));
    stuck.write(`${head('Never')}Content-Length: 2\r\n\r\n{}`);
    await called;
    await t.resolves(gateway.close());
  },
);
