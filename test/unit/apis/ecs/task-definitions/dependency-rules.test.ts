import { one, testRefusals, two } from '../../../../support/task-definition-cases.ts';

testRefusals([
  {
    rule: 'a container that waits for itself',
    source: 'emulator',
    input: one({ dependsOn: [{ containerName: 'app', condition: 'START' }] }),
    message: 'Container dependsOn contains a cycle',
  },
  {
    rule: 'an essential container that waits for its own end',
    source: '2026',
    input: one({ dependsOn: [{ containerName: 'app', condition: 'SUCCESS' }] }),
    message: 'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
  },
  {
    rule: 'a container that waits for itself to be healthy',
    source: 'emulator',
    input: one({
      healthCheck: { command: ['CMD', 'true'] },
      dependsOn: [{ containerName: 'app', condition: 'HEALTHY' }],
    }),
    message: 'Container dependsOn contains a cycle',
  },
  {
    rule: 'HEALTHY of a container whose health check is switched off',
    source: '2026',
    input: two(
      { dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] },
      { healthCheck: { command: ['NONE'] } },
    ),
    message: 'A dependency container with HEALTHY condition must have health check configured',
  },
]);
