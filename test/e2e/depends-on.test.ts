import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StopTaskCommand, type ContainerDefinition, type Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { findCompose } from '../../src/executors/compose/compose-cli.ts';
import { findEngine } from '../../src/executors/compose/engine.ts';
import { composeText, renderTask, taskHead } from '../../src/executors/compose/render.ts';
import { recordContainerEvents } from '../support/container-events.ts';
import { until } from '../support/poll.ts';
import { codeFolder } from '../support/reloading.ts';
import { sampleContext, sampleTask } from '../support/rendering.ts';
import { describeTask, IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const sidecar = await startSidecar();
const events = await recordContainerEvents(sidecar.docker);
t.teardown(async () => {
  events.close();
  await sidecar.remove();
});

const forever = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
const runs = (script: string) => ['sh', '-c', script];

const containerOf = (task: Task, name: string) => task.containers?.find((one) => one.name === name);

const stopped = async (taskArn: string): Promise<Task> => {
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  return untilStatus(sidecar, taskArn, 'STOPPED');
};

/** All four conditions in a row, a failing check beside them. */
const FIVE: readonly ContainerDefinition[] = [
  // Last first: the order of the definition is not the order of starting.
  {
    name: 'side',
    command: forever,
    essential: false,
    dependsOn: [{ containerName: 'app', condition: 'START' }],
    healthCheck: { command: ['CMD', 'false'], interval: 5, retries: 1 },
  },
  {
    name: 'app',
    command: forever,
    dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
    restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
  },
  {
    name: 'db',
    command: forever,
    dependsOn: [{ containerName: 'report', condition: 'COMPLETE' }],
    healthCheck: { command: ['CMD-SHELL', 'true'], interval: 5 },
  },
  {
    name: 'report',
    command: runs('sleep 0.3; exit 3'),
    essential: false,
    dependsOn: [{ containerName: 'migrate', condition: 'SUCCESS' }],
  },
  { name: 'migrate', command: runs('sleep 0.3'), essential: false },
];

t.test('five containers start as their conditions are met, and stop in the reverse order', async (t) => {
  const definition = await register(sidecar, 'five', FIVE);
  const { taskArn } = await runTask(sidecar, definition);
  const waiting = await until('db runs and app waits for its health', async () => {
    const task = await describeTask(sidecar, taskArn);
    return containerOf(task, 'db')?.lastStatus === 'RUNNING' && task;
  });
  t.match(waiting, { lastStatus: 'PENDING', desiredStatus: 'RUNNING', startedAt: undefined });
  t.match(containerOf(waiting, 'app'), { lastStatus: 'PENDING' });
  t.match(containerOf(waiting, 'report'), { lastStatus: 'STOPPED', exitCode: 3 });

  const running = await untilStatus(sidecar, taskArn, 'RUNNING');
  t.match(running.startedAt, Date);
  const unhealthy = await until('the failing check of side shows', async () => {
    const task = await describeTask(sidecar, taskArn);
    return containerOf(task, 'side')?.healthStatus === 'UNHEALTHY' && task;
  });
  t.match(containerOf(unhealthy, 'db'), { healthStatus: 'HEALTHY' });
  t.match(containerOf(unhealthy, 'app'), { healthStatus: 'UNKNOWN' }, 'it has no check');
  t.match(unhealthy, { lastStatus: 'RUNNING', healthStatus: 'HEALTHY' }, 'side is not essential');

  t.match(await stopped(taskArn), { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' });
  t.same(events.of(taskArn), [
    'start migrate',
    'die migrate 0',
    'start report',
    'die report 3',
    'start db',
    'healthy db',
    'start app',
    'start side',
    'unhealthy side',
    'die side 0',
    'die app 0',
    'die db 0',
  ]);
});

t.test('each container has its own stopTimeout, and what it depends on waits for its end', async (t) => {
  const deaf = runs('trap "" TERM; while :; do sleep 0.1; done');
  const definition = await register(sidecar, 'stops', [
    { name: 'db', command: forever, stopTimeout: 60 },
    {
      name: 'app',
      command: deaf,
      stopTimeout: 3,
      essential: false,
      dependsOn: [{ containerName: 'db', condition: 'START' }],
    },
    { name: 'other', command: deaf, stopTimeout: 2, essential: false },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  const task = await stopped(taskArn);
  t.same(events.of(taskArn).slice(3), ['die other 137', 'die app 137', 'die db 0']);
  const tookMs = task.executionStoppedAt!.getTime() - task.stoppingAt!.getTime();
  t.ok(tookMs >= 2900, `app had its three seconds (${tookMs} ms)`);
});

t.test('a dependency that is late ends the task, and what waits for it is never started', async (t) => {
  const definition = await register(sidecar, 'late', [
    {
      name: 'db',
      command: forever,
      startTimeout: 2,
      healthCheck: { command: ['CMD', 'false'], interval: 300 },
    },
    { name: 'app', command: forever, dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] },
    {
      name: 'side',
      command: forever,
      essential: false,
      dependsOn: [{ containerName: 'app', condition: 'START' }],
    },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const task = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(task, {
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'Task failed to start',
    startedAt: undefined,
  });
  t.match(containerOf(task, 'app'), {
    exitCode: 143,
    reason: `CannotStartContainerError: dependency graph: container ordering dependency [db(${IMAGE}) (RUNNING->RUNNING)] for target [app(${IMAGE}) (NONE->RUNNING)] has timed out.`,
    runtimeId: undefined,
  });
  t.match(containerOf(task, 'side'), { exitCode: 143, reason: /because dependency will never start$/ });
  t.match(containerOf(task, 'db'), { exitCode: 0, reason: undefined });
  t.same(events.of(taskArn), ['start db', 'die db 0']);
});

t.test('a SUCCESS dependency that fails ends the task of an essential container', async (t) => {
  const definition = await register(sidecar, 'fails', [
    { name: 'migrate', command: runs('exit 4'), essential: false },
    { name: 'app', command: forever, dependsOn: [{ containerName: 'migrate', condition: 'SUCCESS' }] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const task = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(task, { stopCode: 'TaskFailedToStart', stoppedReason: 'Task failed to start' });
  t.match(containerOf(task, 'app'), {
    exitCode: 143,
    reason: `CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [migrate(${IMAGE}) (STOPPED->RUNNING) - Exit: 4] for target [app(${IMAGE}) (NONE->RUNNING)] as dependency did not exit successfully.`,
  });
  t.match(containerOf(task, 'migrate'), { exitCode: 4, reason: undefined });
  t.same(events.of(taskArn), ['start migrate', 'die migrate 4']);
});

t.test('without a container that is not essential, the task goes on', async (t) => {
  const definition = await register(sidecar, 'without', [
    { name: 'migrate', command: runs('exit 4'), essential: false },
    {
      name: 'extra',
      command: forever,
      essential: false,
      dependsOn: [{ containerName: 'migrate', condition: 'SUCCESS' }],
    },
    { name: 'broken', command: ['/no/such/command'], essential: false },
    { name: 'app', command: forever },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const task = await untilStatus(sidecar, taskArn, 'RUNNING');
  t.match(containerOf(task, 'extra'), { lastStatus: 'STOPPED', exitCode: 143 });
  t.match(containerOf(task, 'broken'), {
    lastStatus: 'STOPPED',
    exitCode: undefined,
    reason: /^CannotStartContainerError: .*\/no\/such\/command/,
  });
  t.match(containerOf(task, 'app'), { lastStatus: 'RUNNING' });
  t.match(await stopped(taskArn), { stopCode: 'UserInitiated' });
});

t.test('containers that wait for each other end the task, as the ECS agent does', async (t) => {
  const definition = await register(sidecar, 'circle', [
    { name: 'a', command: forever, links: ['b'] },
    { name: 'b', command: forever, volumesFrom: [{ sourceContainer: 'a' }] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  t.match(await untilStatus(sidecar, taskArn, 'STOPPED'), {
    stopCode: 'TaskFailedToStart',
    stoppedReason: `TaskDependencyError: Task dependencies cannot be resolved, taskArn: ${taskArn}`,
  });
});

t.test('conditions outlive kill -9 of the sidecar; nothing is started twice or forgotten', async (t) => {
  const definition = await register(sidecar, 'killed', FIVE);
  const { taskArn } = await runTask(sidecar, definition);
  for (const name of ['migrate', 'report', 'db', 'side']) {
    await until(`${name} was started`, () => events.of(taskArn).includes(`start ${name}`));
    await sidecar.kill();
    await sidecar.restart();
  }
  await untilStatus(sidecar, taskArn, 'RUNNING');
  await stopped(taskArn);
  t.same(
    events.of(taskArn).filter((event) => event.startsWith('start ')),
    ['start migrate', 'start report', 'start db', 'start app', 'start side'],
  );
});

t.test('with awsvpc, what is started later joins the same network', async (t) => {
  const definition = await register(
    sidecar,
    'one-network',
    [
      { name: 'app', command: forever, dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] },
      {
        name: 'db',
        command: runs('echo hello > index.html; exec httpd -f -p 8080'),
        healthCheck: { command: ['CMD', 'wget', '-qO-', 'http://localhost:8080'], interval: 5 },
      },
    ],
    { networkMode: 'awsvpc' },
  );
  const { taskArn } = await runTask(sidecar, definition, {
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-12345678'] } },
  });
  const running = await untilStatus(sidecar, taskArn, 'RUNNING');
  const modes = await Promise.all(
    ['app', 'db'].map(async (name) => {
      const container = sidecar.docker.getContainer(containerOf(running, name)?.runtimeId ?? '');
      return (await container.inspect()).HostConfig.NetworkMode;
    }),
  );
  t.match(modes[0], /^container:/);
  t.equal(modes[0], modes[1]);
  await stopped(taskArn);
  t.same(
    events.of(taskArn).filter((event) => event.startsWith('die') && !event.includes('pause')),
    ['die app 0', 'die db 137'],
  );
});

t.test('a dependency that others wait for is reloaded when its files are saved', async (t) => {
  const folder = await codeFolder('exec sleep 100000');
  const code = { mountPoints: [{ sourceVolume: 'code', containerPath: '/code' }] };
  const definition = await register(
    sidecar,
    'mended',
    [
      {
        name: 'db',
        command: runs('. /code/program.sh'),
        ...code,
        dependsOn: [{ containerName: 'prepare', condition: 'SUCCESS' }],
        healthCheck: { command: ['CMD', 'test', '-e', '/tmp/well'], interval: 5 },
      },
      { name: 'app', command: forever, dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] },
      // What it writes reloads neither itself nor what is started after it.
      { name: 'prepare', command: runs('echo 1 > /code/made; sleep 2'), essential: false, ...code },
    ],
    { volumes: [{ name: 'code', host: { sourcePath: folder } }] },
  );
  const { taskArn } = await runTask(sidecar, definition);
  await until(
    'db runs',
    async () => containerOf(await describeTask(sidecar, taskArn), 'db')?.lastStatus === 'RUNNING',
  );
  await writeFile(join(folder, 'program.sh'), 'touch /tmp/well; exec sleep 100000');
  await untilStatus(sidecar, taskArn, 'RUNNING');
  t.same(events.of(taskArn), [
    'start prepare',
    'die prepare 0',
    'start db',
    'die db 137',
    'start db',
    'healthy db',
    'start app',
  ]);
  await stopped(taskArn);
});

t.test('the Compose file runs by hand in the same order', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-by-hand-'));
  const compose = await findCompose(process.env, findEngine(process.env));
  const file = join(folder, 'compose.yaml');
  const run = (...args: string[]) => promisify(execFile)(compose.path, ['-f', file, ...args]);
  t.teardown(async () => {
    await run('down', '--timeout', '0');
    await rm(folder, { recursive: true, force: true });
  });
  const definition = {
    family: 'by-hand',
    containerDefinitions: FIVE.map((one) => ({ image: IMAGE, essential: true, ...one })),
  };
  const task = sampleTask('by-hand', sidecar.label.replaceAll('-', '').slice(-32).padStart(32, '0'));
  const context = { ...sampleContext(), networkName: sidecar.network };
  const text = composeText(renderTask(task, definition, context), taskHead(task, definition, context));
  await writeFile(file, text);
  const { stdout } = await run('config', '--format', 'json');
  const { services } = JSON.parse(stdout) as { services: Record<string, { depends_on?: object }> };
  t.match(services['app']?.depends_on, { db: { condition: 'service_healthy' } });
  t.match(services['db']?.depends_on, { report: { condition: 'service_completed_successfully' } });
  await run('up', '-d');
  t.same(events.of(task.arn).slice(0, 8), [
    'start migrate',
    'die migrate 0',
    'start report',
    'die report 3',
    'start db',
    'healthy db',
    'start app',
    'start side',
  ]);
});

t.test('the end of the sidecar stops in the same order, within the time that it has', async (t) => {
  const deaf = runs('trap "" TERM; while :; do sleep 0.1; done');
  const definition = await register(sidecar, 'ends', [
    { name: 'db', command: deaf, stopTimeout: 100 },
    { name: 'app', command: deaf, stopTimeout: 100, links: ['db'] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  t.equal(await sidecar.stop(), 0);
  t.same(events.of(taskArn), ['start db', 'start app', 'die app 137', 'die db 137']);
});
