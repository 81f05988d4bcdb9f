import t from 'tap';
import { createTestApi, FARGATE_DEFINITION } from '../../../../support/ecs-api.ts';

t.test('Fargate has no FireLens router with a file on S3 (GitHub issue of 2020)', (t) => {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'default' });
  const options = { 'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::b/f' };
  api.call('RegisterTaskDefinition', {
    ...FARGATE_DEFINITION,
    containerDefinitions: [
      { name: 'app', image: 'busybox', logConfiguration: { logDriver: 'awsfirelens' } },
      { name: 'router', image: 'busybox', firelensConfiguration: { type: 'fluentbit', options } },
    ],
  });
  t.match(
    api.refusal('RunTask', {
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
    {
      code: 'PlatformTaskDefinitionIncompatibilityException',
      message: 'The specified platform does not satisfy the task definition’s required capabilities.',
    },
  );
  t.end();
});
