import t from 'tap';
import { serviceArn } from '../../../../../src/model/arn.ts';
import { placerOf } from '../../../../../src/scheduler/service-placement.ts';
import { CALLER, CONTAINER, createTestApi, testHost, type EcsApi } from '../../../../support/ecs-api.ts';

const MISSING = 'a'.repeat(32);

function setUp(host = testHost()): EcsApi & { local: string } {
  const api = createTestApi(host);
  api.call('CreateCluster', {});
  const local = api.call('ListContainerInstances', {}).containerInstanceArns?.[0] ?? '';
  return { ...api, local };
}

const describe = (api: EcsApi, arn: string) => {
  const { containerInstances } = api.call('DescribeContainerInstances', { containerInstances: [arn] });
  const instance = containerInstances?.[0];
  if (!instance) throw new Error(`${arn} is not there`);
  return instance;
};

const amount = (api: EcsApi, arn: string, name: string): unknown => {
  const resource = describe(api, arn).remainingResources?.find((one) => one.name === name);
  return resource?.stringSetValue ?? resource?.integerValue;
};

const registerInstance = (api: EcsApi, more: object = {}): string =>
  api.call('RegisterContainerInstance', more).containerInstance?.containerInstanceArn ?? '';

const register = (api: EcsApi, container: object = {}, more: object = {}): void => {
  api.call('RegisterTaskDefinition', {
    family: 'f',
    containerDefinitions: [{ ...CONTAINER, ...container }],
    ...more,
  });
};

t.test('the machine itself is one container instance of each cluster, with what the engine says', (t) => {
  const api = setUp();
  t.match(describe(api, api.local), {
    containerInstanceArn: /^arn:aws:ecs:eu-west-1:123456789012:container-instance\/default\/[0-9a-f]{32}$/,
    status: 'ACTIVE',
    agentConnected: true,
    runningTasksCount: 0,
    pendingTasksCount: 0,
    versionInfo: { dockerVersion: 'DockerVersion: 28.5.0' },
    registeredResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: 4096 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: 8192 },
      { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22', '2375', '2376', '51678', '51679'] },
      { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
    ],
  });
  const names = describe(api, api.local).attributes?.map(({ name }) => name) ?? [];
  for (const name of [
    'ecs.os-type',
    'ecs.availability-zone',
    'ecs.capability.task-eni',
    'com.amazonaws.ecs.capability.logging-driver.syslog',
    'com.amazonaws.ecs.capability.logging-driver.awslogs',
    'com.amazonaws.ecs.capability.docker-remote-api.1.51',
  ])
    t.ok(names.includes(name), name);
  t.notOk(names.includes('com.amazonaws.ecs.capability.logging-driver.splunk'), 'the engine has it not');
  t.match(api.call('DescribeClusters', {}).clusters, [{ registeredContainerInstancesCount: 1 }]);
  t.equal(api.call('ListContainerInstances', {}).containerInstanceArns?.[0], api.local, 'it stays the same');
  t.end();
});

t.test('tasks hold CPU, memory and ports of their instance until they are STOPPED', (t) => {
  const api = setUp();
  register(api, {
    cpu: 512,
    memory: 100,
    memoryReservation: 60,
    portMappings: [{ containerPort: 80, hostPort: 8080 }],
  });
  const { tasks } = api.call('RunTask', { taskDefinition: 'f' });
  t.equal(tasks[0]?.containerInstanceArn, api.local);
  t.equal(amount(api, api.local, 'CPU'), 3584);
  t.equal(amount(api, api.local, 'MEMORY'), 8132);
  t.same(amount(api, api.local, 'PORTS'), ['22', '2375', '2376', '51678', '51679', '8080']);
  t.match(describe(api, api.local), { pendingTasksCount: 1, runningTasksCount: 0 });
  t.strictSame(api.call('ListTasks', { containerInstance: api.local }).taskArns, [tasks[0]?.taskArn]);
  const arn = api.woken[0]!;
  api.call('StopTask', { task: arn });
  t.match(describe(api, api.local), { pendingTasksCount: 0 });
  t.equal(amount(api, api.local, 'CPU'), 3584, 'its container may still run');
  api.store.tasks.put({ ...api.store.tasks.get(arn)!, lastStatus: 'STOPPED' });
  t.equal(amount(api, api.local, 'CPU'), 4096);
  t.same(amount(api, api.local, 'PORTS'), ['22', '2375', '2376', '51678', '51679']);
  t.end();
});

t.test('RunTask places as many as fit and says why not more, in ECS’s words', (t) => {
  const api = setUp(testHost({ cpuUnits: 1024 }));
  register(api, { cpu: 400 });
  const { tasks, failures } = api.call('RunTask', { taskDefinition: 'f', count: 4 });
  t.equal(tasks.length, 2);
  t.strictSame(failures, [{ arn: api.local, reason: 'RESOURCE:CPU' }]);
  t.equal(api.woken.length, 2);
  const reasonOf = (container: object, more: object = {}) => {
    register(api, container);
    const answer = api.call('RunTask', { taskDefinition: 'f', ...more });
    t.equal(answer.tasks.length, 0);
    return answer.failures;
  };
  t.strictSame(reasonOf({ memory: 9000 }), [{ arn: api.local, reason: 'RESOURCE:MEMORY' }]);
  t.strictSame(reasonOf({ portMappings: [{ containerPort: 22, hostPort: 22 }] }), [
    { arn: api.local, reason: 'RESOURCE:PORTS' },
  ]);
  t.strictSame(reasonOf({ resourceRequirements: [{ type: 'GPU', value: '1' }] }), [
    { arn: api.local, reason: 'RESOURCE:GPU' },
  ]);
  const options = { 'splunk-url': 'https://x', 'splunk-token': 't' };
  t.strictSame(reasonOf({ logConfiguration: { logDriver: 'splunk', options } }), [
    { arn: api.local, reason: 'ATTRIBUTE' },
  ]);
  const placementConstraints = [{ type: 'memberOf' as const, expression: 'attribute:stack == prod' }];
  t.strictSame(reasonOf({}, { placementConstraints }), [
    { arn: api.local, reason: 'MemberOf placement constraint unsatisfied.' },
  ]);
  t.end();
});

t.test('what does not count on this machine is placed all the same', (t) => {
  const api = setUp(testHost({ cpuUnits: 1 }, { isUnlimited: true }));
  register(api, { cpu: 4096, memory: 100_000 });
  t.equal(api.call('RunTask', { taskDefinition: 'f', count: 10 }).tasks.length, 10);
  t.equal(amount(api, api.local, 'CPU'), 0);
  t.end();
});

t.test(
  'managed scaling would add instances: tasks of such a provider are placed whatever they ask for',
  (t) => {
    const api = setUp(testHost({ cpuUnits: 1024 }));
    const provider = (name: string, status: 'ENABLED' | 'DISABLED'): void => {
      api.call('CreateCapacityProvider', {
        name,
        autoScalingGroupProvider: {
          autoScalingGroupArn: `arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:1:autoScalingGroupName/${name}`,
          managedScaling: { status },
        },
      });
    };
    provider('managed', 'ENABLED');
    provider('fixed', 'DISABLED');
    api.call('PutClusterCapacityProviders', {
      cluster: 'default',
      capacityProviders: ['managed', 'fixed'],
      defaultCapacityProviderStrategy: [],
    });
    register(api, { cpu: 600 });
    const run = (...names: string[]) => {
      const capacityProviderStrategy = names.map((capacityProvider) => ({ capacityProvider, weight: 1 }));
      return api.call('RunTask', { taskDefinition: 'f', count: 4, capacityProviderStrategy }).tasks.length;
    };
    t.equal(run('managed'), 4);
    t.equal(run('fixed'), 0, 'what is taken is taken');
    t.equal(run('managed', 'fixed'), 0, 'each of them has to');

    const service = (serviceName: string, capacityProvider: string): void => {
      api.call('CreateService', {
        serviceName,
        taskDefinition: 'f',
        desiredCount: 9,
        capacityProviderStrategy: [{ capacityProvider, weight: 1 }],
      });
    };
    service('growing', 'managed');
    service('bounded', 'fixed');
    const source = {
      ...api,
      host: testHost({ cpuUnits: 1024 }),
      now: () => new Date(0),
      newId: () => 'id',
      random: () => 0,
    };
    for (const [name, placed] of [
      ['growing', 9],
      ['bounded', 0],
    ] as const) {
      const found = api.store.services.get(serviceArn(CALLER, 'default', name));
      const [deployment] = found?.deployments ?? [];
      if (!found || !deployment) throw new Error(`${name} is not there`);
      t.equal(placerOf(source, found).place(deployment, 9), placed, name);
    }
    t.end();
  },
);

t.test('constraints of the definition count, and expressions that cannot be read are refused', (t) => {
  const api = setUp();
  const memberOf = (expression: string) => [{ type: 'memberOf' as const, expression }];
  register(api, {}, { placementConstraints: memberOf('attribute:ecs.os-type == windows') });
  t.match(api.call('RunTask', { taskDefinition: 'f' }).failures, [
    { reason: 'MemberOf placement constraint unsatisfied.' },
  ]);
  const invalid = { placementConstraints: memberOf('colour == red') };
  const message = "Invalid expression 'colour == red': colour is no subject.";
  t.match(
    api.refusal('RegisterTaskDefinition', { family: 'g', containerDefinitions: [CONTAINER], ...invalid }),
    {
      code: 'ClientException',
      message,
    },
  );
  register(api);
  t.match(api.refusal('RunTask', { taskDefinition: 'f', ...invalid }), {
    code: 'InvalidParameterException',
    message,
  });
  t.match(
    api.refusal('RunTask', {
      taskDefinition: 'f',
      placementConstraints: [{ type: 'distinctInstance', expression: '' }],
    }),
    { message: 'distinctInstance expression should not be specified.' },
    'ECS’s words, recorded in GitHub issues',
  );
  for (const strategy of [
    { type: 'spread', field: 'nope' },
    { type: 'binpack', field: 'disk' },
    { type: 'random', field: 'x' },
  ])
    t.match(api.refusal('RunTask', { taskDefinition: 'f', placementStrategy: [strategy] }), {
      code: 'InvalidParameterException',
    });
  t.end();
});

t.test('Fargate’s tasks are on no container instance', (t) => {
  const api = setUp(testHost({ cpuUnits: 0, memoryMib: 0 }));
  api.call('RegisterTaskDefinition', {
    family: 'web',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'busybox' }],
  });
  const { tasks } = api.call('RunTask', {
    taskDefinition: 'web',
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  });
  t.equal(tasks.length, 1);
  t.equal(tasks[0]?.containerInstanceArn, undefined);
  t.end();
});

t.test('instances that are registered take tasks too, by their own resources and attributes', (t) => {
  const api = setUp();
  const small = registerInstance(api, {
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: 1024 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: 256 },
      { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22'] },
    ],
    attributes: [{ name: 'ecs.availability-zone', value: 'eu-west-1b' }],
    versionInfo: { agentVersion: '1.50.0' },
    tags: [{ key: 'k', value: 'v' }],
  });
  t.match(describe(api, small), { versionInfo: { agentVersion: '1.50.0' }, tags: [] });
  t.match(api.call('DescribeClusters', {}).clusters, [{ registeredContainerInstancesCount: 2 }]);
  register(api, { cpu: 100 });
  const run = (more: object) =>
    api.call('RunTask', { taskDefinition: 'f', ...more }).tasks.map((task) => task.containerInstanceArn);
  t.strictSame(run({ placementConstraints: [{ type: 'memberOf', expression: 'agentVersion < 1.60' }] }), [
    small,
  ]);
  const spread = run({
    count: 3,
    placementStrategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
  });
  t.equal(new Set(spread).size, 2);
  const distinct = run({ count: 3, group: 'other', placementConstraints: [{ type: 'distinctInstance' }] });
  t.equal(distinct.length, 2);
  t.strictSame(
    api.call('ListContainerInstances', { filter: 'attribute:ecs.availability-zone == eu-west-1b' })
      .containerInstanceArns,
    [small],
  );
  t.match(api.refusal('ListContainerInstances', { filter: 'x' }), { code: 'InvalidParameterException' });
  t.end();
});

t.test('a DRAINING instance takes no more tasks; those that run there go on', (t) => {
  const api = setUp();
  register(api);
  api.call('RunTask', { taskDefinition: 'f' });
  const state = (status: 'ACTIVE' | 'DRAINING') =>
    api.call('UpdateContainerInstancesState', { containerInstances: [api.local], status });
  t.match(state('DRAINING'), { containerInstances: [{ status: 'DRAINING', version: 2 }], failures: [] });
  t.match(state('DRAINING').containerInstances, [{ version: 2 }], 'nothing changes');
  t.match(api.refusal('RunTask', { taskDefinition: 'f' }), {
    code: 'InvalidParameterException',
    message: 'No Container Instances were found in your cluster.',
  });
  t.strictSame(api.call('ListContainerInstances', { status: 'ACTIVE' }).containerInstanceArns, []);
  t.strictSame(api.call('ListContainerInstances', { status: 'DRAINING' }).containerInstanceArns, [api.local]);
  t.equal(api.store.tasks.get(api.woken[0]!)?.desiredStatus, 'RUNNING');
  state('ACTIVE');
  t.equal(api.call('RunTask', { taskDefinition: 'f' }).tasks.length, 1);
  t.match(
    api.call('UpdateContainerInstancesState', { containerInstances: [MISSING], status: 'DRAINING' }).failures,
    [{ reason: 'MISSING' }],
  );
  t.match(
    api.refusal('UpdateContainerInstancesState', { containerInstances: [api.local], status: 'REGISTERING' }),
    { code: 'InvalidParameterException' },
  );
  t.end();
});

t.test('an instance is deregistered when it has no tasks, or by force with its tasks', (t) => {
  const api = setUp();
  const other = registerInstance(api);
  register(api);
  const expression = `ec2InstanceId == i-${(other.split('/').at(-1) ?? '').slice(-17)}`;
  api.call('RunTask', { taskDefinition: 'f', placementConstraints: [{ type: 'memberOf', expression }] });
  t.match(api.refusal('DeregisterContainerInstance', { containerInstance: other }), {
    code: 'InvalidParameterException',
    message: 'Found running tasks on the instance.',
  });
  t.match(api.refusal('DeleteCluster', { cluster: 'default' }), { code: 'ClusterContainsTasksException' });
  t.match(api.call('DeregisterContainerInstance', { containerInstance: other, force: true }), {
    containerInstance: { status: 'INACTIVE', agentConnected: false },
  });
  t.match(api.store.tasks.get(api.woken[0]!), {
    desiredStatus: 'STOPPED',
    stopCode: 'InfrastructureHealth',
    stoppedReason: 'Container instance deregistration forced by user',
  });
  t.strictSame(api.call('ListContainerInstances', {}).containerInstanceArns, [api.local]);
  t.match(api.call('RegisterContainerInstance', { containerInstanceArn: other }), {
    containerInstance: { status: 'ACTIVE', containerInstanceArn: other },
  });
  t.match(api.refusal('DeregisterContainerInstance', { containerInstance: MISSING }), {
    code: 'ClientException',
    message: `Referenced container instance ${MISSING} not found.`,
  });
  t.end();
});

t.test('a cluster is deleted with the machine’s own instance, but not while others are registered', (t) => {
  const api = setUp();
  const other = registerInstance(api);
  t.match(api.refusal('DeleteCluster', { cluster: 'default' }), {
    code: 'ClusterContainsContainerInstancesException',
    message: 'The Cluster cannot be deleted while Container Instances are active or draining.',
  });
  api.call('DeregisterContainerInstance', { containerInstance: other });
  t.match(api.call('DeleteCluster', { cluster: 'default' }).cluster, {
    registeredContainerInstancesCount: 0,
  });
  t.end();
});

t.test('DescribeContainerInstances tells what is missing, and refuses what ECS refuses', (t) => {
  const api = setUp();
  t.match(api.call('DescribeContainerInstances', { containerInstances: [MISSING, api.local] }), {
    containerInstances: [{ containerInstanceArn: api.local }],
    failures: [{ arn: new RegExp(MISSING), reason: 'MISSING' }],
  });
  t.match(api.refusal('DescribeContainerInstances', { containerInstances: [] }), {
    message: 'Container instances cannot be empty.',
  });
  t.match(api.refusal('DescribeContainerInstances', { containerInstances: ['nope'] }), {
    message: 'Container instance Identifier is invalid',
  });
  const arn = api.local.replace('/default/', '/other/');
  t.match(api.refusal('DescribeContainerInstances', { containerInstances: [arn] }), {
    message: 'Invalid identifier: Identifier is for cluster other. Your cluster is default',
  });
  t.end();
});

t.test('there is never a newer agent', (t) => {
  const api = setUp();
  t.match(api.refusal('UpdateContainerAgent', { containerInstance: api.local }), {
    code: 'NoUpdateAvailableException',
  });
  t.end();
});
