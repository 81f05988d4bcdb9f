import type { Volume } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { join, relative } from 'node:path';
import t from 'tap';
import {
  fileSystemFolder,
  fileSystemVolume,
  taskVolume,
  volumeCommands,
} from '../../../../src/executors/compose/task-volumes.ts';

const VOLUMES = { fileSystems: { kind: 'volumes' }, sidecarId: '0123456789abcdef' } as const;

const efs = (fileSystemId: string, rootDirectory?: string, accessPointId?: string): Volume => ({
  name: 'v',
  efsVolumeConfiguration: {
    fileSystemId,
    ...(rootDirectory !== undefined && { rootDirectory }),
    ...(accessPointId !== undefined && { authorizationConfig: { accessPointId } }),
  },
});

t.test('what a volume of a definition is', (t) => {
  const plain = { driverOpts: {}, labels: {} };
  const cases: [Volume, object][] = [
    [{ name: 'v' }, { kind: 'task', ...plain }],
    [
      { name: 'v', host: {} },
      { kind: 'task', ...plain },
    ],
    [
      { name: 'v', configuredAtLaunch: true },
      { kind: 'task', ...plain },
    ],
    [
      { name: 'v', host: { sourcePath: '/a' } },
      { kind: 'host', path: '/a' },
    ],
    [
      { name: 'v', dockerVolumeConfiguration: {} },
      { kind: 'task', ...plain },
    ],
    [
      { name: 'v', dockerVolumeConfiguration: { scope: 'shared' } },
      { kind: 'shared', name: 'v', mayCreate: false, ...plain },
    ],
    [efs('fs-1'), { kind: 'fileSystem', id: 'fs-1', folder: ['efs', 'fs-1', 'root'] }],
    [efs('fs-1', '/'), { kind: 'fileSystem', id: 'fs-1', folder: ['efs', 'fs-1', 'root'] }],
    [efs('fs-1', '//a/./b/'), { kind: 'fileSystem', id: 'fs-1', folder: ['efs', 'fs-1', 'root%2fa%2fb'] }],
    [
      efs('fs-1', '/', 'fsap-1'),
      { kind: 'fileSystem', id: 'fs-1', folder: ['efs', 'fs-1', 'access-point-fsap-1'] },
    ],
  ];
  for (const [volume, expected] of cases) t.same(taskVolume(volume), expected, JSON.stringify(volume));
  t.end();
});

t.test('whatever a request calls them, file systems are folders of their own, and so are volumes', (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('..', '.', '', '/', '../..', 'a'.repeat(500)),
  );
  fc.assert(
    fc.property(text, text, fc.option(text, { nil: undefined }), (id, rootDirectory, accessPoint) => {
      const volume = taskVolume(efs(id, rootDirectory, accessPoint));
      if (volume.kind !== 'fileSystem') return false;
      const folder = fileSystemFolder({ kind: 'folders', path: '/data' }, volume);
      const parts = relative('/data', folder).split('/');
      // Source: Docker, names of volumes.
      const isName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(fileSystemVolume(VOLUMES, volume));
      const fits = parts.every((part) => part !== '..' && Buffer.byteLength(part) <= 255);
      return parts.length === 3 && fits && folder === join('/data', ...volume.folder) && isName;
    }),
  );
  t.end();
});

t.test('what is made before a project that is run by hand, in words of a shell', (t) => {
  const shared = (driverOpts?: Record<string, string>): Volume => ({
    name: 'mine',
    dockerVolumeConfiguration: { scope: 'shared', driver: 'local', ...(driverOpts && { driverOpts }) },
  });
  t.same(volumeCommands([shared(), shared({ o: "it's $(x)" }), { name: 'v' }], VOLUMES), [
    '--driver=local mine',
    String.raw`--driver=local '--opt=o=it'\''s $(x)' mine`,
  ]);
  t.match(volumeCommands([efs('fs-1')], VOLUMES), [/^ecsidecar-01234567-efs-fs-1-root-[0-9a-f]{8}$/]);
  const folders = { ...VOLUMES, fileSystems: { kind: 'folders', path: '/data' } } as const;
  t.same(volumeCommands([efs('fs-1')], folders), []);
  t.end();
});
