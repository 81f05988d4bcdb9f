import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import t from 'tap';
import { IDLE, lookInto } from '../support/networking.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const base = await realpath(await mkdtemp(join(tmpdir(), 'ecsidecar-roots-')));
const [allowed, second, secret] = ['allowed', 'second', 'secret'].map((one) => join(base, one)) as [
  string,
  string,
  string,
];
for (const folder of [allowed, second, secret]) await mkdir(folder);
await writeFile(join(secret, 'key'), 'hidden');
await symlink(secret, join(allowed, 'link'));
await symlink(second, join(allowed, 'inner'));
await writeFile(join(second, 'b'), 'seen');

const sidecar = await startSidecar({ ECS_HOST_VOLUME_ROOTS: `${allowed}:${second}` });
t.teardown(async () => {
  await sidecar.remove();
  await rm(base, { recursive: true });
});
const { start, stop, inside } = lookInto(sidecar);

t.test('tasks mount what lies in the allowed folders, over symlinks between them too', async (t) => {
  const volumes = [
    { name: 'first', host: { sourcePath: allowed } },
    { name: 'new', host: { sourcePath: join(allowed, 'not/there/yet') } },
    { name: 'linked', host: { sourcePath: join(allowed, 'inner') } },
    { name: 'up', host: { sourcePath: `${allowed}/../second` } },
    { name: 'efs', efsVolumeConfiguration: { fileSystemId: 'fs-1' } },
    { name: 'scratch' },
  ];
  const mountPoints = volumes.map(({ name }) => ({ sourceVolume: name, containerPath: `/${name}` }));
  const task = await start('allowed', [{ command: IDLE, mountPoints }], { volumes });
  t.equal(await inside(task, 'c0', 'cat', '/linked/b'), 'seen');
  t.equal(await inside(task, 'c0', 'cat', '/up/b'), 'seen');
  await stop(task);
});

async function stoppedReason(
  container: Partial<ContainerDefinition>,
  volumes: Volume[] = [],
): Promise<string | undefined> {
  const definition = await register(sidecar, 'refused', [{ command: IDLE, ...container }], { volumes });
  const { taskArn } = await runTask(sidecar, definition);
  return (await untilStatus(sidecar, taskArn, 'STOPPED')).stoppedReason;
}

t.test('every other path stops the task, whichever way it is asked for', async (t) => {
  for (const sourcePath of [
    secret,
    '/',
    '/etc',
    `${allowed}x`,
    `${allowed}/../secret`,
    join(allowed, 'link'),
    join(allowed, 'link/key'),
    join(allowed, 'link/new'),
    `${allowed}/inner/../../secret`,
  ])
    t.equal(
      await stoppedReason({}, [{ name: 'v', host: { sourcePath } }]),
      `CannotCreateContainerError: volume 'v' is the host path ${sourcePath}, which is not in ` +
        `ECS_HOST_VOLUME_ROOTS (${allowed}, ${second})`,
    );
});

t.test(
  'a Docker volume that stands for a folder, and Docker flags of a definition, are no way around',
  async (t) => {
    const options = { type: 'none', o: 'bind', device: secret };
    for (const scope of ['task', 'shared'] as const)
      t.match(
        await stoppedReason({}, [
          { name: 'v', dockerVolumeConfiguration: { scope, autoprovision: true, driverOpts: options } },
        ]),
        `CannotCreateContainerError: the device of volume 'v' is the host path ${secret}, which is not in`,
      );
    t.match(
      await stoppedReason({ dockerLabels: { 'ecsidecar.docker-flags': `-v ${secret}:/secret` } }),
      `CannotCreateContainerError: a volume in the label ecsidecar.docker-flags of c0 is the host path ${secret}, which is not in`,
    );
    t.match(
      await stoppedReason({ dockerLabels: { 'ecsidecar.docker-flags': '--no-such-flag' } }),
      /^CannotCreateContainerError: .*no-such-flag/,
      'what cannot be read stops the task too',
    );
  },
);
