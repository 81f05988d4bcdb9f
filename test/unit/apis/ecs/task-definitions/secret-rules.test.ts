import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';
import { one, two, testRefusals } from '../../../../support/task-definition-cases.ts';

const role = { executionRoleArn: 'arn:aws:iam::123456789012:role/r' };
const secret = (valueFrom: string, name = 'S') => ({ secrets: [{ name, valueFrom }] });
const invalid = (name: string): string =>
  `The Systems Manager parameter name specified for secret ${name} is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-`;
const shared = (name: string): string =>
  `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`;

testRefusals([
  {
    rule: 'secrets without an execution role',
    source: 'issues',
    input: one(secret('/p')),
    message:
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
  },
  ...['', 'a b', 'db:password::', 'arn:aws:sqs:eu-west-1:123456789012:queue', 'x'.repeat(2049)].map(
    (valueFrom) => ({
      rule: `a secret from ${valueFrom.slice(0, 40) || 'nothing'}`,
      source: 'issues' as const,
      input: one(secret(valueFrom, 'JWT_KEY'), role),
      message: invalid('JWT_KEY'),
    }),
  ),
  {
    rule: 'a secret that is a variable, too',
    source: 'issues',
    input: one({ ...secret('/p', 'DB'), environment: [{ name: 'DB', value: 'x' }] }, role),
    message: shared('DB'),
  },
  {
    rule: 'two secrets of one name',
    source: 'issues',
    input: one({ secrets: [...secret('/p').secrets, ...secret('/q').secrets] }, role),
    message: shared('S'),
  },
  {
    rule: 'an environment file that is a bucket',
    source: '2026',
    input: one({ environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket' }] }),
    message: 'Invalid arn syntax.',
  },
]);

t.test('every form of valueFrom is taken, and answered as it was given', (t) => {
  const api = createTestApi();
  const secrets = [
    '/prod/db_1.x-y',
    'name',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/p',
    'arn:aws:secretsmanager:eu-west-1:999999999999:secret:s-AbCdEf',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s:key::',
  ].map((valueFrom, index) => ({ name: `S${index}`, valueFrom }));
  const { taskDefinition } = api.call('RegisterTaskDefinition', one({ secrets }, role));
  t.same(taskDefinition?.containerDefinitions?.[0]?.secrets, secrets);
  t.end();
});

// Source: ECS agent, agent_capability.go.
t.test('an instance has to know where log options and configurations are fetched from', (t) => {
  const api = createTestApi();
  const secretOptions = [
    { name: 'splunk-token', valueFrom: '/p' },
    { name: 'splunk-url', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s' },
  ];
  const { taskDefinition } = api.call(
    'RegisterTaskDefinition',
    two(
      {
        logConfiguration: { logDriver: 'splunk', secretOptions },
        firelensConfiguration: {
          type: 'fluentbit',
          options: { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::b/f' },
        },
      },
      { logConfiguration: { logDriver: 'awsfirelens' } },
    ),
  );
  const names = taskDefinition?.requiresAttributes?.map(({ name }) => name) ?? [];
  for (const name of [
    'secrets.ssm.bootstrap.log-driver',
    'secrets.asm.bootstrap.log-driver',
    'firelens.options.config.s3',
  ])
    t.ok(names.includes(`ecs.capability.${name}`), name);
  t.end();
});
