import t from 'tap';
import { platformOf } from '../../../../src/executors/compose/render-platform.ts';
import type { AwsTaskDefinition } from '../../../../src/model/task-definition.ts';
import { sampleContext } from '../../../support/rendering.ts';

const ARM: AwsTaskDefinition = { runtimePlatform: { cpuArchitecture: 'ARM64' } };
const labelled = (flags: string) => ({ name: 'app', dockerLabels: { 'ecsidecar.docker-flags': flags } });

t.test('the platform of the flags, else that of the definition, else the engine’s', (t) => {
  t.equal(platformOf({}, {}, sampleContext()), undefined);
  t.equal(platformOf(ARM, {}, sampleContext()), 'linux/arm64');
  const linux = { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' } as const;
  t.equal(platformOf({ runtimePlatform: linux }, {}, sampleContext()), 'linux/amd64');
  t.equal(platformOf(ARM, {}, sampleContext('--platform linux/amd64')), 'linux/amd64');
  t.equal(platformOf(ARM, labelled('--platform linux/amd64'), sampleContext()), 'linux/amd64');
  t.end();
});

t.test('Windows and flags that cannot be read are the task’s own failures', (t) => {
  const windows: AwsTaskDefinition = {
    runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2025_FULL' },
  };
  t.throws(() => platformOf(windows, { name: 'app' }, sampleContext()), {
    kind: 'cannotCreate',
    container: 'app',
    message: 'the task is for WINDOWS_SERVER_2025_FULL, which the engine here (of Linux) cannot run',
  });
  t.throws(() => platformOf({}, labelled('--nonsense'), sampleContext()), {
    kind: 'cannotCreate',
    message: 'the label ecsidecar.docker-flags: unknown flag --nonsense',
  });
  t.end();
});
