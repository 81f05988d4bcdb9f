import type { LogConfiguration } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';
import { one, testRefusals, two } from '../../../../support/task-definition-cases.ts';

const logging = (logConfiguration: LogConfiguration) => one({ logConfiguration });
const router = { firelensConfiguration: { type: 'fluentbit' as const } };

testRefusals([
  {
    rule: 'awslogs needs a group',
    source: '2026',
    input: logging({ logDriver: 'awslogs', options: {} }),
    message: 'Log driver awslogs requires options: awslogs-group',
  },
  {
    rule: 'splunk needs a token',
    source: 'issues',
    input: logging({ logDriver: 'splunk', options: { 'splunk-url': 'https://s:8088' } }),
    message: 'Log driver splunk requires options: splunk-token',
  },
  {
    rule: 'splunk needs token and url',
    source: 'issues',
    input: logging({ logDriver: 'splunk', options: { 'splunk-token': '' } }),
    message: 'Log driver splunk requires options: splunk-token, splunk-url',
  },
  {
    rule: 'gelf needs an address',
    source: 'ours',
    input: logging({ logDriver: 'gelf' }),
    message: 'Log driver gelf requires options: gelf-address',
  },
  {
    rule: 'an option that awslogs has not on ECS',
    source: 'issues',
    input: logging({
      logDriver: 'awslogs',
      options: { 'awslogs-group': 'g', log_key: 'log', 'awslogs-endpoint': 'http://x' },
    }),
    message: 'Log driver awslogs disallows options: log_key, awslogs-endpoint',
  },
  {
    rule: 'a router for nobody',
    source: 'issues',
    input: two(router, {}),
    message:
      'When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.',
  },
  {
    rule: 'a configuration that is nowhere on S3',
    source: 'issues',
    input: two(
      {
        firelensConfiguration: {
          type: 'fluentbit',
          options: { 'config-file-type': 's3', 'config-file-value': 's3://b/f.conf' },
        },
      },
      { logConfiguration: { logDriver: 'awsfirelens' } },
    ),
    message: 'Invalid arn syntax.',
  },
  {
    rule: 'two routers',
    source: 'ours',
    input: two(router, { ...router, logConfiguration: { logDriver: 'awsfirelens' } }),
    message: 'Only one container can have a firelensConfiguration object.',
  },
]);

t.test('what a driver needs may be a secret, and others need nothing', (t) => {
  const api = createTestApi();
  const executionRoleArn = 'arn:aws:iam::123456789012:role/r';
  for (const logConfiguration of [
    {
      logDriver: 'splunk',
      options: { 'splunk-url': 'https://s:8088' },
      secretOptions: [{ name: 'splunk-token', valueFrom: '/p' }],
    },
    { logDriver: 'fluentd' },
    { logDriver: 'syslog' },
    { logDriver: 'journald' },
    { logDriver: 'json-file', options: { 'max-size': '1m' } },
    {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': 'g',
        'awslogs-region': 'eu-west-1',
        'awslogs-stream-prefix': 'p',
        'awslogs-create-group': 'true',
        'awslogs-datetime-format': '%Y',
        mode: 'non-blocking',
        'max-buffer-size': '1m',
      },
    },
  ] satisfies LogConfiguration[])
    t.ok(api.call('RegisterTaskDefinition', one({ logConfiguration }, { executionRoleArn })));
  t.end();
});
