import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { NODE_IMAGE } from '../support/examples.ts';
import { ROUTER, saidBy } from '../support/firelens.ts';
import { IDLE, lookInto } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { secretArn } from '../support/upstream.ts';

const run = promisify(execFile);
const executionRoleArn = 'arn:aws:iam::000000000000:role/execution';
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-firelens-'));
const secretsFile = join(folder, 'secrets.yaml');
await writeFile(
  secretsFile,
  'secrets:\n  splunk: canary$1\nfiles:\n  bucket/extra.conf: ./extra.conf\n  bucket/empty.conf: ./empty.conf\n',
);
await writeFile(join(folder, 'extra.conf'), '[FILTER]\n    Name nest\n    Match ${NOT_OURS}\n');
await writeFile(join(folder, 'empty.conf'), '');
const sidecar = await startSidecar({ ECS_SECRETS_FILE: secretsFile });
t.teardown(async () => {
  await sidecar.remove();
  await rm(folder, { recursive: true });
});
const { start, stop, inspect, inside } = lookInto(sidecar);

type Said = { from: string; tag: string; record: Record<string, string> };

const router = (more: Partial<ContainerDefinition> = {}): Partial<ContainerDefinition> => ({
  name: 'log_router',
  image: NODE_IMAGE ?? 'node:24',
  memory: 128,
  command: ROUTER,
  firelensConfiguration: { type: 'fluentbit' },
  ...more,
});

/** Says something when it starts and something when it is to end. */
const app = (more: Partial<ContainerDefinition> = {}): Partial<ContainerDefinition> => ({
  name: 'app',
  command: [
    'sh',
    '-c',
    'trap "echo the last words; exit 0" TERM; echo hello; echo "to stderr" >&2; sleep 1000 & wait',
  ],
  logConfiguration: { logDriver: 'awsfirelens', options: { Name: 'stdout' } },
  ...more,
});

const outputOf = async (task: Task, name = 'log_router'): Promise<string> => {
  const id = task.containers?.find((one) => one.name === name)?.runtimeId ?? '';
  return (await run('docker', ['logs', id])).stdout;
};

const records = async (task: Task, count: number): Promise<Said[]> =>
  until(`${count} records`, async () => {
    const all = saidBy<Said>(await outputOf(task), 'RECORD');
    return all.length >= count && all;
  });

const skip = NODE_IMAGE === undefined && 'no image with Node';

t.test(
  'bridge: what a container writes comes to the router’s socket, with the tag of ECS',
  { skip },
  async (t) => {
    const task = await start(
      'firelens',
      [
        app({
          logConfiguration: {
            logDriver: 'awsfirelens',
            options: {
              Name: 'splunk',
              Price: '$5 ${HOME}',
              'exclude-pattern': '^healthz$',
              'log-driver-buffer-limit': '2097152',
            },
            secretOptions: [{ name: 'splunk_token', valueFrom: secretArn('splunk') }],
          },
        }),
        router(),
      ],
      { executionRoleArn },
    );
    const id = task.taskArn.split('/').at(-1) ?? '';
    const all = await records(task, 2);
    t.match(all, [{ from: 'socket' }, { from: 'socket' }]);
    t.strictSame([...new Set(all.map(({ tag }) => tag))], [`app-firelens-${id}`]);
    const texts = all.map(({ record }) => [record['log'], record['source']].join(' of '));
    t.strictSame(texts.sort(), ['hello of stdout', 'to stderr of stderr']);
    t.match(all[0]?.record, { container_id: /^[0-9a-f]{64}$/, container_name: /^\/ecs-firelens-1-app-/ });

    const printed = await outputOf(task);
    const [config] = saidBy<{ path: string; text: string }>(printed, 'CONFIG');
    t.equal(config?.path, '/fluent-bit/etc/fluent-bit.conf');
    t.equal(
      config?.text,
      `
[INPUT]
    Name forward
    Mem_Buf_Limit 64MB
    unix_path /var/run/fluent.sock

[INPUT]
    Name forward
    Listen 0.0.0.0
    Port 24224

[INPUT]
    Name tcp
    Tag firelens-healthcheck
    Listen 127.0.0.1
    Port 8877

[FILTER]
    Name   grep
    Match app-firelens*
    Exclude log ^healthz$

[FILTER]
    Name record_modifier
    Match *
    Record ecs_cluster default
    Record ecs_task_arn ${task.taskArn}
    Record ecs_task_definition firelens:1

[OUTPUT]
    Name null
    Match firelens-healthcheck

[OUTPUT]
    Name splunk
    Match app-firelens*
    Price $5 \${HOME}
    splunk_token \${splunk_token_0}
`,
    );
    t.match(
      saidBy(printed, 'ENV'),
      [{ splunk_token_0: 'canary$1' }],
      'a secret option is the router’s to fill in',
    );

    const { HostConfig, Config } = await inspect(task, 'app');
    t.equal(HostConfig.LogConfig?.Type, 'fluentd');
    t.match(HostConfig.LogConfig?.Config, {
      tag: `app-firelens-${id}`,
      'fluentd-async': 'true',
      'fluentd-sub-second-precision': 'true',
      'fluentd-buffer-limit': '2097152',
    });
    t.notOk(JSON.stringify([HostConfig, Config]).includes('canary'), 'it has no secret of the router’s');
    t.equal(await inside(task, 'app', 'sh', '-c', 'echo $FLUENT_HOST:$FLUENT_PORT'), 'log_router:24224');
    const { NetworkSettings } = await inspect(task, 'log_router');
    const address = NetworkSettings.Networks[sidecar.network]?.IPAddress ?? 'none';
    t.match(await inside(task, 'app', 'ping', '-c', '1', 'log_router'), `(${address})`);

    // The router outlives what logs through it, so that it is told everything.
    const volume = `ecs-firelens-${id.slice(0, 12)}`;
    t.ok((await run('docker', ['volume', 'ls', '-q'])).stdout.includes(volume));
    const routerId = task.containers?.find(({ name }) => name === 'log_router')?.runtimeId ?? '';
    const following = run('docker', ['logs', '-f', routerId]);
    await stop(task);
    const rest = (await following).stdout.split('\n');
    const lastWords = rest.findIndex((line) => line.includes('the last words'));
    t.ok(lastWords >= 0, 'the last words came to the router');
    t.ok(rest.findIndex((line) => line.startsWith('TERM')) > lastWords, 'before it was told to end');
    t.notOk((await run('docker', ['volume', 'ls', '-q'])).stdout.includes(volume), 'nothing is left');
  },
);

t.test('an empty configuration on S3 is a file too', { skip }, async (t) => {
  const options = { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::bucket/empty.conf' };
  const task = await start(
    'empty',
    [router({ firelensConfiguration: { type: 'fluentbit', options } }), app()],
    { executionRoleArn },
  );
  t.equal((await records(task, 2)).length, 2);
  const configs = saidBy<{ path: string; text: string }>(await outputOf(task), 'CONFIG');
  t.same(configs[1], { path: '/fluent-bit/etc/external.conf', text: '\n' });
  await stop(task);
});

t.test('awsvpc, a configuration on S3, a router without root', { skip }, async (t) => {
  const task = await start(
    'fluentd',
    [
      router({
        user: '1000',
        firelensConfiguration: {
          type: 'fluentbit',
          options: {
            'enable-ecs-log-metadata': 'false',
            'config-file-type': 's3',
            'config-file-value': 'arn:aws:s3:::bucket/extra.conf',
          },
        },
      }),
      app(),
    ],
    { networkMode: 'awsvpc', executionRoleArn },
  );
  t.equal((await records(task, 2)).length, 2);
  const configs = saidBy<{ path: string; text: string }>(await outputOf(task), 'CONFIG');
  t.match(configs[0]?.text, /\n@INCLUDE \/fluent-bit\/etc\/external.conf\n/);
  t.match(configs[0]?.text, /\n {4}Listen 127\.0\.0\.1\n {4}Port 24224\n/);
  t.notMatch(configs[0]?.text, 'record_modifier');
  t.same(configs[1], {
    path: '/fluent-bit/etc/external.conf',
    text: '[FILTER]\n    Name nest\n    Match ${NOT_OURS}\n',
  });
  t.equal(await inside(task, 'app', 'sh', '-c', 'echo $FLUENT_HOST:$FLUENT_PORT'), '127.0.0.1:24224');
  await stop(task);
});

t.test('fluentd has its configuration where it looks for it', { skip }, async (t) => {
  const firelensConfiguration = {
    type: 'fluentd' as const,
    options: { 'config-file-type': 'file', 'config-file-value': '/extra.conf' },
  };
  const options = { '@type': 'stdout', 'include-pattern': 'h' };
  const task = await start('fluentd-file', [
    router({ firelensConfiguration, readonlyRootFilesystem: true }),
    app({ logConfiguration: { logDriver: 'awsfirelens', options } }),
  ]);
  t.equal((await records(task, 2)).length, 2);
  const [config] = saidBy<{ path: string; text: string }>(await outputOf(task), 'CONFIG');
  t.equal(config?.path, '/fluentd/etc/fluent.conf');
  t.match(config?.text, '<match app-firelens**>');
  t.match(config?.text, '@include /extra.conf');
  await stop(task);
});

t.test(
  'options that would be more than one line stop the task, in ECS’s words where it has some',
  async (t) => {
    for (const [options, reason] of [
      [{ Name: 'stdout\n[OUTPUT]' }, /log option Name of container app has a line break/],
      [
        { Match: '*' },
        /^ResourceInitializationError: .*missing output key Name which is required for firelens configuration of type fluentbit/,
      ],
    ] as const) {
      const definition = await register(sidecar, 'refused', [
        router({ image: IMAGE, command: IDLE }),
        app({ logConfiguration: { logDriver: 'awsfirelens', options } }),
      ]);
      const { taskArn } = await runTask(sidecar, definition);
      const task = await untilStatus(sidecar, taskArn, 'STOPPED');
      t.match(task.stoppedReason, reason);
      t.equal(task.stopCode, 'TaskFailedToStart');
    }
  },
);
