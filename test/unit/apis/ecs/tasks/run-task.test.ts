import t from 'tap';
import {
  CALLER,
  CONTAINER,
  createTestApi,
  FARGATE_DEFINITION,
  type EcsApi,
} from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:';
const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };
const ON_FARGATE = { taskDefinition: 'web', launchType: 'FARGATE' as const, ...NETWORK };

/** Definitions `f` (bridge, containers app and side) and `web` (Fargate), and the cluster `c`. */
function prepare(): EcsApi {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'c' });
  api.call('RegisterTaskDefinition', {
    family: 'f',
    containerDefinitions: [
      { ...CONTAINER, cpu: 10 },
      { name: 'side', image: 'busybox', memoryReservation: 32, essential: false },
    ],
    tags: [
      { key: 'from', value: 'definition' },
      { key: 'both', value: 'definition' },
    ],
  });
  api.call('RegisterTaskDefinition', FARGATE_DEFINITION);
  return api;
}

t.test('the first answer of a Fargate task, as recorded from ECS in February 2024', (t) => {
  const api = prepare();
  const { tasks, failures } = api.call('RunTask', { cluster: 'c', ...ON_FARGATE });
  t.strictSame(failures, []);
  const id = '00000000000040008000000000000001';
  t.strictSame(tasks, [
    {
      attachments: [
        {
          id: '00000000-0000-4000-8000-000000000003',
          type: 'ElasticNetworkInterface',
          status: 'PRECREATED',
          details: [{ name: 'subnetId', value: 'subnet-1' }],
        },
      ],
      attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
      availabilityZone: 'eu-west-1a',
      clusterArn: `${ARN}cluster/c`,
      containers: [
        {
          containerArn: `${ARN}container/c/${id}/00000000-0000-4000-8000-000000000002`,
          taskArn: `${ARN}task/c/${id}`,
          name: 'app',
          image: 'busybox',
          lastStatus: 'PENDING',
          networkBindings: [],
          networkInterfaces: [],
          healthStatus: 'UNKNOWN',
          cpu: '0',
        },
      ],
      cpu: '256',
      createdAt: new Date(api.clock.ms),
      desiredStatus: 'RUNNING',
      enableExecuteCommand: false,
      ephemeralStorage: { sizeInGiB: 20 },
      fargateEphemeralStorage: { sizeInGiB: 20 },
      group: 'family:web',
      healthStatus: 'UNKNOWN',
      lastStatus: 'PROVISIONING',
      launchType: 'FARGATE',
      memory: '512',
      overrides: { containerOverrides: [{ name: 'app' }], inferenceAcceleratorOverrides: [] },
      platformFamily: 'Linux',
      platformVersion: '1.4.0',
      tags: [],
      taskArn: `${ARN}task/c/${id}`,
      taskDefinitionArn: `${ARN}task-definition/web:1`,
      version: 1,
    },
  ]);
  t.strictSame(api.woken, [`${ARN}task/c/${id}`], 'woken after it was saved');
  t.end();
});

t.test('the cluster default is made by its first task and is not listed before', (t) => {
  const api = prepare();
  t.strictSame(api.call('ListClusters', {}).clusterArns, [`${ARN}cluster/c`]);
  t.equal(api.call('RunTask', { taskDefinition: 'f' }).tasks[0]?.clusterArn, `${ARN}cluster/default`);
  t.strictSame(api.call('ListClusters', {}).clusterArns, [`${ARN}cluster/c`, `${ARN}cluster/default`]);
  t.end();
});

t.test('a refused RunTask makes neither tasks nor the cluster default', (t) => {
  const api = prepare();
  t.match(api.refusal('RunTask', { taskDefinition: 'nope' }), {
    code: 'ClientException',
    // Source: ECS's words, recorded in GitHub issues.
    message: 'TaskDefinition not found.',
  });
  t.strictSame(api.call('ListClusters', {}).clusterArns, [`${ARN}cluster/c`]);
  t.strictSame(api.woken, []);
  t.end();
});

t.test('a revision that is not ACTIVE cannot be run (ECS: TaskDefinition is inactive)', (t) => {
  const api = prepare();
  api.call('DeregisterTaskDefinition', { taskDefinition: 'f:1' });
  const inactive = { code: 'ClientException', message: 'TaskDefinition is inactive' };
  t.match(api.refusal('RunTask', { taskDefinition: 'f:1' }), inactive);
  api.call('DeleteTaskDefinitions', { taskDefinitions: ['f:1'] });
  t.match(api.refusal('RunTask', { taskDefinition: 'f:1' }), inactive);
  t.match(api.refusal('RunTask', { taskDefinition: 'f' }), { message: 'TaskDefinition not found.' });
  t.end();
});

t.test('count makes that many tasks, one by default, ten at most', (t) => {
  const api = prepare();
  t.equal(api.call('RunTask', { taskDefinition: 'f' }).tasks.length, 1);
  const { tasks } = api.call('RunTask', { taskDefinition: 'f', count: 10 });
  t.equal(new Set(tasks.map(({ taskArn }) => taskArn)).size, 10);
  t.equal(api.woken.length, 11);
  for (const count of [0, -1, 11])
    t.match(api.refusal('RunTask', { taskDefinition: 'f', count }), { code: 'InvalidParameterException' });
  t.end();
});

t.test('without launch type and strategy a task is EC2’s; EXTERNAL runs too', (t) => {
  const api = prepare();
  const ec2 = api.call('RunTask', { taskDefinition: 'f' }).tasks[0];
  t.equal(ec2?.launchType, 'EC2');
  t.notOk(ec2 && ('platformVersion' in ec2 || 'ephemeralStorage' in ec2));
  t.equal(
    api.call('RunTask', { taskDefinition: 'f', launchType: 'EXTERNAL' }).tasks[0]?.launchType,
    'EXTERNAL',
  );
  t.end();
});

t.test(
  'a capacity provider of Fargate makes a Fargate task; the cluster’s default strategy holds when nothing is asked',
  (t) => {
    const api = prepare();
    api.call('PutClusterCapacityProviders', {
      cluster: 'c',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    });
    const run = (input: object) =>
      api.call('RunTask', { cluster: 'c', taskDefinition: 'web', ...NETWORK, ...input }).tasks[0];
    t.match(run({}), { launchType: 'FARGATE', capacityProviderName: 'FARGATE_SPOT' });
    t.match(
      run({
        capacityProviderStrategy: [
          { capacityProvider: 'FARGATE', weight: 2 },
          { capacityProvider: 'FARGATE_SPOT', weight: 1 },
        ],
      }),
      { launchType: 'FARGATE', capacityProviderName: 'FARGATE' },
    );
    const asked = run({ launchType: 'EC2' });
    t.equal(asked?.launchType, 'EC2', 'a launch type overrules the default strategy');
    t.match(
      api.refusal('RunTask', {
        cluster: 'c',
        taskDefinition: 'web',
        ...NETWORK,
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }, { capacityProvider: 'FARGATE_SPOT' }],
      }).message,
      // Source: ECS's words, September 2026.
      'There are no capacity providers in the capacity provider strategy with a weight value greater than zero. Specify a weight value greater than zero for at least one capacity provider and try again.',
    );
    t.end();
  },
);

t.test('refusals, in words of ECS unless marked as ours', (t) => {
  const api = prepare();
  const f = { cluster: 'c', taskDefinition: 'f' };
  const web = { cluster: 'c', ...ON_FARGATE };
  const cases: readonly (readonly [string, object, string])[] = [
    [
      'a definition that does not fit',
      { ...f, launchType: 'FARGATE' },
      'Task definition does not support launch_type FARGATE.',
    ],
    [
      'awsvpc without a network',
      { ...web, networkConfiguration: undefined },
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'bridge with a network',
      { ...f, ...NETWORK },
      'Network Configuration is not valid for the given networkMode of this task definition.',
    ],
    [
      'a volume that is not configured at launch',
      { ...f, volumeConfigurations: [{ name: 'ebs', managedEBSVolume: { roleArn: 'r' } }] },
      'Volume configuration provided but no matching configuredAtLaunch volume found in task definition.',
    ],
    [
      'no subnets',
      { ...web, networkConfiguration: { awsvpcConfiguration: { subnets: [] } } },
      'subnets can not be empty.',
    ],
    [
      '17 subnets',
      {
        ...web,
        networkConfiguration: { awsvpcConfiguration: { subnets: Array.from({ length: 17 }, () => 's') } },
      },
      'subnets can have at most 16 items.',
    ],
    [
      '6 security groups',
      {
        ...web,
        networkConfiguration: {
          awsvpcConfiguration: { subnets: ['s'], securityGroups: ['1', '2', '3', '4', '5', '6'] },
        },
      },
      'securityGroups can have at most 5 items.',
    ],
    [
      'launch type and strategy',
      { ...web, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    ],
    [
      'a platform version on EC2',
      { ...f, platformVersion: 'LATEST' },
      'The platform version must be null when specifying an EC2 launch type.',
    ],
    [
      'constraints on Fargate',
      { ...web, placementConstraints: [{ type: 'distinctInstance' }] },
      'Placement constraints are not supported with FARGATE launch type.',
    ],
    [
      'strategies on Fargate',
      { ...web, placementStrategy: [{ type: 'random' }] },
      'Placement strategies are not supported with FARGATE launch type.',
    ],
    [
      'six strategies',
      { ...f, placementStrategy: Array.from({ length: 6 }, () => ({ type: 'random' })) },
      'Maximum number of strategies is 5.',
    ],
    [
      'an unknown container',
      { ...f, overrides: { containerOverrides: [{ name: 'X' }] } },
      'Override for container named X is not a container in the TaskDefinition.',
    ],
    [
      'an environment file that is nowhere',
      {
        ...f,
        overrides: {
          containerOverrides: [{ name: 'app', environmentFiles: [{ type: 's3', value: 's3://b/k' }] }],
        },
      },
      'Invalid arn syntax.',
    ],
    [
      'long overrides',
      { ...f, overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(8192)] }] } },
      'Container Overrides length must be at most 8192',
    ],
    [
      'a Fargate size that does not exist',
      { ...web, overrides: { cpu: '256', memory: '4096' } },
      'No Fargate configuration exists for given values: 256 CPU, 4096 memory. See the Amazon ECS documentation for the valid values.',
    ],
    ['a cpu that is none', { ...f, overrides: { cpu: 'much' } }, "Invalid 'cpu' setting for task."],
    [
      'a memory of 0',
      { ...f, overrides: { containerOverrides: [{ name: 'app', memory: 0 }] } },
      "Invalid 'memory' setting for container 'app'.",
    ],
    ['a long startedBy', { ...f, startedBy: 'x'.repeat(129) }, 'startedBy longer than 128.'],
    ['a startedBy with a space (ours)', { ...f, startedBy: 'a b' }, 'startedBy contains invalid characters.'],
    [
      'tags of a service (ours)',
      { ...f, propagateTags: 'SERVICE' },
      'propagateTags should be one of [TASK_DEFINITION,NONE]',
    ],
    [
      'a reserved tag (ours)',
      { ...f, tags: [{ key: 'aws:x', value: '' }] },
      "Tag key 'aws:x' is invalid. The prefix aws: is reserved for AWS use.",
    ],
  ];
  for (const [name, input, message] of cases) {
    t.match(api.refusal('RunTask', input), { code: 'InvalidParameterException', message }, name);
  }
  t.match(api.refusal('RunTask', { ...web, platformVersion: '9.9.9' }), { code: 'PlatformUnknownException' });
  t.strictSame(api.call('ListTasks', { cluster: 'c' }).taskArns, [], 'nothing was saved');
  t.end();
});

t.test('overrides are answered for every container, and change the sizes that are shown', (t) => {
  const api = prepare();
  const environment = [{ name: 'A', value: '$x' }];
  const [task] = api.call('RunTask', {
    taskDefinition: 'f',
    overrides: {
      cpu: '1 vcpu',
      memory: '2GB',
      containerOverrides: [{ name: 'side', command: ['true'], environment, cpu: 5, memory: 40 }],
    },
  }).tasks;
  t.strictSame(task?.overrides, {
    containerOverrides: [
      { name: 'app' },
      { name: 'side', command: ['true'], environment, cpu: 5, memory: 40 },
    ],
    inferenceAcceleratorOverrides: [],
    cpu: '1024',
    memory: '2048',
  });
  t.match(task, { cpu: '1024', memory: '2048' });
  t.match(task?.containers, [
    { name: 'app', cpu: '10', memory: '64' },
    { name: 'side', cpu: '5', memory: '40', memoryReservation: '32' },
  ]);
  t.end();
});

t.test(
  'startedBy, group and tags; the request’s tags win over the definition’s (ECS developer guide, tagging)',
  (t) => {
    const api = prepare();
    const tags = [{ key: 'both', value: 'request' }];
    const run = (input: object) => api.call('RunTask', { taskDefinition: 'f', tags, ...input }).tasks[0];
    t.match(run({ startedBy: 'ci/1', group: 'g' }), { startedBy: 'ci/1', group: 'g', tags });
    t.strictSame(run({ propagateTags: 'TASK_DEFINITION', enableECSManagedTags: true })?.tags, [
      { key: 'aws:ecs:clusterName', value: 'default' },
      { key: 'from', value: 'definition' },
      { key: 'both', value: 'request' },
    ]);
    t.end();
  },
);

t.test(
  'the same clientToken answers the same tasks as they are now; another request conflicts (recorded from ECS, September 2026)',
  (t) => {
    const api = prepare();
    const request = { taskDefinition: 'f', clientToken: 'token', startedBy: 'a', count: 2 };
    const [task, second] = api.call('RunTask', request).tasks;
    api.call('StopTask', { task: task?.taskArn });
    const again = api.call('RunTask', {
      count: 2,
      startedBy: 'a',
      clientToken: 'token',
      taskDefinition: 'f',
    }).tasks;
    t.strictSame(
      again.map(({ taskArn, desiredStatus }) => [taskArn, desiredStatus]),
      [
        [task?.taskArn, 'STOPPED'],
        [second?.taskArn, 'RUNNING'],
      ],
    );
    t.strictSame(api.refusal('RunTask', { ...request, startedBy: 'b' }), {
      code: 'ConflictException',
      message:
        'The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different request.',
      members: { resourceIds: [task?.taskArn, second?.taskArn] },
    });
    t.equal(api.call('RunTask', { ...request, clientToken: 'other' }).tasks.length, 2);
    t.equal(api.call('ListTasks', {}).taskArns?.length, 3);
    t.end();
  },
);

t.test('a token ends when its tasks are forgotten (ECS developer guide, idempotency)', (t) => {
  const api = prepare();
  const request = { taskDefinition: 'f', clientToken: 'token' };
  const [task] = api.store.tasks.listUnfinished();
  t.equal(task, undefined);
  api.call('RunTask', request);
  for (const arn of api.store.tasks.listUnfinished()) api.store.tasks.delete(arn);
  t.equal(api.call('RunTask', { ...request, startedBy: 'b' }).tasks[0]?.startedBy, 'b');
  t.end();
});

t.test('an ARM64 definition makes arm64 tasks', (t) => {
  const api = prepare();
  api.call('RegisterTaskDefinition', {
    family: 'arm',
    containerDefinitions: [CONTAINER],
    runtimePlatform: { cpuArchitecture: 'ARM64' },
  });
  t.strictSame(api.call('RunTask', { taskDefinition: 'arm' }).tasks[0]?.attributes, [
    { name: 'ecs.cpu-architecture', value: 'arm64' },
  ]);
  t.end();
});

t.test('a definition of another account is not found', (t) => {
  const api = prepare();
  t.match(api.refusal('RunTask', { taskDefinition: 'f' }, { ...CALLER, account: '999999999999' }), {
    message: 'TaskDefinition not found.',
  });
  t.end();
});
