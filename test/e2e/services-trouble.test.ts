import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { createCuttableEngine, startOwnEngine } from '../support/engines.ts';
import { until } from '../support/poll.ts';
import { createService, deleteService, describeService, untilStable } from '../support/services.ts';
import { describeTask, IMAGE, register, startSidecar } from '../support/sidecar.ts';

const run = promisify(execFile);
const FOREVER = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
const engine = await createCuttableEngine();
const sidecar = await startSidecar({ DOCKER_HOST: engine.dockerHost });
t.teardown(async () => {
  await sidecar.remove();
  await engine.remove();
});
await aws(sidecar, 'ecs', 'create-cluster');

const containersOf = (family: string) =>
  sidecar.docker.listContainers({
    filters: { label: [sidecar.label, `com.amazonaws.ecs.task-definition-family=${family}`] },
  });

t.test(
  'a port that another program has taken: the reason is told, and the service runs once it is free',
  async (t) => {
    const blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '0.0.0.0', () => {
        const address = blocker.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const definition = await register(sidecar, 'port', [
      { name: 'app', command: FOREVER, portMappings: [{ containerPort: 80, hostPort: port }] },
    ]);
    await createService(sidecar, 'port', definition);
    await until(
      'a start failed',
      async () => ((await describeService(sidecar, 'port')).deployments?.[0]?.failedTasks ?? 0) > 0,
    );
    const { events = [] } = await describeService(sidecar, 'port');
    const id = /\(task ([0-9a-f]{32})\)/.exec(events.at(-1)?.message ?? '')?.[1];
    const task = await describeTask(sidecar, `arn:aws:ecs:us-east-1:000000000000:task/default/${id}`);
    t.match(task, {
      stopCode: 'TaskFailedToStart',
      stoppedReason: /CannotStartContainerError: .*(in use|allocated)/,
    });
    await new Promise((resolve) => blocker.close(resolve));
    // An update ends the throttling.
    await sidecar.ecs.send(new UpdateServiceCommand({ service: 'port', desiredCount: 1 }));
    await untilStable(sidecar, 'port');
    await deleteService(sidecar, 'port');
  },
);

t.test(
  'an image that is deleted mid-deployment: the old tasks stay, the new ones come once it is back',
  async (t) => {
    const image = `ecsidecar-test-image:${process.pid}`;
    await run('docker', ['tag', 'busybox', image]);
    t.teardown(() => run('docker', ['rmi', '-f', image]).catch(() => undefined));
    await createService(
      sidecar,
      'image',
      await register(sidecar, 'image', [{ name: 'app', command: FOREVER }]),
    );
    await untilStable(sidecar, 'image');
    const [old] = await containersOf('image');
    await run('docker', ['rmi', image]);
    const next = await register(sidecar, 'image', [{ name: 'app', image, command: FOREVER }]);
    await sidecar.ecs.send(new UpdateServiceCommand({ service: 'image', taskDefinition: next }));
    await until(
      'a pull failed',
      async () => ((await describeService(sidecar, 'image')).deployments?.[0]?.failedTasks ?? 0) > 0,
    );
    t.same(
      (await containersOf('image')).map(({ Id }) => Id),
      [old?.Id],
    );
    await run('docker', ['tag', 'busybox', image]);
    await sidecar.ecs.send(new UpdateServiceCommand({ service: 'image', desiredCount: 1 }));
    t.equal((await untilStable(sidecar, 'image')).taskDefinition, next);
    await deleteService(sidecar, 'image');
  },
);

t.test('containers that run out of memory are replaced; paused ones stay', async (t) => {
  const hungry = [
    'sh',
    '-c',
    'trap "exit 0" TERM; while [ ! -e /eat ]; do sleep 0.1; done; x=a; while :; do x=$x$x; done',
  ];
  await createService(
    sidecar,
    'hungry',
    await register(sidecar, 'hungry', [{ name: 'app', memory: 8, command: hungry }]),
  );
  await untilStable(sidecar, 'hungry');
  const [first] = await containersOf('hungry');
  const arn = first!.Labels['com.amazonaws.ecs.task-arn']!;
  await run('docker', ['pause', first!.Id]);
  t.equal((await describeTask(sidecar, arn)).lastStatus, 'RUNNING');
  await run('docker', ['unpause', first!.Id]);
  await run('docker', ['exec', first!.Id, 'touch', '/eat']);
  const stopped = await until('it is killed', async () => {
    const task = await describeTask(sidecar, arn);
    return task.lastStatus === 'STOPPED' && task;
  });
  t.match(stopped.containers, [
    { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
  ]);
  await untilStable(sidecar, 'hungry');
  await deleteService(sidecar, 'hungry');
});

t.test('100 services updated at once all get there, and nothing is left of them', async (t) => {
  const definition = await register(sidecar, 'many', [{ name: 'app', command: FOREVER }]);
  const names = Array.from({ length: 100 }, (_, index) => `many-${index}`);
  await Promise.all(names.map((name) => createService(sidecar, name, definition, { desiredCount: 0 })));
  await Promise.all(
    names.map((service) =>
      sidecar.ecs.send(new UpdateServiceCommand({ service, desiredCount: 1, forceNewDeployment: true })),
    ),
  );
  for (const name of names) await untilStable(sidecar, name, 180_000);
  t.equal((await containersOf('many')).length, 100);
  await Promise.all(names.map((name) => deleteService(sidecar, name)));
  await until('no container is left', async () => (await containersOf('many')).length === 0);
});

t.test('a steady service asks nothing of the engine', async (t) => {
  await createService(sidecar, 'calm', await register(sidecar, 'calm', [{ name: 'app', command: FOREVER }]), {
    desiredCount: 3,
  });
  await untilStable(sidecar, 'calm');
  const before = engine.requests();
  // That nothing happens has no event.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  t.equal(engine.requests() - before, 0);
});

t.test(
  'an engine that is restarted: its services come back to their desired counts',
  { skip: process.getuid?.() !== 0 && 'an engine of its own needs root' },
  async (t) => {
    const own = await startOwnEngine([IMAGE]);
    t.teardown(() => own.remove());
    const other = await startSidecar({ DOCKER_HOST: own.dockerHost, MAIN_DOCKER_NETWORK: 'none' });
    t.teardown(() => other.remove());
    await aws(other, 'ecs', 'create-cluster');
    const definition = await register(other, 'restarted', [{ name: 'app', command: FOREVER }], {
      networkMode: 'none',
    });
    await createService(other, 'restarted', definition, { desiredCount: 2 });
    await untilStable(other, 'restarted');
    await own.restart();
    await until(
      'the lost tasks are told',
      async () => ((await describeService(other, 'restarted')).deployments?.[0]?.failedTasks ?? 0) >= 2,
    );
    await untilStable(other, 'restarted');
    t.match(await describeService(other, 'restarted'), { runningCount: 2, pendingCount: 0 });
  },
);
