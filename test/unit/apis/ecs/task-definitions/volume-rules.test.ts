import type { Volume } from '@aws-sdk/client-ecs';
import t from 'tap';
import { CONTAINER, createTestApi } from '../../../../support/ecs-api.ts';

const api = createTestApi();
const EFS: Volume = { efsVolumeConfiguration: { fileSystemId: 'fs-1' } };

const input = (...volumes: Volume[]) => ({
  family: 'volumes',
  containerDefinitions: [CONTAINER],
  volumes: volumes.map((volume, index) => ({ name: `v${index}`, ...volume })),
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
