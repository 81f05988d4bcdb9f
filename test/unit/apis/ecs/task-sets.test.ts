import t from 'tap';
import { CALLER, CONTAINER, createTestApi } from '../../../support/ecs-api.ts';
import { serviceArn } from '../../../../src/model/arn.ts';

const EXTERNAL = {
  cluster: 'c',
  serviceName: 's',
  desiredCount: 3,
  deploymentController: { type: 'EXTERNAL' as const },
};
const SET = { cluster: 'c', service: 's', taskDefinition: 'app' };
const NAMED = { cluster: 'c', service: 's' };

function withService() {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'c' });
  api.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [CONTAINER] });
  api.call('CreateService', EXTERNAL);
  return api;
}

t.test('a service with the EXTERNAL controller has no deployments and takes no task definition', (t) => {
  const api = withService();
  t.match(api.call('DescribeServices', { cluster: 'c', services: ['s'] }).services, [
    { deployments: { length: 0 }, taskSets: { length: 0 }, deploymentController: { type: 'EXTERNAL' } },
  ]);
  t.match(api.refusal('CreateService', { ...EXTERNAL, serviceName: 'x', taskDefinition: 'app' }), {
    code: 'InvalidParameterException',
    message: 'TaskDefinition must be blank.',
  });
  t.match(api.refusal('UpdateService', { ...NAMED, taskDefinition: 'app' }), {
    message: /taskDefinition cannot be updated/,
  });
  t.equal(api.call('UpdateService', { ...NAMED, desiredCount: 4 }).service?.desiredCount, 4);
  api.call('CreateService', { cluster: 'c', serviceName: 'rolling', taskDefinition: 'app', desiredCount: 0 });
  t.match(api.refusal('CreateTaskSet', { ...SET, service: 'rolling' }), {
    message: /EXTERNAL deployment controller/,
  });
  t.end();
});

t.test('task sets are made, scaled, made the primary, drained', (t) => {
  const api = withService();
  const { taskSet } = api.call('CreateTaskSet', {
    ...SET,
    externalId: 'e',
    scale: { value: 50, unit: 'PERCENT' },
    clientToken: 't',
    tags: [{ key: 'a', value: 'b' }],
  });
  const id = taskSet?.id ?? '';
  t.match(taskSet, {
    id: /^ecs-svc\/\d{19}$/,
    taskSetArn: `arn:aws:ecs:eu-west-1:123456789012:task-set/c/s/${id}`,
    externalId: 'e',
    status: 'ACTIVE',
    computedDesiredCount: 2,
    scale: { value: 50, unit: 'PERCENT' },
    stabilityStatus: 'STABILIZING',
    launchType: 'EC2',
    tags: [{ key: 'a' }],
  });
  t.equal(
    api.call('CreateTaskSet', { ...SET, clientToken: 't' }).taskSet?.id,
    id,
    'the same token, the same task set',
  );
  t.equal(
    api.call('UpdateTaskSet', { ...NAMED, taskSet: id, scale: { value: 100 } }).taskSet?.computedDesiredCount,
    3,
  );
  t.match(api.refusal('UpdateTaskSet', { ...NAMED, taskSet: id, scale: { value: 101 } }), {
    message: /between 0 and 100/,
  });
  t.equal(
    api.call('UpdateServicePrimaryTaskSet', { ...NAMED, primaryTaskSet: id }).taskSet?.status,
    'PRIMARY',
  );
  t.match(api.call('DescribeServices', { cluster: 'c', services: ['s'] }).services, [
    { taskDefinition: /app:1$/, taskSets: [{ id }] },
  ]);
  t.match(
    api.call('DescribeTaskSets', {
      ...NAMED,
      taskSets: [taskSet?.taskSetArn ?? '', 'ecs-svc/0'],
      include: ['TAGS'],
    }),
    {
      taskSets: [{ id, tags: [{ key: 'a' }] }],
      failures: [{ reason: 'MISSING' }],
    },
  );
  t.match(api.refusal('DeleteTaskSet', { ...NAMED, taskSet: 'none' }), { code: 'TaskSetNotFoundException' });
  t.match(api.refusal('DeleteTaskSet', { ...NAMED, taskSet: id }), { message: /scaled above 0/ });
  t.match(api.call('DeleteTaskSet', { ...NAMED, taskSet: id, force: true }).taskSet, {
    status: 'DRAINING',
    computedDesiredCount: 0,
  });
  t.ok(api.store.services.get(serviceArn(CALLER, 'c', 's')));
  t.end();
});
