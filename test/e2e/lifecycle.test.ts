import { StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { until } from '../support/poll.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());

const forever = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

const containersOf = (taskArn: string) =>
  sidecar.docker.listContainers({ all: true, filters: { label: [`com.amazonaws.ecs.task-arn=${taskArn}`] } });

t.test(
  'a task goes from PROVISIONING to RUNNING to STOPPED with every time stamp, and leaves nothing',
  async (t) => {
    const definition = await register(sidecar, 'whole-life', [{ name: 'app', command: forever }]);
    const first = await runTask(sidecar, definition);
    t.match(first, { lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING', version: 1, createdAt: Date });
    t.match(first.containers, [{ name: 'app', lastStatus: 'PENDING' }]);

    const running = await untilStatus(sidecar, first.taskArn, 'RUNNING');
    t.match(running, {
      pullStartedAt: Date,
      pullStoppedAt: Date,
      startedAt: Date,
      connectivity: 'CONNECTED',
      containers: [
        { lastStatus: 'RUNNING', runtimeId: /^[0-9a-f]{64}$/, imageDigest: /^sha256:[0-9a-f]{64}$/ },
      ],
    });
    const [container] = await containersOf(first.taskArn);
    const id = first.taskArn.split('/')[2]!;
    t.match(container, {
      Names: [`/ecs-whole-life-1-app-${id.slice(0, 12)}`],
      Labels: {
        'com.amazonaws.ecs.cluster': 'default',
        'com.amazonaws.ecs.container-name': 'app',
        'com.amazonaws.ecs.task-definition-family': 'whole-life',
        'com.amazonaws.ecs.task-definition-version': '1',
        'com.docker.compose.project': `ecs-default-${id.slice(0, 12)}`,
      },
    });

    const { task: stopping } = await sidecar.ecs.send(
      new StopTaskCommand({ task: first.taskArn, reason: 'enough' }),
    );
    t.match(stopping, {
      desiredStatus: 'STOPPED',
      lastStatus: 'RUNNING',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
    });
    const stopped = await untilStatus(sidecar, first.taskArn, 'STOPPED');
    t.match(stopped, {
      stoppingAt: Date,
      executionStoppedAt: Date,
      stoppedAt: Date,
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ lastStatus: 'STOPPED', exitCode: 0 }],
    });
    t.same(await containersOf(first.taskArn), []);
  },
);

t.test('an essential container that exits stops the task; its exit code is told', async (t) => {
  const definition = await register(sidecar, 'exits', [
    { name: 'main', command: ['sh', '-c', 'exit 3'] },
    { name: 'side', command: forever, essential: false },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(stopped, {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  });
  const exitCodes = new Map((stopped.containers ?? []).map(({ name, exitCode }) => [name, exitCode]));
  t.equal(exitCodes.get('main'), 3);
  t.equal(exitCodes.get('side'), 0, 'the other one got SIGTERM and its time');
});

t.test('a container that is not essential may end; the task goes on', async (t) => {
  const definition = await register(sidecar, 'goes-on', [
    { name: 'main', command: forever },
    { name: 'once', command: ['true'], essential: false },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const task = await until('the one container is STOPPED and the task RUNNING', async () => {
    const found = await describeTask(sidecar, taskArn);
    const once = found.containers?.find(({ name }) => name === 'once');
    return found.lastStatus === 'RUNNING' && once?.lastStatus === 'STOPPED' && found;
  });
  t.equal(task.containers?.find(({ name }) => name === 'once')?.exitCode, 0);
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  await untilStatus(sidecar, taskArn, 'STOPPED');
});

t.test('a container that ignores SIGTERM is killed after its stopTimeout', async (t) => {
  const definition = await register(sidecar, 'stubborn', [
    { name: 'app', command: ['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'], stopTimeout: 2 },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(stopped, { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' });
  t.equal(stopped.containers?.[0]?.exitCode, 137);
  const waitedMs = stopped.executionStoppedAt!.getTime() - stopped.stoppingAt!.getTime();
  t.ok(waitedMs >= 1900, `it had its two seconds (${waitedMs} ms)`);
});

t.test('an image that cannot be pulled stops the task with CannotPullContainerError', async (t) => {
  const definition = await register(sidecar, 'no-image', [
    { name: 'app', command: forever },
    { name: 'bad', image: 'localhost:1/no/such-image:1' },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(stopped, {
    stopCode: 'TaskFailedToStart',
    stoppedReason: /^CannotPullContainerError: .*localhost:1/,
  });
  const [app, bad] = stopped.containers ?? [];
  t.match(bad?.reason, /^CannotPullContainerError: /);
  t.equal(app?.reason, undefined, 'the reason is on the failing container only');
  t.equal(bad?.exitCode, undefined, 'what never ran has no exit code');
  t.equal(stopped.startedAt, undefined);
});

t.test('a command that does not exist stops the task with CannotStartContainerError', async (t) => {
  const definition = await register(sidecar, 'no-command', [{ name: 'app', command: ['/no/such/command'] }]);
  const { taskArn } = await runTask(sidecar, definition);
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(stopped, {
    stopCode: 'TaskFailedToStart',
    stoppedReason: /^CannotStartContainerError: .*\/no\/such\/command/,
  });
  t.match(stopped.containers?.[0]?.reason, /^CannotStartContainerError: /);
  t.same(await containersOf(taskArn), []);
});

t.test('a container that needs more than its memory is reported as OutOfMemoryError', async (t) => {
  const definition = await register(sidecar, 'hungry', [
    { name: 'app', memory: 16, command: ['sh', '-c', 'x=a; while :; do x=$x$x; done'] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(stopped.containers?.[0], {
    reason: 'OutOfMemoryError: Container killed due to memory usage',
    exitCode: 137,
  });
});

t.test('RunTask starts as many tasks as it was asked for', async (t) => {
  const definition = await register(sidecar, 'many', [{ name: 'app', command: forever }]);
  const { RunTaskCommand } = await import('@aws-sdk/client-ecs');
  const { tasks = [] } = await sidecar.ecs.send(new RunTaskCommand({ taskDefinition: definition, count: 5 }));
  t.equal(new Set(tasks.map(({ taskArn }) => taskArn)).size, 5);
  await Promise.all(tasks.map(({ taskArn }) => untilStatus(sidecar, taskArn!, 'RUNNING')));
  await Promise.all(tasks.map(({ taskArn }) => sidecar.ecs.send(new StopTaskCommand({ task: taskArn }))));
  await Promise.all(tasks.map(({ taskArn }) => untilStatus(sidecar, taskArn!, 'STOPPED')));
});
