import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegisterTaskDefinitionCommandInput, Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { IDLE, lookInto } from '../../support/networking.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { start, stop, inside, inspect } = lookInto(sidecar);

const MIB = 1024 * 1024;
const { NCPU: cpus } = (await sidecar.docker.info()) as { NCPU: number };

const composeFile = ({ taskArn = '' }: Task): Promise<string> => {
  const project = join('projects', '000000000000', 'us-east-1', 'default', 'standalone');
  return readFile(join(sidecar.dataDir, project, taskArn.split('/').at(-1) ?? '', 'compose.yaml'), 'utf8');
};

t.test('sizes: the task’s are limits of every container, unless it has its own', async (t) => {
  const task = await start(
    'sizes',
    [
      { name: 'bare', command: IDLE, memory: undefined },
      { name: 'sized', command: IDLE, memory: 64, memoryReservation: 32, cpu: 128 },
    ],
    { cpu: '.5 vCPU', memory: '256' },
  );
  const [bare, sized] = await Promise.all(
    ['bare', 'sized'].map(async (name) => (await inspect(task, name)).HostConfig),
  );
  t.test('cpu of the task', (t) => {
    t.match([bare, sized], [{ NanoCpus: 5e8 }, { NanoCpus: 5e8 }]);
    t.end();
  });
  t.test('memory of the task', (t) => {
    t.match(bare, { Memory: 256 * MIB, MemoryReservation: 0 });
    t.end();
  });
  t.test('memory of a container', (t) => {
    t.match(sized, { Memory: 64 * MIB });
    t.end();
  });
  t.test('memoryReservation of a container', (t) => {
    t.match(sized, { MemoryReservation: 32 * MIB });
    t.end();
  });
  t.test('cpu of a container: its share among others', (t) => {
    t.match([bare, sized], [{ CpuShares: 2 }, { CpuShares: 128 }]);
    t.end();
  });
  await t.test('memory as the container sees it', async (t) => {
    const limit = await inside(task, 'bare', 'cat', '/sys/fs/cgroup/memory/memory.limit_in_bytes').catch(() =>
      inside(task, 'bare', 'cat', '/sys/fs/cgroup/memory.max'),
    );
    t.equal(limit, String(256 * MIB));
  });
  await stop(task);
});

t.test('a task that is larger than this machine runs without a limit of processors', async (t) => {
  const task = await start('large', [{ command: IDLE }], { cpu: String(cpus * 1024), memory: '64' });
  t.match((await inspect(task, 'c0')).HostConfig, { NanoCpus: 0 });
  await stop(task);
});

t.test('cpu and memory of RunTask’s overrides', async (t) => {
  const definition = await register(sidecar, 'resized', [{ command: IDLE, memory: undefined }], {
    cpu: '512',
    memory: '256',
  });
  const { taskArn } = await runTask(sidecar, definition, { overrides: { cpu: '256', memory: '128' } });
  const task = await untilStatus(sidecar, taskArn, 'RUNNING');
  t.match((await inspect(task, 'c0')).HostConfig, { NanoCpus: 25e7, Memory: 128 * MIB });
  await stop({ taskArn });
});

const stoppedReason = async (
  family: string,
  runtimePlatform: RegisterTaskDefinitionCommandInput['runtimePlatform'],
): Promise<string | undefined> => {
  const definition = await register(sidecar, family, [{ command: IDLE }], { runtimePlatform });
  const { taskArn } = await runTask(sidecar, definition);
  return (await untilStatus(sidecar, taskArn, 'STOPPED')).stoppedReason;
};

t.test('runtimePlatform', async (t) => {
  const { Arch: arch } = await sidecar.docker.version();
  const [own, other] = arch === 'amd64' ? (['X86_64', 'ARM64'] as const) : (['ARM64', 'X86_64'] as const);
  await t.test('the engine’s own', async (t) => {
    const runtimePlatform = { cpuArchitecture: own, operatingSystemFamily: 'LINUX' as const };
    const task = await start('own', [{ command: IDLE }], { runtimePlatform });
    t.match(await composeFile(task), `platform: linux/${arch}`);
    t.match(await inside(task, 'c0', 'uname', '-m'), own === 'ARM64' ? 'aarch64' : 'x86_64');
    await stop(task);
  });
  await t.test('an image of another platform is not taken', async (t) => {
    t.match(
      await stoppedReason('other', { cpuArchitecture: other }),
      /^CannotCreateContainerError: image with reference busybox:latest was found but does not match the specified platform/,
    );
  });
  await t.test('Windows', async (t) => {
    t.equal(
      await stoppedReason('windows', { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' }),
      `CannotCreateContainerError: the task is for WINDOWS_SERVER_2022_CORE, which the engine here (linux/${arch}) cannot run`,
    );
  });
});

t.test('what has no meaning here is stored, and the Compose file says why', async (t) => {
  const role = 'arn:aws:iam::000000000000:role/mine';
  const task = await start(
    'stored',
    [{ name: 'app', command: IDLE, credentialSpecs: ['credentialspec:x'] }],
    {
      taskRoleArn: role,
      executionRoleArn: role,
      ephemeralStorage: { sizeInGiB: 30 },
      networkMode: 'awsvpc',
      proxyConfiguration: {
        type: 'APPMESH',
        containerName: 'app',
        properties: ['ProxyIngressPort', 'ProxyEgressPort', 'AppPorts'].map((name) => ({
          name,
          value: '80',
        })),
      },
      enableFaultInjection: true,
    },
  );
  const file = await composeFile(task);
  for (const field of [
    'taskRoleArn',
    'executionRoleArn',
    'ephemeralStorage',
    'proxyConfiguration',
    'enableFaultInjection',
    String.raw`containerDefinitions\[app\]\.credentialSpecs`,
  ])
    await t.test(field, (t) => {
      t.match(file, new RegExp(`^# +${field}: [a-zA-Z]`, 'm'));
      t.end();
    });
  await stop(task);
});
