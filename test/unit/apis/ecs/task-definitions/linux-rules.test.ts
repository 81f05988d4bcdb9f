import type { LinuxParameters } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';
import { one, testRefusals, type Case } from '../../../../support/task-definition-cases.ts';

const linux = (linuxParameters: LinuxParameters) => one({ linuxParameters });
const invalid = (setting: string): string => `Invalid '${setting}' setting for container 'app'.`;
const TMPFS_SIZE =
  'The container has an invalid tmpfs size value specified. It must be a non-zero, non-negative integer.';

testRefusals([
  ...(
    [
      ['a capability that no kernel has', { capabilities: { add: ['EVERYTHING'] } }, 'capabilities'],
      ['a dropped one', { capabilities: { drop: ['CAP_CHOWN'] } }, 'capabilities'],
      ['a negative sharedMemorySize', { sharedMemorySize: -1 }, 'sharedMemorySize'],
      ['a negative maxSwap', { maxSwap: -1 }, 'maxSwap'],
      ['swappiness above 100', { maxSwap: 1, swappiness: 101 }, 'swappiness'],
      ['swappiness below 0', { maxSwap: 1, swappiness: -1 }, 'swappiness'],
      ['a tmpfs at no absolute path', { tmpfs: [{ containerPath: 'tmp', size: 1 }] }, 'tmpfs'],
    ] as const satisfies [string, LinuxParameters, string][]
  ).map(([rule, parameters, setting]): Case => ({
    rule,
    source: 'ours',
    input: linux(parameters),
    message: invalid(setting),
  })),
  ...[0, -1].map((size): Case => ({
    rule: `a tmpfs of ${size} MiB`,
    source: 'issues',
    input: linux({ tmpfs: [{ containerPath: '/tmp', size }] }),
    message: TMPFS_SIZE,
  })),
  {
    rule: 'a soft limit above the hard one',
    source: 'ours',
    input: one({ ulimits: [{ name: 'nofile', softLimit: 2, hardLimit: 1 }] }),
    message: invalid('ulimits'),
  },
  {
    rule: 'no soft limit below a hard one',
    source: 'ours',
    input: one({ ulimits: [{ name: 'memlock', softLimit: -1, hardLimit: 1 }] }),
    message: invalid('ulimits'),
  },
  ...['kernel.hostname', 'vm.swappiness', 'net.', 'kernel.shm'].map((namespace): Case => ({
    rule: `the parameter ${namespace}, which is of the whole kernel or none`,
    source: 'ours',
    input: one({ systemControls: [{ namespace, value: '1' }] }),
    message: invalid('systemControls'),
  })),
  {
    rule: 'a parameter without a value',
    source: 'ours',
    input: one({ systemControls: [{ namespace: 'net.core.somaxconn' }] }),
    message: invalid('systemControls'),
  },
  {
    rule: "an IPC parameter in the host's namespace",
    source: 'ours',
    input: one({ systemControls: [{ namespace: 'kernel.msgmax', value: '1' }] }, { ipcMode: 'host' }),
    message: invalid('systemControls'),
  },
]);

t.test('the limits themselves are taken', (t) => {
  const api = createTestApi();
  const { taskDefinition } = api.call(
    'RegisterTaskDefinition',
    one({
      linuxParameters: {
        capabilities: { add: ['ALL'], drop: ['SYSLOG', 'WAKE_ALARM'] },
        sharedMemorySize: 0,
        maxSwap: 0,
        swappiness: 100,
        tmpfs: [{ containerPath: '/tmp', size: 1 }],
      },
      ulimits: [
        { name: 'nofile', softLimit: 1, hardLimit: 1 },
        { name: 'memlock', softLimit: -1, hardLimit: -1 },
        { name: 'core', softLimit: 0, hardLimit: -1 },
      ],
      systemControls: [
        { namespace: 'net.core.somaxconn', value: '1' },
        { namespace: 'fs.mqueue.msg_max', value: '1' },
        { namespace: 'kernel.shm_rmid_forced', value: '1' },
      ],
    }),
  );
  t.ok(taskDefinition?.taskDefinitionArn);
  t.end();
});
