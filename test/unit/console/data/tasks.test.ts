import t from 'tap';
import { MAX_BODY_BYTES } from '../../../../src/console/data/read-json.ts';
import { ClientException } from '../../../../src/model/aws-error.ts';
import type { ConsolePorts, ContainerFacts, TaskUsage } from '../../../../src/model/console-ports.ts';
import { ExecutorError } from '../../../../src/model/ports.ts';
import type { AwsTaskDefinition } from '../../../../src/model/task-definition.ts';
import type { Task, TaskContainer } from '../../../../src/model/task.ts';
import { consoleGateway } from '../../../support/console.ts';
import { until } from '../../../support/poll.ts';
import { sampleDefinition, sampleTask } from '../../../support/rendering.ts';
import { readFrames } from '../../../support/server-sent-events.ts';

const container = (name: string, more: Partial<TaskContainer> = {}): TaskContainer => ({
  arn: `arn:${name}` as TaskContainer['arn'],
  name,
  image: 'busybox',
  essential: true,
  lastStatus: 'RUNNING',
  healthStatus: 'UNKNOWN',
  networkBindings: [],
  ...more,
});

/** Ports that know this task alone. */
const portsOf = (
  task: Task,
  definition: AwsTaskDefinition,
  more: Partial<ConsolePorts> = {},
): Partial<ConsolePorts> => ({
  tasks: { get: (arn) => (arn === task.arn ? task : undefined) },
  taskDefinitions: {
    getByArn: () => ({
      ...{ scope: task.scope, arn: task.taskDefinitionArn, family: task.family, revision: 1 },
      ...{ status: 'ACTIVE', definition, tags: [] },
    }),
  },
  reloads: () => [],
  watched: () => new Map(),
  containers: () => Promise.resolve([]),
  ...more,
});

const get = (task: Pick<Task, 'arn'>, what: string) =>
  ({
    method: 'GET',
    url: `/_ecsidecar/api/tasks/${encodeURIComponent(task.arn)}/${what}`,
    headers: { host: 'localhost' },
  }) as const;

t.test('the project of a task is what the port reads; a name that is no task reaches no port', async (t) => {
  const task = sampleTask();
  const asked: Task[] = [];
  const project = { folder: '/data/p', command: 'docker compose up', files: [] };
  const { server } = await consoleGateway(
    t,
    portsOf(task, sampleDefinition(), {
      project(one) {
        asked.push(one);
        return Promise.resolve(project);
      },
    }),
  );
  t.same((await server.inject(get(task, 'compose'))).json(), project);
  t.same(asked, [task]);
  for (const arn of ['../../../etc/passwd', `${task.arn}/../x`, 'x'.repeat(1500)])
    for (const what of ['compose', 'details', 'stats']) {
      const answer = await server.inject(get({ arn: arn as Task['arn'] }, what));
      t.equal(answer.statusCode, 404, `${arn} ${what}`);
      t.match(answer.json(), { __type: 'ResourceNotFoundException' });
    }
  t.equal(asked.length, 1);
});

t.test('a task without a project is told why', async (t) => {
  const task = sampleTask();
  for (const [lastStatus, words] of [
    ['PROVISIONING', /not that far yet/],
    ['STOPPED', /has stopped/],
  ] as const) {
    const { server } = await consoleGateway(
      t,
      portsOf({ ...task, lastStatus }, sampleDefinition(), { project: () => Promise.resolve(undefined) }),
    );
    const answer = await server.inject(get(task, 'compose'));
    t.equal(answer.statusCode, 409);
    t.match(answer.json<{ message: string }>().message, words);
  }
});

t.test(
  'details hide what is secret and tell what the store, the definition and the engine know',
  async (t) => {
    const task: Task = {
      ...sampleTask('shop'),
      lastStatus: 'RUNNING',
      createdAt: new Date(1000),
      pullStartedAt: new Date(2000),
      pullStoppedAt: new Date(3000),
      startedAt: new Date(5000),
      containers: [
        container('web', {
          startedAtMs: 4000,
          runtimeId: 'e'.repeat(64),
          restarts: { count: 3, ofLifeMs: 0 },
          networkBindings: [
            { containerPort: 9229, hostPort: 40_001, protocol: 'tcp', bindIP: '0.0.0.0' },
            { containerPort: 53, hostPort: 40_002, protocol: 'udp', bindIP: '0.0.0.0' },
          ],
        }),
        container('job', { lastStatus: 'PENDING' }),
      ],
    };
    const definition: AwsTaskDefinition = {
      family: 'shop',
      volumes: [{ name: 'code', host: { sourcePath: '/home/me/shop' } }],
      containerDefinitions: [
        {
          name: 'web',
          image: 'node:24',
          mountPoints: [{ sourceVolume: 'code', containerPath: '/app', readOnly: true }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/shop',
              'awslogs-stream-prefix': 'p',
              'awslogs-region': 'eu-west-1',
            },
          },
        },
        {
          name: 'job',
          dependsOn: [{ containerName: 'web', condition: 'HEALTHY' }],
          environment: [
            { name: 'PLAIN', value: 'shown' },
            { name: 'DB_PASSWORD', value: 'hidden-by-name' },
            { name: 'TOKEN_MINUTES', value: '5' },
          ],
          secrets: [{ name: 'KEY', valueFrom: 'arn:x' }],
        },
      ],
    };
    const facts: ContainerFacts[] = [
      {
        name: 'web',
        kind: 'defined',
        environment: [
          { name: 'A', value: '1' },
          { name: 'S' },
          { name: 'AWS_SECRET_ACCESS_KEY', value: 'test' },
        ],
        engine: {
          dockerId: 'e'.repeat(64),
          dockerName: 'ecs-shop-3-web',
          image: 'node:24',
          imageId: 'sha256:1',
          entryPoint: ['node'],
          command: ['--inspect', 'app.js'],
          mounts: [{ hostPath: '/home/me/shop', containerPath: '/app', readOnly: true }],
          healthLog: [{ startedAt: '2026-01-01T00:00:00Z', exitCode: 1, output: 'refused' }],
          labels: { 'ecsidecar.id': 'x' },
        },
      },
      { name: 'ecs.pause', kind: 'pause', environment: [] },
    ];
    const reload = { containerName: 'web', action: 'restart', files: ['/app/a.js'], fileCount: 1 };
    const { server } = await consoleGateway(
      t,
      portsOf(task, definition, {
        containers: () => Promise.resolve(facts),
        watched: () => new Map([['web', ['/home/me/shop']]]),
        reloads: () => [
          { ...reload, id: 'b', status: 'PENDING', at: new Date(9000) },
          { ...reload, id: 'a', status: 'DONE', at: new Date(8500), durationMs: 312 },
          { ...reload, id: 'a', status: 'PENDING', at: new Date(8000) },
        ],
      }),
    );
    const answer = await server.inject(get(task, 'details'));
    t.equal(answer.statusCode, 200);
    t.notMatch(answer.body, /hidden-by-name|"test"/);
    const details = answer.json<Record<string, unknown> & { containers: Record<string, unknown>[] }>();
    t.equal(details['pendingFor'], 'job waits for web to be HEALTHY');
    t.same(
      (details['timeLine'] as { what: string; at: string }[]).map(
        ({ what, at }) => `${what} ${at.slice(17, 19)}`,
      ),
      ['created 01', 'connected 02', 'pullStarted 02', 'pullStopped 03', 'containerStarted 04', 'started 05'],
    );
    const [web, job, pause] = details.containers;
    t.match(web, {
      restartCount: 3,
      dockerName: 'ecs-shop-3-web',
      command: ['--inspect', 'app.js'],
      mounts: [{ hostPath: '/home/me/shop', containerPath: '/app', readOnly: true, isWatched: true }],
      healthLog: [{ output: 'refused' }],
      logs: { group: '/shop', stream: `p/web/${task.id}`, region: 'eu-west-1' },
      debuggers: [{ kind: 'node', hostPort: 40_001, attach: 'node inspect 127.0.0.1:40001' }],
    });
    t.same(web?.['environment'], [
      { name: 'A', value: '1' },
      { name: 'S' },
      { name: 'AWS_SECRET_ACCESS_KEY' },
    ]);
    t.same(
      (web?.['ports'] as { url?: string }[]).map(({ url }) => url),
      ['http://127.0.0.1:40001', undefined],
    );
    t.same(
      job?.['environment'],
      [
        { name: 'PLAIN', value: 'shown' },
        { name: 'DB_PASSWORD' },
        { name: 'TOKEN_MINUTES', value: '5' },
        { name: 'KEY' },
      ],
      'what was not created yet is told from its definition',
    );
    t.match(pause, { name: 'ecs.pause', kind: 'pause' });
    t.same(
      (details['reloads'] as { id: string; status: string; at: string }[]).map(
        ({ id, status, at }) => `${id} ${status} ${at.slice(17, 19)}`,
      ),
      ['b PENDING 09', 'a DONE 08'],
    );
  },
);

t.test('usage comes until the task stops, then an end', async (t) => {
  const task = sampleTask();
  const usage: TaskUsage = { atMs: 1, containers: [] };
  const { server } = await consoleGateway(
    t,
    portsOf(task, sampleDefinition(), {
      async *usage() {
        yield await Promise.resolve(usage);
        yield usage;
      },
    }),
  );
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const reader = await readFrames(`${url}${get(task, 'stats').url}`);
  await reader.ended;
  t.same(reader.frames, [
    { event: 'usage', data: usage },
    { event: 'usage', data: usage },
    { event: 'end', data: {} },
  ]);
});

t.test('looking ends with the client, and with the server', async (t) => {
  const task = sampleTask();
  let looking = 0;
  const { server } = await consoleGateway(
    t,
    portsOf(task, sampleDefinition(), {
      async *usage(_arn, signal) {
        looking += 1;
        yield { atMs: 0, containers: [] };
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
        looking -= 1;
      },
    }),
  );
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const first = await readFrames(`${url}${get(task, 'stats').url}`);
  const second = await readFrames(`${url}${get(task, 'stats').url}`);
  await until('both', () => first.frames.length + second.frames.length === 2);
  t.equal(looking, 2);
  first.close();
  await until('one left', () => looking === 1);
  await server.close();
  await second.ended;
  await until('none', () => looking === 0);
  t.notOk(second.frames.some(({ event }) => event === 'end'));
});

t.test('an engine that breaks cuts the stream and nothing else', async (t) => {
  const task = sampleTask();
  const { server } = await consoleGateway(
    t,
    portsOf(task, sampleDefinition(), {
      // eslint-disable-next-line require-yield
      async *usage() {
        await Promise.reject(new Error('gone'));
      },
    }),
  );
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  await t.rejects(readFrames(`${url}${get(task, 'stats').url}`));
  t.equal((await server.inject(get(task, 'details'))).statusCode, 200);
});

const post = (body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  ({
    method: 'POST',
    url: '/_ecsidecar/api/preview',
    headers: { host: 'localhost', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  }) as const;

t.test('a preview is what the port makes of the body', async (t) => {
  const given: unknown[] = [];
  const { server } = await consoleGateway(t, {
    preview(definition) {
      given.push(definition);
      if (definition.family === 'refused') throw new ClientException('Container list cannot be empty.');
      if (definition.family === 'broken')
        throw new ExecutorError('cannotCreate', 'a Docker label has no name');
      return Promise.resolve({ compose: 'name: x\n', notes: ['Accepted and not acted on: pidMode'] });
    },
  });
  const input = { family: '<script>alert(1)</script>', containerDefinitions: [] };
  const answer = await server.inject(post(input));
  t.same(answer.json(), { compose: 'name: x\n', notes: ['Accepted and not acted on: pidMode'] });
  t.match(answer.headers['content-type'], /^application\/json/);
  t.same(given, [input]);
  for (const [family, message] of [
    ['refused', 'Container list cannot be empty.'],
    ['broken', 'a Docker label has no name'],
  ]) {
    const refused = await server.inject(post({ family }));
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), { __type: 'ClientException', message });
  }
});

t.test('a body that is no JSON object, does not say so or is too large reaches no port', async (t) => {
  const { server, lines } = await consoleGateway(t, {});
  const json = { 'content-type': 'application/json; charset=utf-8' };
  for (const [body, headers, status] of [
    ['{}', { 'content-type': 'text/plain' }, 415],
    ['{}', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['{}', {}, 415],
    ['{', json, 400],
    ['[]', json, 400],
    ['null', json, 400],
    ['', json, 400],
    [`{"a":"${'x'.repeat(MAX_BODY_BYTES)}"}`, json, 413],
  ] as const) {
    const answer = await server.inject(post(body, headers));
    t.equal(answer.statusCode, status, `${body.slice(0, 10)} ${JSON.stringify(headers)}: ${answer.body}`);
  }
  const foreign = { ...json, origin: 'http://evil.example' };
  t.equal((await server.inject(post({}, foreign))).statusCode, 403);
  t.same(lines, [], 'none of it is an error of ours');
});
