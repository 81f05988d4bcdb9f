import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());

const forever = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
const definition = await register(sidecar, 'outside', [{ name: 'app', command: forever }]);

const startOne = async () => {
  const { taskArn } = await runTask(sidecar, definition);
  const { containers } = await untilStatus(sidecar, taskArn, 'RUNNING');
  const id = taskArn.split('/')[2]!;
  return { taskArn, dockerId: containers![0]!.runtimeId!, project: `ecs-default-${id.slice(0, 12)}` };
};

t.test('a container killed by hand stops its task', async (t) => {
  const { taskArn, dockerId } = await startOne();
  await sidecar.docker.getContainer(dockerId).kill();
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(stopped, { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 137 }] });
});

t.test('a container removed by hand stops its task', async (t) => {
  const { taskArn, dockerId } = await startOne();
  await sidecar.docker.getContainer(dockerId).remove({ force: true });
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.equal(stopped.stopCode, 'EssentialContainerExited');
});

t.test('a project taken down by hand stops its task', async (t) => {
  const { taskArn, project } = await startOne();
  await run('docker', ['compose', '-p', project, 'down', '-t', '1']);
  const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.equal(stopped.stopCode, 'EssentialContainerExited');
});

t.test('a container removed while the sidecar is away is noticed at its next start', async (t) => {
  const [removed, kept] = [await startOne(), await startOne()];
  await sidecar.kill();
  await sidecar.docker.getContainer(removed.dockerId).remove({ force: true });
  await sidecar.restart();
  const stopped = await untilStatus(sidecar, removed.taskArn, 'STOPPED');
  t.equal(stopped.stopCode, 'EssentialContainerExited');
  const running = await untilStatus(sidecar, kept.taskArn, 'RUNNING');
  t.equal(running.containers?.[0]?.runtimeId, kept.dockerId, 'the other one is the same as before');
});

t.test('containers of ours whose task nobody knows are removed at the start', async (t) => {
  const { dockerId } = await startOne();
  await sidecar.kill();
  const { rm } = await import('node:fs/promises');
  for (const suffix of ['', '-wal']) await rm(`${sidecar.dataDir}/state.db${suffix}`, { force: true });
  await sidecar.restart();
  const { until } = await import('../support/poll.ts');
  const left = await until('no orphan is left', async () => {
    const found = await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } });
    return found.length === 0 && found;
  });
  t.same(left, []);
  await t.rejects(sidecar.docker.getContainer(dockerId).inspect(), /no such container/i);
});
