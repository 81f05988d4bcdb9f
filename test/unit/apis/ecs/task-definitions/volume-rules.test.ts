import type { EFSVolumeConfiguration, Volume } from '@aws-sdk/client-ecs';
import t from 'tap';
import { CONTAINER, createTestApi } from '../../../../support/ecs-api.ts';

const api = createTestApi();
const EFS: Volume = { efsVolumeConfiguration: { fileSystemId: 'fs-1' } };

const input = (...volumes: Volume[]) => ({
  family: 'volumes',
  containerDefinitions: [CONTAINER],
  volumes: volumes.map((volume, index) => ({ name: `v${index}`, ...volume })),
});

const efs = (more: Partial<EFSVolumeConfiguration>): Volume => ({
  efsVolumeConfiguration: { fileSystemId: 'fs-1', ...more },
});

t.test('what ECS refuses of volumes, in its words of September 2026 where none other is said', (t) => {
  for (const [volumes, message] of [
    [[{ name: 'v' }, { name: 'v' }], 'Volume names must be unique within a task definition'], // ours
    [[{ host: { sourcePath: '' } }], 'host.sourcePath should not be blank.'], // GitHub issues of 2015
    [
      [{ configuredAtLaunch: true }, { name: 'w', configuredAtLaunch: true }],
      'Volumes [v0, w] are not referenced by any of the containers',
    ],
    [
      [efs({ rootDirectory: '/x', authorizationConfig: { accessPointId: 'fsap-1' } })],
      'When using an EFS access point, the root directory must either be set to "/" or be omitted.',
    ],
    [
      [efs({ authorizationConfig: { iam: 'ENABLED' } })],
      'EFS IAM authorization requires TransitEncryption to be enabled.',
    ],
    [
      [efs({ transitEncryptionPort: 2999, transitEncryption: 'DISABLED' })],
      'TransitEncryptionPort requires that TransitEncryption is enabled.',
    ],
  ] as const satisfies [Volume[], string][])
    t.match(api.refusal('RegisterTaskDefinition', input(...volumes)), { code: 'ClientException', message });
  t.ok(
    api.call(
      'RegisterTaskDefinition',
      input(
        efs({
          rootDirectory: '/',
          transitEncryption: 'ENABLED',
          transitEncryptionPort: 2999,
          authorizationConfig: { accessPointId: 'fsap-1', iam: 'ENABLED' },
        }),
      ),
    ),
  );
  t.end();
});

t.test('a volume is of one kind', (t) => {
  // Source: ECS's words, recorded in GitHub issues.
  const message =
    'When the volume parameter is specified, only one volume configuration type should be used.';
  for (const volume of [
    { ...EFS, host: { sourcePath: '/a' } },
    { ...EFS, configuredAtLaunch: true },
    { dockerVolumeConfiguration: {}, host: { sourcePath: '/a' } },
  ])
    t.match(api.refusal('RegisterTaskDefinition', input({}, volume)), { code: 'ClientException', message });
  const { taskDefinition } = api.call(
    'RegisterTaskDefinition',
    input({}, EFS, { ...EFS, host: {}, configuredAtLaunch: false }, { host: { sourcePath: '/a' } }),
  );
  t.equal(taskDefinition?.volumes?.length, 4);
  t.end();
});
