import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunTaskCommand, type TaskOverride } from '@aws-sdk/client-ecs';
import t from 'tap';
import { IDLE, lookInto, VPC } from '../../support/networking.ts';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';
import { startUpstream } from '../../support/upstream.ts';

const upstream = await startUpstream();
const sidecar = await startSidecar({ UPSTREAM_ENDPOINT_URL: upstream.url });
t.teardown(async () => {
  upstream.close();
  await sidecar.remove();
});
const { stop, inside, inspect } = lookInto(sidecar);

const MIB = 1024 * 1024;
const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const file = (key: string) => ({ type: 's3' as const, value: `arn:aws:s3:::bucket/${key}` });

const composeFile = (taskArn: string): Promise<string> => {
  const project = join('projects', '000000000000', 'us-east-1', 'default', 'standalone');
  return readFile(join(sidecar.dataDir, project, taskArn.split('/').at(-1) ?? '', 'compose.yaml'), 'utf8');
};

t.test('the overrides of a container, as its processes and the engine have them', async (t) => {
  upstream.objects.set('bucket/defined.env', 'FILE=defined\nONLY_DEFINED=1\n');
  upstream.objects.set('bucket/override.env', 'FILE=override\nCHANGED=file\n');
  const definition = await register(
    sidecar,
    'container',
    [
      {
        name: 'app',
        command: ['sh', '-c', 'exit 3'],
        cpu: 128,
        environment: [
          { name: 'CHANGED', value: 'defined' },
          { name: 'KEPT', value: 'kept' },
        ],
        environmentFiles: [file('defined.env')],
      },
      { name: 'side', command: IDLE, cpu: 64, memory: 48 },
    ],
    { executionRoleArn: role('execution') },
  );
  const override = {
    name: 'app',
    command: ['sh', '-c', 'trap "exit 0" TERM; echo "$0 $1" >/tmp/said; sleep 1000 & wait', 'a $b', "'c'"],
    environment: [
      { name: 'CHANGED', value: 'over $HOME' },
      { name: 'NEW', value: 'new' },
    ],
    environmentFiles: [file('override.env')],
    cpu: 256,
    memory: 64,
    memoryReservation: 40,
  };
  const { taskArn } = await runTask(sidecar, definition, { overrides: { containerOverrides: [override] } });
  const task = await untilStatus(sidecar, taskArn, 'RUNNING');
  await t.test('command', async (t) => {
    t.equal(await inside(task, 'app', 'cat', '/tmp/said'), `a $b 'c'`);
  });
  await t.test('environment and environmentFiles', async (t) => {
    const variables = (await inside(task, 'app', 'cat', '/proc/1/environ')).split('\0');
    for (const one of ['CHANGED=over $HOME', 'NEW=new', 'KEPT=kept', 'FILE=override'])
      t.ok(variables.includes(one), one);
    t.notMatch(variables.join('\n'), /ONLY_DEFINED/);
  });
  await t.test('cpu, memory and memoryReservation', async (t) => {
    t.match((await inspect(task, 'app')).HostConfig, {
      CpuShares: 256,
      Memory: 64 * MIB,
      MemoryReservation: 40 * MIB,
    });
    t.match(
      (await inspect(task, 'side')).HostConfig,
      { CpuShares: 64, Memory: 48 * MIB },
      'the other container is as it was',
    );
  });
  await t.test('DescribeTasks shows them', (t) => {
    t.strictSame(task.overrides, {
      containerOverrides: [override, { name: 'side' }],
      inferenceAcceleratorOverrides: [],
    });
    t.match(task.containers, [
      { name: 'app', cpu: '256', memory: '64', memoryReservation: '40' },
      { name: 'side', cpu: '64', memory: '48' },
    ]);
    t.end();
  });
  await stop({ taskArn });
  const again = await runTask(sidecar, definition);
  t.match(
    (await untilStatus(sidecar, again.taskArn, 'STOPPED')).containers?.[0],
    { exitCode: 3 },
    'the next task of the definition has none of them',
  );
});

t.test('the overrides of the task: sizes, roles and storage', async (t) => {
  const definition = await register(sidecar, 'task', [{ name: 'app', command: IDLE, memory: undefined }], {
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '1024',
    memory: '2048',
    ephemeralStorage: { sizeInGiB: 25 },
  });
  const overrides: TaskOverride = {
    cpu: '.25 vCPU',
    memory: '0.5GB',
    taskRoleArn: role('task'),
    executionRoleArn: role('execution'),
    ephemeralStorage: { sizeInGiB: 30 },
  };
  const { taskArn } = await runTask(sidecar, definition, { launchType: 'FARGATE', ...VPC, overrides });
  const task = await untilStatus(sidecar, taskArn, 'RUNNING');
  t.match((await inspect(task, 'app')).HostConfig, { NanoCpus: 25e7, Memory: 512 * MIB });
  t.match(await describeTask(sidecar, taskArn), {
    cpu: '256',
    memory: '512',
    ephemeralStorage: { sizeInGiB: 30 },
    overrides: {
      ...overrides,
      containerOverrides: [{ name: 'app' }],
      inferenceAcceleratorOverrides: [],
      cpu: '256',
      memory: '512',
    },
  });
  const text = await composeFile(taskArn);
  for (const member of ['taskRoleArn', 'executionRoleArn', 'ephemeralStorage'])
    t.match(text, new RegExp(`^# +${member}: `, 'm'), `${member} has no meaning here, and the file says so`);
  await stop({ taskArn });
});

t.test('a GPU that RunTask asks for is asked of the engine', async (t) => {
  const taskDefinition = await register(sidecar, 'gpu', [{ name: 'app', command: IDLE }]);
  const gpus = (value: string) => ({
    containerOverrides: [{ name: 'app', resourceRequirements: [{ type: 'GPU' as const, value }] }],
  });
  const { failures } = await sidecar.ecs.send(new RunTaskCommand({ taskDefinition, overrides: gpus('3') }));
  t.match(failures, [{ reason: 'RESOURCE:GPU' }], 'this machine has none');
  const { taskArn } = await runTask(sidecar, taskDefinition, { overrides: gpus('ALL') });
  const task = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(
    task.stoppedReason,
    /could not select device driver "nvidia" with capabilities: \[\[gpu\]\]/,
    'nor has the engine a driver for any',
  );
  t.match(await composeFile(taskArn), /count: all/);
  t.match(task.overrides?.containerOverrides, gpus('ALL').containerOverrides);
});
