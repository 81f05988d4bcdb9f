import t from 'tap';
import { CONTAINER, createTestApi, FARGATE_DEFINITION, type EcsApi } from '../../../../support/ecs-api.ts';

const MISSING = 'arn:aws:ecs:eu-west-1:123456789012:container-instance/default/' + 'a'.repeat(32);

/** The definition `f`, the machine itself and one registered instance of 512 MiB. */
function setUp(): EcsApi & { local: string; small: string } {
  const api = createTestApi();
  api.call('CreateCluster', {});
  api.call('RegisterTaskDefinition', {
    family: 'f',
    containerDefinitions: [CONTAINER],
    tags: [{ key: 'from', value: 'definition' }],
  });
  const local = api.call('ListContainerInstances', {}).containerInstanceArns?.[0] ?? '';
  const totalResources = [{ name: 'MEMORY', type: 'INTEGER', integerValue: 512 }];
  const registered = api.call('RegisterContainerInstance', { totalResources }).containerInstance;
  return { ...api, local, small: registered?.containerInstanceArn ?? '' };
}

t.test('one task on each named instance, in their order, with what RunTask gives tasks', (t) => {
  const api = setUp();
  const { tasks, failures } = api.call('StartTask', {
    taskDefinition: 'f',
    containerInstances: [api.small, api.local.split('/').at(-1) ?? '', api.small],
    startedBy: 'me',
    group: 'g',
    propagateTags: 'TASK_DEFINITION',
    enableECSManagedTags: true,
    tags: [{ key: 'mine', value: '1' }],
    overrides: { containerOverrides: [{ name: 'app', command: ['true'] }] },
  });
  t.strictSame(failures, []);
  t.strictSame(
    tasks.map(({ containerInstanceArn }) => containerInstanceArn),
    [api.small, api.local],
  );
  t.match(tasks[0], {
    launchType: 'EC2',
    lastStatus: 'PROVISIONING',
    startedBy: 'me',
    group: 'g',
    overrides: { containerOverrides: [{ name: 'app', command: ['true'] }] },
    tags: [
      { key: 'aws:ecs:clusterName', value: 'default' },
      { key: 'from', value: 'definition' },
      { key: 'mine', value: '1' },
    ],
  });
  t.strictSame(
    api.woken,
    tasks.map(({ taskArn }) => taskArn),
  );
  t.end();
});

t.test(
  'an instance that is not there, is out of use or has no room is a failure, the others are used',
  (t) => {
    const api = setUp();
    const gone = api.call('RegisterContainerInstance', {}).containerInstance?.containerInstanceArn ?? '';
    api.call('DeregisterContainerInstance', { containerInstance: gone });
    api.call('RegisterTaskDefinition', {
      family: 'large',
      containerDefinitions: [{ ...CONTAINER, memory: 1024 }],
    });
    const { tasks, failures } = api.call('StartTask', {
      taskDefinition: 'large',
      containerInstances: [MISSING, gone, api.small, api.local],
    });
    t.strictSame(failures, [
      { arn: MISSING, reason: 'MISSING' },
      { arn: gone, reason: 'INACTIVE' },
      { arn: api.small, reason: 'RESOURCE:MEMORY' },
    ]);
    t.strictSame(
      tasks.map(({ containerInstanceArn }) => containerInstanceArn),
      [api.local],
    );
    api.call('UpdateContainerInstancesState', { containerInstances: [api.local], status: 'DRAINING' });
    t.match(api.call('StartTask', { taskDefinition: 'f', containerInstances: [api.local] }), {
      tasks: [],
      failures: [{ arn: api.local, reason: 'INACTIVE' }],
    });
    t.end();
  },
);

t.test('placement constraints are for RunTask alone', (t) => {
  const api = setUp();
  api.call('RegisterTaskDefinition', {
    family: 'elsewhere',
    containerDefinitions: [CONTAINER],
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == other' }],
  });
  t.match(api.call('RunTask', { taskDefinition: 'elsewhere' }), {
    tasks: [],
    failures: [{}, {}],
  });
  const { tasks } = api.call('StartTask', { taskDefinition: 'elsewhere', containerInstances: [api.local] });
  t.equal(tasks.length, 1);
  t.end();
});

t.test('what RunTask refuses is refused', (t) => {
  const api = setUp();
  const containerInstances = [api.local];
  const refused = (input: object): string =>
    api.refusal('StartTask', { taskDefinition: 'f', containerInstances, ...input }).message;
  t.equal(refused({ taskDefinition: 'none' }), 'TaskDefinition not found.');
  t.equal(refused({ containerInstances: [] }), 'Container instances cannot be empty.');
  t.equal(
    refused({ containerInstances: Array.from({ length: 11 }, () => api.local) }),
    'instanceIds can have at most 10 items.',
  );
  t.equal(refused({ startedBy: 'x'.repeat(129) }), 'startedBy longer than 128.');
  t.equal(
    refused({ overrides: { containerOverrides: [{ name: 'other' }] } }),
    'Override for container named other is not a container in the TaskDefinition.',
  );
  t.equal(refused({ cluster: 'none' }), 'Cluster not found.');
  // Source: ECS's words, recorded in GitHub issues.
  api.call('RegisterTaskDefinition', FARGATE_DEFINITION);
  t.equal(
    refused({ taskDefinition: 'web' }),
    "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
  );
  t.end();
});
