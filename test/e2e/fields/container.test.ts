import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { RunTaskCommand, type ContainerDefinition } from '@aws-sdk/client-ecs';
import t from 'tap';
import { IDLE, lookInto } from '../../support/networking.ts';
import { until } from '../../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { start, stop, inside, inspect, pauseOf } = lookInto(sidecar);

const MIB = 1024 * 1024;

/** The options of `docker run` that a definition has under other names, on one container. */
const OPTIONS: Partial<ContainerDefinition> = {
  name: 'app',
  command: IDLE,
  memory: 64,
  interactive: true,
  pseudoTerminal: true,
  readonlyRootFilesystem: true,
  user: '1000:1001',
  workingDirectory: '/tmp/work',
  dockerSecurityOptions: ['no-new-privileges'],
  dockerLabels: { 'com.example.team': 'a$b {c}', 'ecsidecar.id': 'another' },
  ulimits: [{ name: 'nofile', softLimit: 512, hardLimit: 1024 }],
  systemControls: [
    { namespace: 'net.ipv4.ip_unprivileged_port_start', value: '80' },
    { namespace: 'kernel.msgmax', value: '4096' },
  ],
  linuxParameters: {
    capabilities: { add: ['SYS_PTRACE', 'NET_ADMIN'], drop: ['CHOWN', 'MKNOD'] },
    devices: [
      { hostPath: '/dev/zero', containerPath: '/dev/nothing', permissions: ['read'] },
      { hostPath: '/dev/full' },
    ],
    initProcessEnabled: true,
    sharedMemorySize: 12,
    tmpfs: [
      { containerPath: '/scratch', size: 3, mountOptions: ['noexec', 'mode=1770', 'uid=1000'] },
      { containerPath: '/tmp/work', size: 1 },
    ],
    maxSwap: 16,
    swappiness: 7,
  },
};

t.test('options of one container', async (t) => {
  const task = await start('options', [OPTIONS]);
  const { Config: config, HostConfig: host } = await inspect(task, 'app');
  const look = (...command: string[]) => inside(task, 'app', ...command);

  t.test('interactive: its input is open', async (t) => {
    t.match(config, { OpenStdin: true });
    t.match(await look('readlink', '/proc/1/fd/0'), /^\/dev\/(pts\/\d+|console)|pipe/);
  });
  t.test('pseudoTerminal', (t) => {
    t.match(config, { Tty: true });
    t.end();
  });
  t.test('readonlyRootFilesystem', async (t) => {
    t.match(host, { ReadonlyRootfs: true });
    await t.rejects(look('touch', '/x'), /Read-only file system/);
  });
  t.test('user', async (t) => {
    t.equal(await look('id', '-u'), '1000');
    t.equal(await look('id', '-g'), '1001');
  });
  t.test('workingDirectory', async (t) => {
    t.equal(await look('readlink', '/proc/1/cwd'), '/tmp/work');
  });
  t.test('dockerSecurityOptions', async (t) => {
    t.match(host, { SecurityOpt: ['no-new-privileges'] });
    t.match(await look('grep', 'NoNewPrivs', '/proc/1/status'), /1$/);
  });
  t.test('dockerLabels, but for those by which the sidecar knows its containers', (t) => {
    t.match(config.Labels, { 'com.example.team': 'a$b {c}' });
    t.not(config.Labels['ecsidecar.id'], 'another');
    t.end();
  });
  t.test('ulimits', async (t) => {
    t.equal(await look('sh', '-c', 'ulimit -Sn; ulimit -Hn'), '512\n1024');
  });
  t.test('systemControls', async (t) => {
    t.equal(await look('cat', '/proc/sys/net/ipv4/ip_unprivileged_port_start'), '80');
    t.equal(await look('cat', '/proc/sys/kernel/msgmax'), '4096');
  });
  t.test('linuxParameters.capabilities', async (t) => {
    t.match(host, { CapAdd: ['CAP_NET_ADMIN', 'CAP_SYS_PTRACE'], CapDrop: ['CAP_CHOWN', 'CAP_MKNOD'] });
    const bounding = BigInt(`0x${(await look('grep', 'CapBnd', '/proc/1/status')).split('\t')[1] ?? ''}`);
    // CHOWN 0, NET_ADMIN 12, SYS_PTRACE 19, MKNOD 27. Source: capabilities(7), linux/capability.h.
    t.same(
      [0n, 12n, 19n, 27n].map((bit) => (bounding >> bit) & 1n),
      [0n, 1n, 1n, 0n],
    );
  });
  t.test('linuxParameters.devices, with and without a path and permissions', async (t) => {
    t.match(host.Devices, [
      { PathOnHost: '/dev/zero', PathInContainer: '/dev/nothing', CgroupPermissions: 'r' },
      { PathOnHost: '/dev/full', PathInContainer: '/dev/full', CgroupPermissions: 'rwm' },
    ]);
    t.equal(await look('sh', '-c', 'head -c 3 /dev/nothing | wc -c'), '3');
  });
  t.test('linuxParameters.initProcessEnabled: another process is the first one', async (t) => {
    t.match(host, { Init: true });
    t.match(await look('cat', '/proc/1/comm'), /init/);
  });
  t.test('linuxParameters.sharedMemorySize', async (t) => {
    t.equal(host.ShmSize, 12 * MIB);
    t.match(await look('df', '-k', '/dev/shm'), / 12288 /);
  });
  t.test('linuxParameters.tmpfs', async (t) => {
    const mounts = await look('cat', '/proc/mounts');
    t.match(mounts, /^tmpfs \/scratch tmpfs [^\n]*noexec[^\n]*size=3072k,mode=1770,uid=1000/m);
    t.match(mounts, /^tmpfs \/tmp\/work tmpfs [^\n]*size=1024k/m);
  });
  t.test('linuxParameters.maxSwap and swappiness: what is swapped comes beside the memory', (t) => {
    t.match(host, { Memory: 64 * MIB, MemorySwap: 80 * MIB, MemorySwappiness: 7 });
    t.end();
  });

  await t.test('…and it runs on as long as the task', () => stop(task));
});

t.test('a terminal’s output is logged as any other', async (t) => {
  const options = {
    'awslogs-group': 'terminal',
    'awslogs-region': 'us-east-1',
    'awslogs-create-group': 'true',
  };
  const task = await start('terminal', [
    {
      command: ['sh', '-c', 'test -t 1 && echo on a terminal; exec sleep 1000'],
      pseudoTerminal: true,
      logConfiguration: { logDriver: 'awslogs', options },
    },
  ]);
  const { events } = await until('it is logged', async () => {
    const found = await sidecar.logs
      .send(new FilterLogEventsCommand({ logGroupName: 'terminal' }))
      .catch(() => undefined);
    return found?.events?.length ? found : undefined;
  });
  t.match(events, [{ message: /^on a terminal\r?$/ }]);
  await stop(task);
});

t.test('maxSwap 0: no swap at all', async (t) => {
  const task = await start('no-swap', [{ command: IDLE, memory: 48, linuxParameters: { maxSwap: 0 } }]);
  t.match((await inspect(task, 'c0')).HostConfig, { Memory: 48 * MIB, MemorySwap: 48 * MIB });
  await stop(task);
});

t.test('privileged: it may do what the host may, if the engine is allowed to', async (t) => {
  const definition = await register(sidecar, 'privileged', [{ command: IDLE, privileged: true }]);
  const { taskArn } = await runTask(sidecar, definition);
  const task = await untilStatus(sidecar, taskArn, 'RUNNING').catch(() =>
    untilStatus(sidecar, taskArn, 'STOPPED'),
  );
  if (task.lastStatus === 'STOPPED') {
    // An engine that lacks capabilities itself, as in some virtual machines, cannot give them.
    t.match(task.stoppedReason, /unable to apply caps: operation not permitted/);
    return;
  }
  t.match((await inspect(task, 'c0')).HostConfig, { Privileged: true });
  await inside(task, 'c0', 'mount', '-t', 'tmpfs', 'none', '/tmp');
  await stop({ taskArn });
});

t.test('volumesFrom: the mounts of another container, as they are or to be read only', async (t) => {
  const task = await start(
    'volumes-from',
    [
      { name: 'reader', command: IDLE, volumesFrom: [{ sourceContainer: 'source', readOnly: true }] },
      { name: 'writer', command: IDLE, volumesFrom: [{ sourceContainer: 'source' }] },
      {
        name: 'source',
        command: IDLE,
        mountPoints: [{ sourceVolume: 'shared', containerPath: '/shared' }],
      },
    ],
    { volumes: [{ name: 'shared' }] },
  );
  await inside(task, 'writer', 'sh', '-c', 'echo hello > /shared/a');
  t.equal(await inside(task, 'reader', 'cat', '/shared/a'), 'hello');
  await t.rejects(inside(task, 'reader', 'touch', '/shared/b'), /Read-only file system/);
  await stop(task);
});

t.test('systemControls of a network or an IPC namespace that a task shares are set there', async (t) => {
  const port = (value: string) => ({ namespace: 'net.ipv4.ip_unprivileged_port_start', value });
  const task = await start(
    'shared-controls',
    [
      { command: IDLE, systemControls: [port('81'), { namespace: 'kernel.msgmax', value: '2048' }] },
      { command: IDLE, systemControls: [port('82')] },
    ],
    { networkMode: 'awsvpc', ipcMode: 'task' },
  );
  for (const name of ['c0', 'c1']) {
    t.equal(await inside(task, name, 'cat', '/proc/sys/net/ipv4/ip_unprivileged_port_start'), '82', name);
    t.equal(await inside(task, name, 'cat', '/proc/sys/kernel/msgmax'), '2048', name);
  }
  t.match((await pauseOf(task.taskArn)).HostConfig.Sysctls, { 'kernel.msgmax': '2048' });
  await stop(task);
});

t.test('resourceRequirements: a GPU is asked of the engine; without one it says so', async (t) => {
  const two = await register(sidecar, 'gpus', [
    { command: IDLE, resourceRequirements: [{ type: 'GPU', value: '2' }] },
  ]);
  const { failures } = await sidecar.ecs.send(new RunTaskCommand({ taskDefinition: two }));
  t.match(failures, [{ reason: 'RESOURCE:GPU' }], 'this machine has none');
  const definition = await register(sidecar, 'gpu', [
    { command: IDLE },
    { command: IDLE, resourceRequirements: [{ type: 'GPU', value: 'ALL' }] },
    { command: IDLE, resourceRequirements: [{ type: 'NeuronDevice', value: 'ALL' }] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const { stoppedReason, stopCode } = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.equal(stopCode, 'TaskFailedToStart');
  t.match(
    stoppedReason,
    /^CannotStartContainerError: .*could not select device driver "nvidia" with capabilities: \[\[gpu\]\]/,
  );
  const file = join(
    ...[sidecar.dataDir, 'projects', '000000000000', 'us-east-1'],
    ...['default', 'standalone', taskArn.split('/').at(-1) ?? '', 'compose.yaml'],
  );
  const { stdout } = await promisify(execFile)('docker', [
    'compose',
    '-f',
    file,
    'config',
    '--format',
    'json',
  ]);
  const { services } = JSON.parse(stdout) as { services: Record<string, { deploy?: unknown }> };
  const devices = (count: number) => ({
    resources: { reservations: { devices: [{ driver: 'nvidia', capabilities: ['gpu'], count }] } },
  });
  t.notOk(services['c0']?.deploy);
  t.match(services['c1']?.deploy, devices(-1));
  t.notOk(services['c2']?.deploy);
  t.match(await readFile(file, 'utf8'), /containerDefinitions\[c2\]\.resourceRequirements\.NeuronDevice: /);
});
