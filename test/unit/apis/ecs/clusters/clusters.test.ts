import fc from 'fast-check';
import t from 'tap';
import { CALLER, CONTAINER, createTestApi } from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:cluster/';

t.test('CreateCluster answers as ECS was recorded in September 2026', (t) => {
  t.strictSame(
    createTestApi().call('CreateCluster', { clusterName: 'c', tags: [{ key: 'k', value: 'v' }] }),
    {
      cluster: {
        clusterArn: `${ARN}c`,
        clusterName: 'c',
        status: 'ACTIVE',
        // ECS: 0; here the machine itself is one.
        registeredContainerInstancesCount: 1,
        runningTasksCount: 0,
        pendingTasksCount: 0,
        activeServicesCount: 0,
        statistics: [],
        tags: [{ key: 'k', value: 'v' }],
        settings: [{ name: 'containerInsights', value: 'disabled' }],
        capacityProviders: [],
        defaultCapacityProviderStrategy: [],
      },
      clusterCount: 1,
    },
  );
  t.end();
});

t.test('CreateCluster without a name makes default', (t) => {
  t.equal(createTestApi().call('CreateCluster', {}).cluster?.clusterName, 'default');
  t.end();
});

t.test('a cluster name has up to 255 letters, digits, _ and - (ECS: ClusterName must match …)', (t) => {
  const api = createTestApi();
  for (const clusterName of ['', 'a/b', '../x', 'a b', 'ä', 'a\n', 'x'.repeat(256)]) {
    t.match(api.refusal('CreateCluster', { clusterName }), {
      code: 'InvalidParameterException',
      message: `ClusterName must match ^[a-zA-Z0-9\\-_]{1,255}$, but was ${clusterName}`,
    });
  }
  t.equal(api.call('CreateCluster', { clusterName: 'x'.repeat(255) }).cluster?.status, 'ACTIVE');
  t.end();
});

t.test('CreateCluster is idempotent: the same arguments, or fewer, answer the cluster that is there', (t) => {
  const api = createTestApi();
  const first = api.call('CreateCluster', { clusterName: 'c', capacityProviders: ['FARGATE'] });
  t.strictSame(api.call('CreateCluster', { clusterName: 'c', capacityProviders: ['FARGATE'] }), first);
  t.strictSame(api.call('CreateCluster', { clusterName: 'c' }), first);
  t.match(api.refusal('CreateCluster', { clusterName: 'c', capacityProviders: ['FARGATE_SPOT'] }), {
    code: 'InvalidParameterException',
    // Source: ECS's words.
    message:
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
  });
  t.end();
});

t.test('containerInsights is as the account has it, or as asked; another value is refused', (t) => {
  const api = createTestApi();
  api.call('PutAccountSettingDefault', { name: 'containerInsights', value: 'enhanced' });
  t.equal(api.call('CreateCluster', { clusterName: 'a' }).cluster?.settings?.[0]?.value, 'enhanced');
  const settings = [{ name: 'containerInsights' as const, value: 'enabled' }];
  t.strictSame(api.call('CreateCluster', { clusterName: 'b', settings }).cluster?.settings, settings);
  t.equal(
    api.refusal('CreateCluster', { settings: [{ name: 'containerInsights', value: 'x' }] }).message,
    'containerInsights should be one of [enabled,disabled,enhanced]',
  );
  t.end();
});

t.test('capacity providers and strategies', (t) => {
  const api = createTestApi();
  t.match(api.refusal('CreateCluster', { capacityProviders: ['mine'] }), {
    code: 'InvalidParameterException',
    message: 'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
  });
  t.match(
    api.refusal('CreateCluster', { defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }),
    {
      code: 'InvalidParameterException',
      // Source: ECS's words, September 2026.
      message:
        'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
    },
  );
  api.call('CreateCluster', { clusterName: 'c' });
  t.match(
    api.refusal('PutClusterCapacityProviders', {
      cluster: 'c',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1 },
        { capacityProvider: 'FARGATE_SPOT', base: 1 },
      ],
    }).message,
    // Source: ECS's words, September 2026.
    'There are multiple capacity providers in the specified capacity provider strategy with a base value greater than zero.',
  );
  const defaultCapacityProviderStrategy = [{ capacityProvider: 'FARGATE', weight: 1 }];
  t.match(
    api.call('PutClusterCapacityProviders', {
      cluster: 'c',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy,
    }).cluster,
    { capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy },
  );
  t.end();
});

t.test('DescribeClusters shows settings, tags, statistics and configuration only when included', (t) => {
  const api = createTestApi();
  const configuration = { executeCommandConfiguration: { logging: 'NONE' as const } };
  api.call('CreateCluster', { clusterName: 'c', tags: [{ key: 'k', value: 'v' }], configuration });
  const plain = api.call('DescribeClusters', { clusters: ['c'] }).clusters?.[0];
  t.match(plain, { settings: [], tags: [], statistics: [] });
  t.notOk(plain && 'configuration' in plain);
  const whole = api.call('DescribeClusters', {
    clusters: [`${ARN}c`],
    include: ['SETTINGS', 'TAGS', 'STATISTICS', 'CONFIGURATIONS', 'ATTACHMENTS'],
  }).clusters?.[0];
  t.match(whole, {
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    tags: [{ key: 'k', value: 'v' }],
    configuration,
    attachments: [],
  });
  t.strictSame(whole?.statistics?.map(({ name }) => name).slice(0, 4), [
    'runningEC2TasksCount',
    'pendingEC2TasksCount',
    'activeEC2ServiceCount',
    'drainingEC2ServiceCount',
  ]);
  t.end();
});

t.test('a cluster that is not there is MISSING, with its full ARN; no name means default', (t) => {
  const api = createTestApi();
  t.strictSame(api.call('DescribeClusters', { clusters: ['nope'] }), {
    clusters: [],
    failures: [{ arn: `${ARN}nope`, reason: 'MISSING' }],
  });
  t.strictSame(api.call('DescribeClusters', {}).failures, [{ arn: `${ARN}default`, reason: 'MISSING' }]);
  t.equal(
    api.refusal('DescribeClusters', { clusters: Array.from({ length: 101 }, (_, i) => `c${i}`) }).message,
    'clusters can have at most 100 items.',
  );
  t.end();
});

t.test('ARNs of another region, account, service or kind are refused in words of ECS', (t) => {
  const api = createTestApi();
  const refusals = [
    ['arn:aws:ecs:us-east-1:123456789012:cluster/c', 'Invalid Region in ARN'],
    [
      'arn:aws:ecs:eu-west-1:999999999999:cluster/c',
      'Invalid identifier: Identifier is for account 999999999999. Your accountId is 123456789012',
    ],
    ['arn:aws:s3:eu-west-1:123456789012:cluster/c', 'Invalid arn syntax.'],
    ['arn:aws:ecs:eu-west-1:123456789012:service/c', 'Invalid arn syntax.'],
    ['arn:aws', 'Invalid arn syntax.'],
    ['a/b', 'Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was a/b'],
  ] as const;
  for (const [cluster, message] of refusals) {
    t.match(api.refusal('UpdateCluster', { cluster }), { code: 'InvalidParameterException', message });
  }
  t.end();
});

t.test('every action on a cluster that was never made: Cluster not found.', (t) => {
  const api = createTestApi();
  const calls = [
    ['UpdateCluster', {}],
    ['UpdateClusterSettings', { settings: [] }],
    ['PutClusterCapacityProviders', { capacityProviders: [], defaultCapacityProviderStrategy: [] }],
    ['DeleteCluster', {}],
    ['DescribeTasks', { tasks: ['0'.repeat(32)] }],
    ['ListTasks', {}],
    ['StopTask', { task: '0'.repeat(32) }],
    ['ListAttributes', { targetType: 'container-instance' }],
    ['RunTask', { taskDefinition: 'f' }],
  ] as const;
  for (const [action, input] of calls) {
    t.match(api.refusal(action, { cluster: 'nope', ...input }), {
      code: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
  }
  t.match(
    api.refusal('ListTasks', {}),
    { code: 'ClusterNotFoundException' },
    'default is not there before it is used',
  );
  t.end();
});

t.test('UpdateCluster changes what is given; UpdateClusterSettings sets the settings', (t) => {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'c', tags: [{ key: 'k', value: 'v' }] });
  const updated = api.call('UpdateCluster', {
    cluster: 'c',
    serviceConnectDefaults: { namespace: 'n' },
  }).cluster;
  t.match(updated, { serviceConnectDefaults: { namespace: 'n' }, tags: [{ key: 'k', value: 'v' }] });
  const settings = [{ name: 'containerInsights' as const, value: 'enabled' }];
  t.strictSame(api.call('UpdateClusterSettings', { cluster: 'c', settings }).cluster?.settings, settings);
  t.end();
});

t.test(
  'DeleteCluster makes it INACTIVE: describable, not listed, refused for changes, free to be made again',
  (t) => {
    const api = createTestApi();
    api.call('CreateCluster', { clusterName: 'c' });
    t.equal(api.call('DeleteCluster', { cluster: 'c' }).cluster?.status, 'INACTIVE');
    t.equal(api.call('DescribeClusters', { clusters: ['c'] }).clusters?.[0]?.status, 'INACTIVE');
    t.strictSame(api.call('ListClusters', {}).clusterArns, []);
    t.match(api.refusal('UpdateCluster', { cluster: 'c' }), {
      code: 'ClientException',
      // Source: ECS's words, recorded in public logs.
      message: 'Cluster was not ACTIVE.',
    });
    t.match(api.refusal('RunTask', { cluster: 'c', taskDefinition: 'f' }), {
      message: 'Cluster was not ACTIVE.',
    });
    t.equal(api.call('CreateCluster', { clusterName: 'c' }).cluster?.status, 'ACTIVE');
    t.end();
  },
);

t.test('DeleteCluster is refused while tasks are active', (t) => {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'c' });
  api.call('RegisterTaskDefinition', { family: 'f', containerDefinitions: [CONTAINER] });
  const [task] = api.call('RunTask', { cluster: 'c', taskDefinition: 'f' }).tasks;
  t.match(api.refusal('DeleteCluster', { cluster: 'c' }), {
    code: 'ClusterContainsTasksException',
    // Source: ECS's words, recorded in public logs.
    message: 'The Cluster cannot be deleted while Tasks are active.',
  });
  api.call('StopTask', { cluster: 'c', task: task?.taskArn });
  t.equal(api.call('DeleteCluster', { cluster: 'c' }).cluster?.status, 'INACTIVE');
  t.end();
});

t.test('ListClusters gives every cluster exactly once, in any page size', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/), { maxLength: 12 }),
      fc.integer({ min: 1, max: 13 }),
      (names, maxResults) => {
        const api = createTestApi();
        for (const clusterName of names) api.call('CreateCluster', { clusterName });
        const listed: string[] = [];
        let nextToken: string | undefined;
        do {
          const page = api.call('ListClusters', { maxResults, nextToken });
          t.ok((page.clusterArns?.length ?? 0) <= maxResults);
          listed.push(...(page.clusterArns ?? []));
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        t.strictSame(listed.toSorted(), names.map((name) => `${ARN}${name}`).toSorted());
        t.equal(new Set(listed).size, listed.length);
      },
    ),
    { numRuns: 25 },
  );
  t.end();
});

t.test('a token that is none of ours and a page size outside 1 to 100 are refused', (t) => {
  const api = createTestApi();
  t.match(api.refusal('ListClusters', { nextToken: 'x' }), {
    code: 'InvalidParameterException',
    message: 'Invalid token.',
  });
  for (const maxResults of [0, -1, 101])
    t.match(api.refusal('ListClusters', { maxResults }), { code: 'InvalidParameterException' });
  t.end();
});

t.test('accounts and regions do not see each other’s clusters', (t) => {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'c' });
  for (const other of [
    { ...CALLER, account: '999999999999' },
    { ...CALLER, region: 'us-east-1' },
  ]) {
    t.strictSame(api.call('ListClusters', {}, other).clusterArns, []);
    t.equal(api.call('DescribeClusters', { clusters: ['c'] }, other).failures?.[0]?.reason, 'MISSING');
  }
  t.end();
});
