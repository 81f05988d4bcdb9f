import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';
import { check, fargate, one, two } from '../../../../support/task-definition-cases.ts';

t.test('the limits themselves are accepted', (t) => {
  const api = createTestApi();
  const accepted: readonly RegisterTaskDefinitionRequest[] = [
    one(check({ interval: 300, timeout: 60, retries: 10, startPeriod: 300 })),
    one(check({ interval: 5, timeout: 2, retries: 1, startPeriod: 0 })),
    one({ startTimeout: 2, stopTimeout: 2 }),
    one({ restartPolicy: { enabled: true, restartAttemptPeriod: 60 } }),
    // Source: recorded from ECS, September 2026: startTimeout 121 is accepted even on Fargate.
    fargate({ ephemeralStorage: { sizeInGiB: 21 } }, { startTimeout: 121, stopTimeout: 120 }),
    // Source: ECS API reference: a role's short name will do.
    one({}, { taskRoleArn: 'admin', executionRoleArn: 'arn:aws:iam::123456789012:role/path/r' }),
    one({ memory: 20, memoryReservation: 20 }, { memory: '20' }),
    one({ cpu: 256 }, { cpu: '256' }),
    one({ name: 'x'.repeat(255) }, { family: 'y'.repeat(255) }),
    two({ dependsOn: [{ containerName: 'db', condition: 'COMPLETE' }] }, { essential: false }),
    two({ dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] }, check({})),
    fargate({}, { linuxParameters: { capabilities: { add: ['SYS_PTRACE'] } } }),
    one({ environmentFiles: Array.from({ length: 10 }, () => ({ type: 's3', value: 'arn:aws:s3:::b/k' })) }),
    one({ portMappings: [{ containerPort: 80, hostPort: 0 }] }, { networkMode: 'awsvpc' }),
  ];
  for (const input of accepted)
    t.equal(api.call('RegisterTaskDefinition', input).taskDefinition?.status, 'ACTIVE');
  t.end();
});
