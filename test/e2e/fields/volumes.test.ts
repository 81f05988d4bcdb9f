import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunTaskCommand, type RunTaskCommandInput, type Volume } from '@aws-sdk/client-ecs';
import t, { type Test } from 'tap';
import { IDLE, lookInto } from '../../support/networking.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { start, stop, inside, inspect } = lookInto(sidecar);
const { docker } = sidecar;

const unique = (name: string): string => `ecsidecar-test-${name}-${randomBytes(4).toString('hex')}`;

/** Two containers that mount the volumes at `/<name>`; the second one may only read. */
const startWith = (family: string, volumes: Volume[]) => {
  const mountPoints = volumes.map(({ name = '' }) => ({ sourceVolume: name, containerPath: `/${name}` }));
  return start(
    family,
    [
      { name: 'writer', command: IDLE, mountPoints },
      { name: 'reader', command: IDLE, mountPoints: mountPoints.map((one) => ({ ...one, readOnly: true })) },
    ],
    { volumes },
  );
};

const write = (task: Parameters<typeof inside>[0], path: string, text: string) =>
  inside(task, 'writer', 'sh', '-c', `echo ${text} > ${path}`);

/** Why a task with these volumes ends before it runs. */
async function stoppedReason(
  volumes: Volume[],
  more: Partial<RunTaskCommandInput> = {},
): Promise<string | undefined> {
  const mountPoints = volumes.map(({ name = '' }) => ({ sourceVolume: name, containerPath: `/${name}` }));
  const definition = await register(sidecar, 'refused', [{ command: IDLE, mountPoints }], { volumes });
  const { taskArn } = await runTask(sidecar, definition, more);
  return (await untilStatus(sidecar, taskArn, 'STOPPED')).stoppedReason;
}

const hasVolume = async (name: string): Promise<boolean> =>
  (await docker.listVolumes({ filters: { name: [name] } })).Volumes.some((one) => one.Name === name);

const removeLater = (t: Test, name: string): void => {
  t.teardown(() =>
    docker
      .getVolume(name)
      .remove()
      .catch(() => undefined),
  );
};

t.test('host: a path of the host; readOnly mount points', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-host-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'given'), 'from the host');
  const task = await startWith('host', [
    { name: 'given', host: { sourcePath: folder } },
    { name: 'made', host: { sourcePath: join(folder, 'new', 'folder') } },
  ]);
  t.equal(await inside(task, 'reader', 'cat', '/given/given'), 'from the host');
  await write(task, '/made/a', 'hello');
  t.equal(await readFile(join(folder, 'new/folder/a'), 'utf8'), 'hello\n', 'Docker makes what is not there');
  await t.rejects(inside(task, 'reader', 'touch', '/given/x'), /Read-only file system/);
  await stop(task);
});

t.test('a volume without anything is shared by the containers of a task, and gone with it', async (t) => {
  const volumes = [{ name: 'scratch' }, { name: 'empty', host: {} }];
  const [one, other] = await Promise.all([startWith('scratch-a', volumes), startWith('scratch-b', volumes)]);
  await write(one, '/scratch/a', 'hello');
  t.equal(await inside(one, 'reader', 'cat', '/scratch/a'), 'hello');
  t.equal(await inside(other, 'reader', 'ls', '/scratch'), '', 'another task has its own');
  await t.rejects(inside(one, 'reader', 'touch', '/scratch/b'), /Read-only file system/);
  const volume = (await inspect(one, 'writer')).Mounts.find(({ Destination: at }) => at === '/scratch')?.Name;
  t.ok(await hasVolume(volume ?? ''));
  await Promise.all([stop(one), stop(other)]);
  t.notOk(await hasVolume(volume ?? ''));
});

t.test('dockerVolumeConfiguration of a task: driver, options and labels; gone with the task', async (t) => {
  const task = await startWith('task-volume', [
    {
      name: 'memory',
      dockerVolumeConfiguration: {
        scope: 'task',
        driver: 'local',
        driverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=2m,mode=1777' },
        labels: { team: 'a$b', 'com.docker.compose.project': 'another' },
      },
    },
  ]);
  t.match(await inside(task, 'writer', 'cat', '/proc/mounts'), /^tmpfs \/memory tmpfs [^\n]*size=2048k/m);
  const name = (await inspect(task, 'writer')).Mounts[0]?.Name ?? '';
  const volume = await docker.getVolume(name).inspect();
  t.match(volume, { Driver: 'local', Labels: { team: 'a$b' }, Options: { o: 'size=2m,mode=1777' } });
  await stop(task);
  t.notOk(await hasVolume(name));
});

t.test('dockerVolumeConfiguration, shared: made when it is absent, and there after the task', async (t) => {
  const name = unique('shared');
  removeLater(t, name);
  const volume: Volume = {
    name,
    dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, labels: { team: 'x' } },
  };
  const tasks = await Promise.all([startWith('shared-a', [volume]), startWith('shared-b', [volume])]);
  await write(tasks[0], `/${name}/a`, 'kept');
  t.equal(await inside(tasks[1], 'reader', 'cat', `/${name}/a`), 'kept', 'tasks share it');
  t.match(await docker.getVolume(name).inspect(), { Labels: { team: 'x' } });
  await Promise.all(tasks.map(stop));
  t.ok(await hasVolume(name));
  const unprovisioned: Volume = { name, dockerVolumeConfiguration: { scope: 'shared' } };
  const later = await startWith('shared-c', [unprovisioned]);
  t.equal(await inside(later, 'reader', 'cat', `/${name}/a`), 'kept');
  await stop(later);
});

t.test('dockerVolumeConfiguration, shared and absent without autoprovision: the task stops', async (t) => {
  const name = unique('absent');
  t.equal(
    await stoppedReason([{ name, dockerVolumeConfiguration: { scope: 'shared', autoprovision: false } }]),
    `ResourceInitializationError: initialize volume: volume detection failed, volume '${name}' does not exist and ` +
      `autoprovision is set to false: Error response from daemon: get ${name}: no such volume`,
  );
  t.notOk(await hasVolume(name));
});

t.test('no instance takes a volume of a driver that its engine does not have', async (t) => {
  for (const scope of ['task', 'shared'] as const) {
    const name = unique(`driver-${scope}`);
    const dockerVolumeConfiguration = { scope, autoprovision: true, driver: 'nonsense' };
    const taskDefinition = await register(sidecar, 'refused', [{ command: IDLE }], {
      volumes: [{ name, dockerVolumeConfiguration }],
    });
    t.same(
      (await sidecar.ecs.send(new RunTaskCommand({ taskDefinition }))).failures?.[0]?.reason,
      'ATTRIBUTE',
    );
  }
});

type Configuration = Omit<Volume, 'name'>;

const FOLDERS = [
  {
    field: 'efsVolumeConfiguration',
    of: (rootDirectory: string): Configuration => ({
      efsVolumeConfiguration: {
        fileSystemId: 'fs-0123',
        rootDirectory,
        transitEncryption: 'ENABLED',
        authorizationConfig: { iam: 'ENABLED' },
      },
    }),
    folder: 'efs/fs-0123',
  },
  {
    field: 'fsxWindowsFileServerVolumeConfiguration',
    of: (rootDirectory: string): Configuration => ({
      fsxWindowsFileServerVolumeConfiguration: {
        fileSystemId: 'fs-0456',
        rootDirectory: rootDirectory.replaceAll('/', '\\'),
        authorizationConfig: { credentialsParameter: 'arn:aws:ssm:us-east-1:000000000000:x', domain: 'd' },
      },
    }),
    folder: 'fsx/fs-0456',
  },
  {
    field: 's3filesVolumeConfiguration',
    of: (rootDirectory: string): Configuration => ({
      s3filesVolumeConfiguration: {
        fileSystemArn: 'arn:aws:s3files:us-east-1:000000000000:file-system/fs-0789',
        rootDirectory,
      },
    }),
    folder: 's3files/fs-0789',
  },
];

for (const { field, of, folder } of FOLDERS)
  t.test(`${field}: a folder that tasks share, for each root directory, which is kept`, async (t) => {
    const volumes = [
      { name: 'root', ...of('/') },
      { name: 'below', ...of('/a/b') },
      { name: 'outside', ...of('/../../../etc') },
    ];
    const [one, other] = await Promise.all([
      startWith(`${field}-a`, volumes),
      startWith(`${field}-b`, volumes),
    ]);
    for (const { name } of volumes) {
      t.equal(await inside(one, 'reader', 'ls', `/${name}`), '', 'it is empty, and one of its own');
      await write(one, `/${name}/${name}`, name);
      t.equal(await inside(other, 'reader', 'cat', `/${name}/${name}`), name);
    }
    await Promise.all([stop(one), stop(other)]);
    const folders = await readdir(join(sidecar.dataDir, 'volumes', folder));
    t.same(folders.toSorted(), ['root', 'root%2f..%2f..%2f..%2fetc', 'root%2fa%2fb'].toSorted());
    t.equal(await readFile(join(sidecar.dataDir, 'volumes', folder, 'root/root'), 'utf8'), 'root\n');
    const later = await startWith(`${field}-c`, volumes.slice(0, 1));
    t.equal(await inside(later, 'reader', 'cat', '/root/root'), 'root');
    await stop(later);
  });

t.test('access points are folders too, whatever their ids; any user may write there', async (t) => {
  const access = (fileSystemId: string, accessPointId: string): Configuration => ({
    efsVolumeConfiguration: { fileSystemId, authorizationConfig: { accessPointId } },
  });
  const arn = 'arn:aws:s3files:us-east-1:000000000000:file-system/fs-1';
  const volumes = [
    { name: 'one', ...access('fs-1', 'fsap-1') },
    { name: 'two', ...access('fs-1', 'fsap-2') },
    { name: 'evil', ...access('..', '../../../../evil') },
    {
      name: 's3',
      s3filesVolumeConfiguration: { fileSystemArn: arn, accessPointArn: `${arn}/access-point/fsap-3` },
    },
  ];
  const mountPoints = volumes.map(({ name }) => ({ sourceVolume: name, containerPath: `/${name}` }));
  const task = await start('access', [{ name: 'writer', user: '1234', command: IDLE, mountPoints }], {
    volumes,
  });
  for (const { name } of volumes) await write(task, `/${name}/a`, name);
  await stop(task);
  const root = join(sidecar.dataDir, 'volumes');
  for (const [name, path] of Object.entries({
    one: 'efs/fs-1/access-point-fsap-1',
    two: 'efs/fs-1/access-point-fsap-2',
    evil: 'efs/%2e%2e/access-point-..%2f..%2f..%2f..%2fevil',
    s3: 's3files/fs-1/access-point-fsap-3',
  }))
    t.equal(await readFile(join(root, path, 'a'), 'utf8'), `${name}\n`);
});

t.test('configuredAtLaunch: a volume of the task’s own, as RunTask configures it', async (t) => {
  const definition = await register(
    sidecar,
    'ebs',
    [{ name: 'writer', command: IDLE, mountPoints: [{ sourceVolume: 'ebs', containerPath: '/ebs' }] }],
    { volumes: [{ name: 'ebs', configuredAtLaunch: true }] },
  );
  const configured = (name: string) => ({
    volumeConfigurations: [
      { name, managedEBSVolume: { sizeInGiB: 1, roleArn: 'arn:aws:iam::000000000000:role/r' } },
    ],
  });
  const { taskArn } = await runTask(sidecar, definition, configured('ebs'));
  const task = await untilStatus(sidecar, taskArn, 'RUNNING');
  await write(task, '/ebs/a', 'hello');
  t.equal(await inside(task, 'writer', 'cat', '/ebs/a'), 'hello');
  const name = (await inspect(task, 'writer')).Mounts[0]?.Name ?? '';
  await stop({ taskArn });
  t.notOk(await hasVolume(name));
  // Source: ECS's words, recorded in GitHub issues.
  await t.rejects(runTask(sidecar, definition, configured('other')), {
    name: 'InvalidParameterException',
    message:
      'Volume configuration provided but no matching configuredAtLaunch volume found in task definition.',
  });
});
