import t from 'tap';
import { lookInto, VPC } from '../support/networking.ts';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const forever = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

t.test('SIGTERM stops and removes the running tasks; the next start knows how they ended', async (t) => {
  const sidecar = await startSidecar();
  t.teardown(() => sidecar.remove());
  const definition = await register(sidecar, 'ends', [{ name: 'app', command: forever }]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  t.equal(await sidecar.stop(), 0);
  t.same(await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } }), []);
  await sidecar.restart();
  t.match(await describeTask(sidecar, taskArn), {
    lastStatus: 'STOPPED',
    stopCode: 'TerminationNotice',
    stoppedReason: 'ecsidecar was stopped',
    containers: [{ exitCode: 0 }],
  });
});

t.test('ECS_ON_SHUTDOWN=keep leaves tasks running for the next start', async (t) => {
  const sidecar = await startSidecar({ ECS_ON_SHUTDOWN: 'keep' });
  t.teardown(() => sidecar.remove());
  const definition = await register(sidecar, 'stays', [{ name: 'app', command: forever }]);
  const { taskArn } = await runTask(sidecar, definition);
  const before = await untilStatus(sidecar, taskArn, 'RUNNING');
  t.equal(await sidecar.stop(), 0);
  await sidecar.restart();
  const after = await describeTask(sidecar, taskArn);
  t.match(after, { lastStatus: 'RUNNING', startedAt: before.startedAt });
  t.equal(after.containers?.[0]?.runtimeId, before.containers?.[0]?.runtimeId);
});

t.test('ECS_REMOVE_CONTAINERS=0 keeps the containers of stopped tasks', async (t) => {
  const sidecar = await startSidecar({ ECS_REMOVE_CONTAINERS: '0' });
  t.teardown(() => sidecar.remove());
  const definition = await register(sidecar, 'kept', [
    { name: 'app', command: ['sh', '-c', 'echo out; exit 4'] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const { containers } = await untilStatus(sidecar, taskArn, 'STOPPED');
  const container = sidecar.docker.getContainer(containers![0]!.runtimeId!);
  t.match(await container.inspect(), { State: { Status: 'exited', ExitCode: 4 } });
  await sidecar.kill();
  await sidecar.restart();
  t.match(await container.inspect(), { State: { Status: 'exited' } }, 'also after a restart');
  const own = await register(sidecar, 'kept-vpc', [{ name: 'app', command: ['sh', '-c', 'exit 5'] }], {
    networkMode: 'awsvpc',
  });
  const task = await runTask(sidecar, own, VPC);
  await untilStatus(sidecar, task.taskArn, 'STOPPED');
  const kept = await lookInto(sidecar).containersOf(task.taskArn);
  t.same(
    kept.map(({ State }) => State),
    ['exited', 'exited'],
    'what held its network and ports has ended, too',
  );
});
