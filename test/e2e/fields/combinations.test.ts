import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../../support/free-port.ts';
import { IDLE, lookInto, serve } from '../../support/networking.ts';
import { until } from '../../support/poll.ts';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { start, stop, inside, inspect, pauseOf } = lookInto(sidecar);

t.test('links, volumesFrom and dependsOn order a task whose containers RunTask overrides', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-combined-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'hello'), 'from the host');
  const definition = await register(
    sidecar,
    'ordered',
    [
      // Named last of all in the order of start: nothing but links and volumesFrom says so.
      {
        name: 'app',
        command: ['false'],
        links: ['db:data'],
        volumesFrom: [{ sourceContainer: 'db', readOnly: true }],
        environment: [
          { name: 'KEPT', value: 'definition' },
          { name: 'CHANGED', value: 'definition' },
        ],
      },
      {
        name: 'db',
        command: IDLE,
        dependsOn: [{ containerName: 'job', condition: 'SUCCESS' }],
        mountPoints: [
          { sourceVolume: 'host', containerPath: '/host', readOnly: true },
          { sourceVolume: 'scratch', containerPath: '/scratch' },
        ],
      },
      {
        name: 'job',
        essential: false,
        command: ['sh', '-c', 'echo $WORD > /scratch/made'],
        mountPoints: [{ sourceVolume: 'scratch', containerPath: '/scratch' }],
      },
    ],
    { volumes: [{ name: 'host', host: { sourcePath: folder } }, { name: 'scratch' }] },
  );
  const { taskArn } = await runTask(sidecar, definition, {
    overrides: {
      containerOverrides: [
        { name: 'app', command: IDLE, environment: [{ name: 'CHANGED', value: 'override' }] },
        { name: 'job', environment: [{ name: 'WORD', value: 'made by the job' }] },
      ],
    },
  });
  const task = await untilStatus(sidecar, taskArn, 'RUNNING');
  const [app, db, job] = await Promise.all(['app', 'db', 'job'].map((name) => inspect(task, name)));
  t.ok((job?.State.FinishedAt ?? '') <= (db?.State.StartedAt ?? ''), 'db after the end of job');
  t.ok((db?.State.StartedAt ?? '') <= (app?.State.StartedAt ?? ''), 'app after db');
  t.equal(await inside(task, 'app', 'cat', '/host/hello'), 'from the host');
  t.equal(await inside(task, 'app', 'cat', '/scratch/made'), 'made by the job');
  for (const path of ['/host/x', '/scratch/x'])
    await t.rejects(inside(task, 'app', 'touch', path), /Read-only file system/, path);
  await inside(task, 'db', 'touch', '/scratch/x');
  await t.rejects(inside(task, 'db', 'touch', '/host/x'), /Read-only file system/);
  const address = db?.NetworkSettings.Networks[sidecar.network]?.IPAddress ?? 'none';
  t.match(await inside(task, 'app', 'ping', '-c', '1', '-W', '2', 'data'), `(${address})`);
  t.equal(await inside(task, 'app', 'sh', '-c', 'echo $KEPT $CHANGED'), 'definition override');
  t.match(
    task.containers?.find(({ name }) => name === 'job'),
    { lastStatus: 'STOPPED', exitCode: 0 },
  );
  await stop({ taskArn });
});

t.test('one number is a port of tcp and of udp, side by side', async (t) => {
  const hostPort = await freePort();
  const both = (['tcp', 'udp'] as const).map((protocol) => ({ containerPort: 53, protocol }));
  const bridge = await start('both', [
    { name: 'app', command: serve(53, 'hello'), portMappings: both.map((one) => ({ ...one, hostPort })) },
  ]);
  t.same(
    bridge.containers?.[0]?.networkBindings?.toSorted((a, b) => (a.protocol! < b.protocol! ? -1 : 1)),
    both.map((one) => ({ bindIP: '0.0.0.0', ...one, hostPort })),
  );
  const { NetworkSettings } = await inspect(bridge, 'app');
  for (const protocol of ['tcp', 'udp'])
    t.ok(
      NetworkSettings.Ports[`53/${protocol}`]?.some(({ HostPort }) => HostPort === String(hostPort)),
      protocol,
    );
  await stop(bridge);

  const vpc = await start(
    'both-vpc',
    [
      { name: 'one', command: IDLE, portMappings: [{ containerPort: hostPort, protocol: 'udp' }] },
      { name: 'two', command: serve(hostPort, 'two'), portMappings: [{ containerPort: hostPort }] },
    ],
    { networkMode: 'awsvpc' },
  );
  t.match(vpc.containers, [
    { name: 'one', networkBindings: [{ containerPort: hostPort, hostPort, protocol: 'udp' }] },
    { name: 'two', networkBindings: [{ containerPort: hostPort, hostPort, protocol: 'tcp' }] },
  ]);
  t.equal(await inside(vpc, 'one', 'nc', '-w', '1', '127.0.0.1', String(hostPort)), 'two');
  await stop(vpc);
});

t.test('awsvpc with the process ids and the IPC of the task: one container holds all three', async (t) => {
  const task = await start(
    'all-shared',
    [
      {
        name: 'app',
        command: IDLE,
        readonlyRootFilesystem: true,
        linuxParameters: { initProcessEnabled: true, tmpfs: [{ containerPath: '/tmp', size: 2 }] },
      },
      { name: 'side', command: IDLE },
    ],
    { networkMode: 'awsvpc', pidMode: 'task', ipcMode: 'task' },
  );
  const pause = await pauseOf(task.taskArn);
  const [app, side] = await Promise.all(['app', 'side'].map((name) => inspect(task, name)));
  for (const one of [app, side])
    t.match(one?.HostConfig, {
      NetworkMode: `container:${pause.Id}`,
      PidMode: `container:${pause.Id}`,
      IpcMode: `container:${pause.Id}`,
    });
  t.match(await inside(task, 'side', 'ps', '-o', 'args'), /^\/pause$/m);
  await inside(task, 'app', 'sh', '-c', 'echo x > /dev/shm/shared && echo y > /tmp/own');
  t.equal(await inside(task, 'side', 'cat', '/dev/shm/shared'), 'x');
  await t.rejects(inside(task, 'app', 'touch', '/x'), /Read-only file system/);
  await stop(task);
});

t.test('a container that is not essential and cannot be started is told, and the task runs on', async (t) => {
  const task = await start('optional', [
    { name: 'app', command: IDLE },
    { name: 'broken', command: ['/no/such/program'], essential: false },
  ]);
  const [app, broken] = task.containers ?? [];
  t.match(app, { lastStatus: 'RUNNING' });
  t.match(broken, { lastStatus: 'STOPPED', reason: /^CannotStartContainerError: .*no such file/ });
  t.equal(broken?.exitCode, undefined, 'it never ran');
  await stop(task);
});

t.test('startPeriod: failures within it do not count, and what fails after it makes UNHEALTHY', async (t) => {
  const definition = await register(sidecar, 'period', [
    {
      name: 'late',
      command: IDLE,
      healthCheck: {
        command: ['CMD-SHELL', 'test -e /ready'],
        interval: 5,
        timeout: 2,
        retries: 1,
        startPeriod: 60,
      },
    },
    {
      name: 'sick',
      command: IDLE,
      healthCheck: { command: ['CMD-SHELL', 'exit 3'], interval: 5, timeout: 2, retries: 1 },
    },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const sick = await until('sick is UNHEALTHY', async () => {
    const task = await describeTask(sidecar, taskArn);
    return task.containers?.[1]?.healthStatus === 'UNHEALTHY' && task;
  });
  t.match(sick, {
    lastStatus: 'RUNNING',
    healthStatus: 'UNHEALTHY',
    containers: [{ healthStatus: 'UNKNOWN' }],
  });
  await inside(sick, 'late', 'touch', '/ready');
  await until(
    'late is HEALTHY',
    async () => (await describeTask(sidecar, taskArn)).containers?.[0]?.healthStatus === 'HEALTHY',
  );
  t.match(await describeTask(sidecar, taskArn), { healthStatus: 'UNHEALTHY', lastStatus: 'RUNNING' });
  await stop({ taskArn });
});
