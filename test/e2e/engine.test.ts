import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import Docker from 'dockerode';
import t from 'tap';
import { createCuttableEngine, startOwnEngine } from '../support/engines.ts';
import { until } from '../support/poll.ts';
import { describeTask, IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);
const forever = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

const health = async (url: string) =>
  (await (await fetch(`${url}/_ecsidecar/health`)).json()) as { docker: { status: string } };

t.test(
  'while the engine is away requests are answered and saved; when it is back all is made good',
  async (t) => {
    const engine = await createCuttableEngine();
    const sidecar = await startSidecar({ DOCKER_HOST: engine.dockerHost });
    t.teardown(async () => {
      await sidecar.remove();
      await engine.remove();
    });
    const steady = await register(sidecar, 'steady', [{ name: 'app', command: forever }]);
    const counting = await register(sidecar, 'counting', [
      {
        name: 'app',
        command: ['sh', '-c', 'n=0; while [ $n -lt 40 ]; do echo $n; n=$((n+1)); sleep 0.05; done; exit 5'],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': 'away',
            'awslogs-create-group': 'true',
            'awslogs-region': 'us-east-1',
            'awslogs-stream-prefix': 'p',
          },
        },
      },
    ]);
    const [stays, stops, counts] = await Promise.all([
      runTask(sidecar, steady),
      runTask(sidecar, steady),
      runTask(sidecar, counting),
    ]);
    await Promise.all([stays, stops, counts].map(({ taskArn }) => untilStatus(sidecar, taskArn, 'RUNNING')));
    const counter = (await describeTask(sidecar, counts.taskArn)).containers![0]!.runtimeId!;

    await engine.cut();
    await until('health tells it', async () => (await health(sidecar.url)).docker.status === 'disconnected');
    const late = await runTask(sidecar, steady);
    await sidecar.ecs.send(new StopTaskCommand({ task: stops.taskArn }));
    await sidecar.docker.getContainer(counter).wait();
    t.equal((await describeTask(sidecar, counts.taskArn)).lastStatus, 'RUNNING', 'nobody can know better');
    t.not(
      (await describeTask(sidecar, late.taskArn)).lastStatus,
      'STOPPED',
      'an engine that is away fails no task',
    );
    await engine.mend();

    const counted = await untilStatus(sidecar, counts.taskArn, 'STOPPED');
    t.equal(counted.containers?.[0]?.exitCode, 5);
    await untilStatus(sidecar, late.taskArn, 'RUNNING');
    await untilStatus(sidecar, stops.taskArn, 'STOPPED');
    t.equal((await describeTask(sidecar, stays.taskArn)).lastStatus, 'RUNNING');
    t.equal((await health(sidecar.url)).docker.status, 'connected');
    const { events = [] } = await sidecar.logs.send(new FilterLogEventsCommand({ logGroupName: 'away' }));
    t.same(
      events.map(({ message }) => message),
      Array.from({ length: 40 }, (_, index) => String(index)),
      'no line is lost or doubled',
    );
  },
);

const isRoot = process.getuid?.() === 0;

t.test(
  'an engine that is restarted stops the tasks as it stopped their containers, and new ones run',
  { skip: !isRoot && 'an engine of its own needs root' },
  async (t) => {
    const engine = await startOwnEngine([IMAGE]);
    t.teardown(() => engine.remove());
    // Without iptables a bridge cannot be made; tasks need no network here.
    const sidecar = await startSidecar({ DOCKER_HOST: engine.dockerHost, MAIN_DOCKER_NETWORK: 'none' });
    t.teardown(() => sidecar.remove());
    const definition = await register(sidecar, 'restarted', [{ name: 'app', command: forever }], {
      networkMode: 'none',
    });
    const before = await runTask(sidecar, definition);
    await untilStatus(sidecar, before.taskArn, 'RUNNING');
    await engine.restart();
    const stopped = await untilStatus(sidecar, before.taskArn, 'STOPPED');
    t.equal(stopped.stopCode, 'EssentialContainerExited');
    const after = await runTask(sidecar, definition);
    await untilStatus(sidecar, after.taskArn, 'RUNNING');
    const docker = new Docker({ socketPath: engine.dockerHost.slice('unix://'.length) });
    const containers = await docker.listContainers({ all: true });
    t.equal(containers.length, 1, 'only the new one is left');
  },
);

t.test(
  'a full disk in the data folder refuses requests in clear words and loses nothing',
  { skip: !isRoot && 'mounting a small disk needs root' },
  async (t) => {
    const disk = await mkdtemp(join(tmpdir(), 'ecsidecar-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    const sidecar = await startSidecar({ ECSIDECAR_DATA_DIR: join(disk, 'data') });
    t.teardown(async () => {
      await sidecar.remove();
      await run('umount', [disk]);
      await rm(disk, { recursive: true });
    });
    const definition = await register(sidecar, 'before', [{ name: 'app', command: forever }]);
    const { taskArn } = await runTask(sidecar, definition);
    await untilStatus(sidecar, taskArn, 'RUNNING');

    const { bavail, bsize } = await statfs(disk);
    await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
    const refused = await until('a request is refused', async () => {
      try {
        await register(sidecar, 'during', [{ name: 'app', command: ['x'.repeat(20_000)] }]);
        return false;
      } catch (error) {
        return error as Error;
      }
    });
    t.match(refused, { name: 'ServerException', message: /full/ });
    t.equal((await describeTask(sidecar, taskArn)).lastStatus, 'RUNNING', 'reading goes on');

    await rm(join(disk, 'filler'));
    const again = await runTask(
      sidecar,
      await register(sidecar, 'after', [{ name: 'app', command: forever }]),
    );
    await untilStatus(sidecar, again.taskArn, 'RUNNING');
    await sidecar.kill();
    await sidecar.restart();
    t.equal((await describeTask(sidecar, taskArn)).lastStatus, 'RUNNING');
    t.equal((await describeTask(sidecar, again.taskArn)).lastStatus, 'RUNNING');
  },
);
