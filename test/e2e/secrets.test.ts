import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateServiceCommand, DescribeTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { until } from '../support/poll.ts';
import { codeFolder, reloading, says } from '../support/reloading.ts';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { secretArn, startUpstream } from '../support/upstream.ts';

const run = promisify(execFile);
const upstream = await startUpstream();
const sidecar = await startSidecar({ UPSTREAM_ENDPOINT_URL: upstream.url });
const { untilWatched } = reloading(sidecar);
t.teardown(async () => {
  upstream.close();
  await sidecar.remove();
});
t.afterEach(() => {
  upstream.behave = () => 'answer';
});

const executionRoleArn = 'arn:aws:iam::000000000000:role/execution';
const sleep = ['sleep', '300'];

const valueIn = async (runtimeId: string | undefined, name: string): Promise<string> => {
  const { stdout } = await run('docker', ['exec', runtimeId!, 'sh', '-c', `printf %s "$${name}"`]);
  return stdout;
};

/** A task with one secret, in variable S. */
const withSecret = (family: string, valueFrom: string, more = {}): Promise<string> =>
  register(sidecar, family, [{ name: 'app', command: sleep, secrets: [{ name: 'S', valueFrom }], ...more }], {
    executionRoleArn,
  });

const asked = (): number => upstream.requests.filter(({ action }) => action !== 'PutEvents').length;

t.test('what cannot be had stops the task before any image is looked for', async (t) => {
  const image = 'registry.invalid/never:pulled';
  const cases: [name: string, definition: Promise<string>, reason: RegExp][] = [
    [
      'missing parameter',
      withSecret('missing', '/missing', { image }),
      /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time\(s\): invalid ssm parameters: \/missing$/,
    ],
    [
      'missing secret',
      withSecret('missing-secret', secretArn('missing'), { image }),
      /^ResourceInitializationError: .*unable to retrieve secret from asm: service call has been retried 1 time\(s\): failed to fetch secret arn:\S+:missing-AbCdEf from secrets manager: operation error Secrets Manager: GetSecretValue, .* ResourceNotFoundException: Secrets Manager can't find the specified secret\.$/,
    ],
    [
      'missing file',
      register(sidecar, 'missing-file', [
        { image, environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/missing.env' }] },
      ]),
      /^ResourceInitializationError: failed to download env files: .*NoSuchKey: The specified key does not exist/,
    ],
    [
      'missing credentials',
      register(sidecar, 'missing-credentials', [
        { image, repositoryCredentials: { credentialsParameter: secretArn('missing') } },
      ]),
      /^ResourceInitializationError: unable to pull secrets or registry auth: .*unable to retrieve secret from asm/,
    ],
  ];
  for (const [name, definition, reason] of cases) {
    const { taskArn } = await runTask(sidecar, await definition);
    const task = await untilStatus(sidecar, taskArn, 'STOPPED');
    t.match(task, { stopCode: 'TaskFailedToStart', stoppedReason: reason }, name);
    t.equal(task.startedAt, undefined);
  }
  upstream.behave = ({ action }) => (action === 'GetParameters' ? 'deny' : 'answer');
  const { taskArn } = await runTask(sidecar, await withSecret('denied', '/denied', { image }));
  t.match(
    (await untilStatus(sidecar, taskArn, 'STOPPED')).stoppedReason,
    /api error AccessDeniedException: User/,
  );
});

t.test('a variable that is longer than the kernel takes stops the task', async (t) => {
  upstream.objects.set('bucket/long.env', `LONG=${'x'.repeat(200_000)}\n`);
  const definition = await register(sidecar, 'long', [
    { environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/long.env' }] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  t.match(await untilStatus(sidecar, taskArn, 'STOPPED'), {
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'CannotCreateContainerError: the environment is too large: argument list too long',
  });
});

t.test('StopTask ends a fetch that gets no answer', async (t) => {
  upstream.behave = () => 'hang';
  const before = asked();
  const { taskArn } = await runTask(sidecar, await withSecret('slow', '/slow'));
  await until('the parameter is asked for', () => asked() > before);
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  t.match(await untilStatus(sidecar, taskArn, 'STOPPED'), { stopCode: 'UserInitiated' });
});

t.test('a rotated secret is seen by the next task, and by this one no more', async (t) => {
  upstream.secrets.set(secretArn('rotated'), { AWSCURRENT: 'one' });
  const definition = await withSecret('rotated', secretArn('rotated'));
  const first = await runTask(sidecar, definition);
  const { containers: before } = await untilStatus(sidecar, first.taskArn, 'RUNNING');
  upstream.secrets.set(secretArn('rotated'), { AWSCURRENT: 'two', AWSPREVIOUS: 'one' });
  const second = await runTask(sidecar, definition);
  const { containers: after } = await untilStatus(sidecar, second.taskArn, 'RUNNING');
  t.equal(await valueIn(before?.[0]?.runtimeId, 'S'), 'one');
  t.equal(await valueIn(after?.[0]?.runtimeId, 'S'), 'two');
});

t.test('a sidecar that died while it fetched fetches again', async (t) => {
  upstream.parameters.set('/killed', 'after the kill');
  upstream.behave = () => 'hang';
  const before = asked();
  const { taskArn } = await runTask(sidecar, await withSecret('killed', '/killed'));
  await until('the parameter is asked for', () => asked() > before);
  await sidecar.kill();
  upstream.behave = () => 'answer';
  await sidecar.restart();
  const { containers } = await untilStatus(sidecar, taskArn, 'RUNNING');
  t.equal(await valueIn(containers?.[0]?.runtimeId, 'S'), 'after the kill');
});

t.test(
  'a container made anew by a reload has its secrets, also after a restart of the sidecar',
  async (t) => {
    upstream.parameters.set('/reloaded', 'one');
    const folder = await codeFolder(says('hello'));
    const definition = await register(
      sidecar,
      'reloaded',
      [
        {
          name: 'app',
          command: ['sh', '/code/program.sh'],
          secrets: [{ name: 'S', valueFrom: '/reloaded' }],
          dockerLabels: { 'ecsidecar.reload': 'recreate' },
          mountPoints: [{ sourceVolume: 'code', containerPath: '/code' }],
        },
      ],
      { executionRoleArn, volumes: [{ name: 'code', host: { sourcePath: folder } }] },
    );
    const { taskArn } = await runTask(sidecar, definition);
    const { containers } = await untilStatus(sidecar, taskArn, 'RUNNING');
    await untilWatched(folder);
    const recreated = async (before: string | undefined): Promise<string | undefined> => {
      await writeFile(join(folder, 'program.sh'), says('again'));
      return until('the container is made anew', async () => {
        const { containers: now } = await describeTask(sidecar, taskArn);
        const [one] = now ?? [];
        return one?.lastStatus === 'RUNNING' && one.runtimeId !== before && one.runtimeId;
      });
    };
    upstream.parameters.set('/reloaded', 'two');
    const second = await recreated(containers?.[0]?.runtimeId);
    t.equal(await valueIn(second, 'S'), 'one', 'the task keeps what it was started with');
    await sidecar.kill();
    await sidecar.restart();
    await untilWatched(folder, 2);
    const third = await recreated(second);
    t.equal(await valueIn(third, 'S'), 'two', 'what is not kept anywhere is fetched again');
  },
);

t.test('no value is in any answer, event, log or file', async (t) => {
  const canary = 'canary-7f3a"$\\\nsecond-line-of-it';
  upstream.parameters.set('/canary', canary);
  upstream.secrets.set(secretArn('canary'), {
    AWSCURRENT: JSON.stringify({ key: canary, other: 'canary-7f3a' }),
  });
  upstream.objects.set('bucket/canary.env', 'FROM_FILE=canary-7f3a-in-a-file\n');
  const secrets = [
    { name: 'S', valueFrom: '/canary' },
    { name: 'K', valueFrom: `${secretArn('canary')}:key::` },
  ];
  const environmentFiles = [{ type: 's3' as const, value: 'arn:aws:s3:::bucket/canary.env' }];
  const good = { name: 'app', command: sleep, secrets, environmentFiles };
  const definitions = [
    await register(sidecar, 'canary', [good], { executionRoleArn }),
    // What fails has most to tell.
    await register(sidecar, 'canary-command', [{ ...good, command: ['/absent'] }], { executionRoleArn }),
    await register(
      sidecar,
      'canary-key',
      [{ secrets: [{ name: 'S', valueFrom: `${secretArn('canary')}:absent::` }] }],
      {
        executionRoleArn,
      },
    ),
    await register(
      sidecar,
      'canary-log',
      [
        {
          ...good,
          logConfiguration: {
            logDriver: 'gelf',
            options: { 'gelf-address': 'udp://127.0.0.1:1' },
            secretOptions: [{ name: 'gelf-compression-type', valueFrom: '/canary' }],
          },
        },
      ],
      { executionRoleArn },
    ),
  ];
  await sidecar.ecs.send(
    new CreateServiceCommand({ serviceName: 'canary', taskDefinition: 'canary', desiredCount: 1 }),
  );
  const answers: unknown[] = [];
  for (const definition of definitions) {
    const { taskArn } = await runTask(sidecar, definition);
    answers.push(
      await until(`a task of ${definition} is over or runs`, async () => {
        const task = await describeTask(sidecar, taskArn);
        return ['RUNNING', 'STOPPED'].includes(task.lastStatus ?? '') && task;
      }),
      await sidecar.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: definition })),
    );
  }
  t.match(answers[0], { lastStatus: 'RUNNING' });
  t.match(answers[2], { lastStatus: 'STOPPED' });
  // The source and the engine repeat what they cannot use.
  t.match(answers[4], { stoppedReason: /did not contain json key absent/ });
  t.match(answers[6], { stoppedReason: /\*\*\*/ });
  answers.push(upstream.requests.filter(({ action }) => action === 'PutEvents'));
  t.notMatch(JSON.stringify(answers), /canary-7f3a|second-line/);
  t.notMatch(sidecar.output(), /canary-7f3a|second-line/);
  const files = await readdir(sidecar.dataDir, { recursive: true, withFileTypes: true });
  const regular = files.filter((file) => file.isFile());
  t.ok(regular.some(({ name }) => name === 'compose.yaml'));
  for (const { parentPath, name } of regular)
    t.notMatch(await readFile(join(parentPath, name), 'latin1'), /canary-7f3a|second-line/, name);
  const listed = await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } });
  t.notMatch(JSON.stringify(listed), /canary-7f3a|second-line/, 'labels and commands');
});
