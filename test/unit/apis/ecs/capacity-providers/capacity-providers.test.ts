import t from 'tap';
import {
  CALLER,
  CONTAINER,
  createTestApi,
  FARGATE_DEFINITION,
  type EcsApi,
} from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:';
const groupArn = (name: string): string =>
  `arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:57ffcb94:autoScalingGroupName/${name}`;
const INSTANCES = {
  infrastructureRoleArn: 'arn:aws:iam::123456789012:role/infrastructure',
  instanceLaunchTemplate: {
    ec2InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/p',
    networkConfiguration: { subnets: ['subnet-1'] },
  },
};

/** The providers `a` and `b`, the definition `f` and the cluster `default`. */
function setUp(): EcsApi {
  const api = createTestApi();
  for (const name of ['a', 'b']) create(api, name);
  api.call('RegisterTaskDefinition', { family: 'f', containerDefinitions: [CONTAINER] });
  api.call('CreateCluster', {});
  return api;
}

const create = (api: EcsApi, name: string, group: object = {}) =>
  api.call('CreateCapacityProvider', {
    name,
    autoScalingGroupProvider: { autoScalingGroupArn: groupArn(name), ...group },
  }).capacityProvider;

const put = (api: EcsApi, capacityProviders: string[], strategy: object[] = []) =>
  api.call('PutClusterCapacityProviders', {
    cluster: 'default',
    capacityProviders,
    defaultCapacityProviderStrategy: strategy as never,
  }).cluster;

const describe = (api: EcsApi, ...capacityProviders: string[]) =>
  api.call('DescribeCapacityProviders', { capacityProviders });

t.test('a new provider has the defaults that Terraform’s tests record from ECS', (t) => {
  const api = createTestApi();
  const expected = {
    capacityProviderArn: `${ARN}capacity-provider/mine`,
    name: 'mine',
    status: 'ACTIVE',
    autoScalingGroupProvider: {
      autoScalingGroupArn: groupArn('mine'),
      managedScaling: {
        status: 'DISABLED',
        targetCapacity: 100,
        minimumScalingStepSize: 1,
        maximumScalingStepSize: 10_000,
        instanceWarmupPeriod: 300,
      },
      managedTerminationProtection: 'DISABLED',
      managedDraining: 'ENABLED',
    },
    type: 'EC2_AUTOSCALING',
    tags: [],
  };
  t.strictSame(create(api, 'mine'), expected);
  t.strictSame(describe(api, 'mine'), { capacityProviders: [expected], failures: [] });
  t.strictSame(describe(api, `${ARN}capacity-provider/mine`).capacityProviders, [expected]);
  t.match(api.store.capacityProviders.get(CALLER, 'mine'), { createdAt: new Date(api.clock.ms) });
  t.end();
});

t.test('names, twins and groups that are taken are refused in ECS’s words', (t) => {
  const api = setUp();
  const refused = (input: object) => api.refusal('CreateCapacityProvider', input);
  const group = { autoScalingGroupProvider: { autoScalingGroupArn: groupArn('c') } };
  for (const name of ['', 'a b', 'aws-1', 'ECS', 'fargate_x', 'x'.repeat(256)])
    t.match(refused({ name, ...group }), {
      code: 'InvalidParameterException',
      message: /^The specified capacity provider name is invalid. Up to 255 characters are allowed/,
    });
  t.match(refused({ name: 'a', ...group }), {
    code: 'ClientException',
    message:
      'The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.',
  });
  t.match(refused({ name: 'c', autoScalingGroupProvider: { autoScalingGroupArn: groupArn('a') } }), {
    code: 'ClientException',
    message:
      'The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.',
  });
  for (const input of [
    { name: 'c' },
    { name: 'c', ...group, managedInstancesProvider: INSTANCES },
    { name: 'c', ...group, cluster: 'default' },
    { name: 'c', managedInstancesProvider: INSTANCES },
  ])
    t.equal(refused(input).code, 'InvalidParameterException', JSON.stringify(input));
  t.equal(
    refused({ name: 'c', managedInstancesProvider: INSTANCES, cluster: 'none' }).message,
    'Cluster not found.',
  );
  const protection = { ...group.autoScalingGroupProvider, managedTerminationProtection: 'ENABLED' };
  t.equal(refused({ name: 'c', autoScalingGroupProvider: protection }).code, 'ClientException');
  t.end();
});

t.test('FARGATE and FARGATE_SPOT are always there; all are described by name, ten at a time', (t) => {
  const api = createTestApi();
  t.strictSame(
    api.call('DescribeCapacityProviders', {}).capacityProviders?.map(({ name, type }) => [name, type]),
    [
      ['FARGATE', 'FARGATE'],
      ['FARGATE_SPOT', 'FARGATE_SPOT'],
    ],
  );
  const names = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  for (const name of names) create(api, name);
  const first = api.call('DescribeCapacityProviders', {});
  t.equal(first.capacityProviders?.length, 10);
  const second = api.call('DescribeCapacityProviders', { nextToken: first.nextToken });
  t.strictSame(
    [...(first.capacityProviders ?? []), ...(second.capacityProviders ?? [])].map(({ name }) => name),
    ['FARGATE', 'FARGATE_SPOT', ...names],
  );
  t.equal(second.nextToken, undefined);
  t.strictSame(describe(api, 'none', 'p01').failures, [
    { arn: `${ARN}capacity-provider/none`, reason: 'MISSING' },
  ]);
  t.equal(api.refusal('DescribeCapacityProviders', { maxResults: 11 }).code, 'InvalidParameterException');
  api.call('CreateCluster', { capacityProviders: ['p03', 'FARGATE'] });
  t.strictSame(
    api.call('DescribeCapacityProviders', { cluster: 'default' }).capacityProviders?.map(({ name }) => name),
    ['FARGATE', 'p03'],
  );
  t.end();
});

t.test('an update changes what it names', (t) => {
  const api = setUp();
  const { capacityProvider } = api.call('UpdateCapacityProvider', {
    name: 'a',
    autoScalingGroupProvider: {
      managedScaling: { status: 'ENABLED', targetCapacity: 50 },
      managedDraining: 'DISABLED',
    },
  });
  t.match(capacityProvider, {
    status: 'ACTIVE',
    updateStatus: 'UPDATE_COMPLETE',
    autoScalingGroupProvider: {
      autoScalingGroupArn: groupArn('a'),
      managedScaling: { status: 'ENABLED', targetCapacity: 50, instanceWarmupPeriod: 300 },
      managedDraining: 'DISABLED',
      managedTerminationProtection: 'DISABLED',
    },
  });
  t.match(describe(api, 'a').capacityProviders, [capacityProvider]);
  t.match(api.refusal('UpdateCapacityProvider', { name: 'none', autoScalingGroupProvider: {} }), {
    code: 'ClientException',
    message: 'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
  });
  t.equal(
    api.refusal('UpdateCapacityProvider', { name: 'a', managedInstancesProvider: INSTANCES }).code,
    'InvalidParameterException',
  );
  t.end();
});

t.test('a provider that a cluster has is not deleted, and the answer says so; else it is INACTIVE', (t) => {
  const api = setUp();
  put(api, ['a']);
  t.match(api.call('DeleteCapacityProvider', { capacityProvider: 'a' }).capacityProvider, {
    status: 'ACTIVE',
    updateStatus: 'DELETE_FAILED',
    updateStatusReason:
      'The capacity provider cannot be deleted because it is associated with cluster: default. Remove the capacity provider from the cluster and try again.',
  });
  put(api, []);
  const gone = { status: 'INACTIVE', updateStatus: 'DELETE_COMPLETE', updateStatusReason: undefined };
  t.match(
    api.call('DeleteCapacityProvider', { capacityProvider: `${ARN}capacity-provider/a` }).capacityProvider,
    gone,
  );
  t.match(describe(api, 'a').capacityProviders, [gone], 'it stays describable');
  t.strictSame(
    api.call('DescribeCapacityProviders', {}).capacityProviders?.map(({ name }) => name),
    ['FARGATE', 'FARGATE_SPOT', 'b'],
  );
  t.equal(
    api.refusal('DeleteCapacityProvider', { capacityProvider: 'a' }).message,
    'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
  );
  t.equal(api.refusal('DeleteCapacityProvider', { capacityProvider: 'FARGATE' }).code, 'ClientException');
  t.equal(
    api.refusal('PutClusterCapacityProviders', {
      cluster: 'default',
      capacityProviders: ['a'],
      defaultCapacityProviderStrategy: [],
    }).message,
    "The specified capacity provider 'a' is not in an ACTIVE state. Specify a valid capacity provider and try again.",
  );
  t.match(create(api, 'a'), { status: 'ACTIVE', updateStatus: undefined }, 'its name is free again');
  t.end();
});

t.test('a cluster shows what ECS attaches to it, done at once', (t) => {
  const api = setUp();
  create(api, 'scaled', { managedScaling: { status: 'ENABLED' }, managedDraining: 'DISABLED' });
  const cluster = put(api, ['a', 'scaled', 'FARGATE'], [{ capacityProvider: 'scaled' }]);
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
  t.match(cluster, {
    capacityProviders: ['a', 'scaled', 'FARGATE'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'scaled', weight: 0, base: 0 }],
    attachments: [
      {
        id: uuid,
        type: 'managed_draining',
        status: 'CREATED',
        details: [
          { name: 'capacityProviderName', value: 'a' },
          { name: 'autoScalingLifecycleHookName', value: 'ecs-managed-draining-termination-hook' },
        ],
      },
      {
        id: uuid,
        type: 'as_policy',
        status: 'CREATED',
        details: [
          { name: 'capacityProviderName', value: 'scaled' },
          { name: 'scalingPolicyName', value: /^ECSManagedAutoScalingPolicy-/ },
        ],
      },
    ],
    attachmentsStatus: 'UPDATE_COMPLETE',
  });
  const { clusters } = api.call('DescribeClusters', { include: ['ATTACHMENTS'] });
  t.strictSame(clusters?.[0]?.attachments, cluster?.attachments, 'ids stay');
  t.match(api.call('DescribeClusters', {}).clusters, [
    { attachments: undefined, attachmentsStatus: undefined },
  ]);
  t.end();
});

t.test('a provider that tasks or services use stays with its cluster', (t) => {
  const api = setUp();
  put(api, ['a', 'b']);
  const [task] = api.call('RunTask', {
    taskDefinition: 'f',
    capacityProviderStrategy: [{ capacityProvider: 'a' }],
  }).tasks;
  const without = (name: string) =>
    api.refusal('PutClusterCapacityProviders', {
      cluster: 'default',
      capacityProviders: name === 'a' ? ['b'] : ['a'],
      defaultCapacityProviderStrategy: [],
    });
  const inUse = {
    code: 'ResourceInUseException',
    message: 'The specified capacity provider is in use and cannot be removed.',
  };
  t.match(without('a'), inUse);
  const stored = api.store.tasks.get(task?.taskArn as never);
  if (stored) api.store.tasks.put({ ...stored, desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
  api.call('CreateService', {
    serviceName: 's',
    taskDefinition: 'f',
    desiredCount: 1,
    capacityProviderStrategy: [{ capacityProvider: 'b' }],
  });
  t.match(without('b'), inUse);
  t.strictSame(put(api, ['b'])?.capacityProviders, ['b']);
  t.end();
});

t.test(
  'tasks are shared out to the providers of a strategy and run on container instances like EC2’s',
  (t) => {
    const api = setUp();
    put(api, ['a', 'b', 'FARGATE'], [{ capacityProvider: 'b' }]);
    const { tasks } = api.call('RunTask', {
      taskDefinition: 'f',
      count: 7,
      capacityProviderStrategy: [
        { capacityProvider: 'a', weight: 1, base: 2 },
        { capacityProvider: `${ARN}capacity-provider/b`, weight: 4 },
      ],
    });
    t.strictSame(tasks.map(({ capacityProviderName }) => capacityProviderName).sort(), [
      'a',
      'a',
      'a',
      'b',
      'b',
      'b',
      'b',
    ]);
    t.match(tasks[0], { launchType: 'EC2', containerInstanceArn: /container-instance/ });
    t.match(
      api.call('RunTask', { taskDefinition: 'f' }).tasks,
      [{ capacityProviderName: 'b' }],
      'the default',
    );
    t.match(
      api.call('RunTask', { taskDefinition: 'f', launchType: 'EC2' }).tasks,
      [{ launchType: 'EC2', capacityProviderName: undefined }],
      'a launch type has no provider',
    );
    t.match(
      api.refusal('RunTask', {
        taskDefinition: 'f',
        capacityProviderStrategy: [
          { capacityProvider: 'a', weight: 1 },
          { capacityProvider: 'FARGATE', weight: 1 },
        ],
      }),
      {
        code: 'InvalidParameterException',
        message:
          'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.',
      },
    );
    t.end();
  },
);

t.test(
  'a provider of Managed Instances is its cluster’s from the start and leaves it when it is deleted',
  (t) => {
    const api = setUp();
    t.match(
      api.call('CreateCapacityProvider', {
        name: 'managed',
        cluster: 'default',
        managedInstancesProvider: INSTANCES,
      }).capacityProvider,
      {
        status: 'ACTIVE',
        updateStatus: 'CREATE_COMPLETE',
        cluster: `${ARN}cluster/default`,
        managedInstancesProvider: INSTANCES,
        type: 'MANAGED_INSTANCES',
      },
    );
    t.strictSame(put(api, ['a'])?.capacityProviders, ['a', 'managed']);
    api.call('RegisterTaskDefinition', FARGATE_DEFINITION);
    const [task] = api.call('RunTask', {
      taskDefinition: 'web',
      capacityProviderStrategy: [{ capacityProvider: 'managed' }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }).tasks;
    t.match(task, { launchType: 'MANAGED_INSTANCES', capacityProviderName: 'managed' });
    t.match(api.refusal('DeleteCapacityProvider', { capacityProvider: 'managed' }), {
      code: 'ResourceInUseException',
    });
    const stored = api.store.tasks.get(task?.taskArn as never);
    if (stored) api.store.tasks.put({ ...stored, desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
    t.match(api.refusal('DeleteCluster', { cluster: 'default' }), {
      code: 'ClientException',
      message:
        'The Cluster cannot be deleted while Cluster Scoped Capacity Providers are attached to the cluster.',
    });
    const { capacityProvider } = api.call('UpdateCapacityProvider', {
      name: 'managed',
      managedInstancesProvider: {
        infrastructureRoleArn: 'arn:aws:iam::123456789012:role/other',
        instanceLaunchTemplate: { networkConfiguration: { subnets: ['subnet-2'] } },
      },
    });
    t.match(capacityProvider?.managedInstancesProvider, {
      infrastructureRoleArn: 'arn:aws:iam::123456789012:role/other',
      instanceLaunchTemplate: {
        ...INSTANCES.instanceLaunchTemplate,
        networkConfiguration: { subnets: ['subnet-2'] },
      },
    });
    api.call('CreateCluster', { clusterName: 'other' });
    t.match(
      api.refusal('PutClusterCapacityProviders', {
        cluster: 'other',
        capacityProviders: ['managed'],
        defaultCapacityProviderStrategy: [],
      }).message,
      /does not exist/,
    );
    api.call('DeleteCapacityProvider', { capacityProvider: 'managed' });
    t.strictSame(api.call('DescribeClusters', {}).clusters?.[0]?.capacityProviders, ['a']);
    t.end();
  },
);
