import fc from 'fast-check';
import t from 'tap';
import { CALLER, CONTAINER, createTestApi, FARGATE_DEFINITION } from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/';
const DEFINITION = { family: 'f', containerDefinitions: [CONTAINER] };

t.test(
  'RegisterTaskDefinition answers with the defaults that were recorded from ECS in September 2026',
  (t) => {
    const api = createTestApi();
    const { taskDefinition, ...rest } = api.call('RegisterTaskDefinition', {
      family: 'f',
      containerDefinitions: [
        {
          name: 'app',
          image: 'busybox',
          memory: 64,
          portMappings: [{ containerPort: 80 }],
          healthCheck: { command: ['CMD', 'true'] },
        },
      ],
    });
    t.strictSame(rest, {}, 'tags are answered only when they were sent');
    t.strictSame(taskDefinition, {
      taskDefinitionArn: `${ARN}f:1`,
      revision: 1,
      compatibilities: ['EXTERNAL', 'EC2'],
      registeredAt: new Date(api.clock.ms),
      registeredBy: CALLER.principalArn,
      containerDefinitions: [
        {
          name: 'app',
          image: 'busybox',
          memory: 64,
          cpu: 0,
          essential: true,
          portMappings: [{ containerPort: 80, hostPort: 0, protocol: 'tcp' }],
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
          healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
        },
      ],
      family: 'f',
      volumes: [],
      placementConstraints: [],
      status: 'ACTIVE',
      requiresAttributes: [
        { name: 'ecs.capability.container-health-check' },
        { name: 'com.amazonaws.ecs.capability.docker-remote-api.1.24' },
      ],
    });
    t.end();
  },
);

t.test('awsvpc on Fargate: compatibilities and attributes as recorded from ECS in September 2026', (t) => {
  const api = createTestApi();
  const tags = [{ key: 'k', value: 'v' }];
  const answer = api.call('RegisterTaskDefinition', { ...FARGATE_DEFINITION, tags });
  t.strictSame(answer.tags, tags);
  t.match(answer.taskDefinition, {
    compatibilities: ['EC2', 'MANAGED_INSTANCES', 'FARGATE'],
    requiresAttributes: [
      { name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' },
      { name: 'ecs.capability.task-eni' },
    ],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
  });
  t.equal(answer.taskDefinition?.requiresAttributes?.length, 2);
  t.end();
});

t.test(
  'what does not fit Fargate leaves compatibilities (stopTimeout over 120; recorded from ECS, September 2026)',
  (t) => {
    const answer = createTestApi().call('RegisterTaskDefinition', {
      ...FARGATE_DEFINITION,
      requiresCompatibilities: ['EC2'],
      containerDefinitions: [{ name: 'app', image: 'busybox', stopTimeout: 121 }],
    });
    t.strictSame(answer.taskDefinition?.compatibilities, ['EC2', 'MANAGED_INSTANCES']);
    t.end();
  },
);

t.test('so does a GPU, and what else Fargate refuses', (t) => {
  const api = createTestApi();
  for (const container of [
    { resourceRequirements: [{ type: 'GPU' as const, value: '1' }] },
    { linuxParameters: { maxSwap: 1 } },
    { dockerSecurityOptions: ['no-new-privileges'] },
  ]) {
    const { taskDefinition } = api.call('RegisterTaskDefinition', {
      ...FARGATE_DEFINITION,
      requiresCompatibilities: [],
      containerDefinitions: [{ name: 'app', image: 'busybox', ...container }],
    });
    t.strictSame(taskDefinition?.compatibilities, ['EC2', 'MANAGED_INSTANCES']);
  }
  t.end();
});

t.test(
  'awslogs with an execution role, an ECR image and a task role: the attributes of public answers of ECS',
  (t) => {
    const answer = createTestApi().call('RegisterTaskDefinition', {
      ...FARGATE_DEFINITION,
      executionRoleArn: 'arn:aws:iam::123456789012:role/r',
      taskRoleArn: 'arn:aws:iam::123456789012:role/r',
      containerDefinitions: [
        {
          name: 'app',
          image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app',
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' },
          },
        },
      ],
    });
    t.strictSame(
      answer.taskDefinition?.requiresAttributes?.map(({ name }) => name),
      [
        'com.amazonaws.ecs.capability.logging-driver.awslogs',
        'ecs.capability.execution-role-awslogs',
        'com.amazonaws.ecs.capability.ecr-auth',
        'com.amazonaws.ecs.capability.docker-remote-api.1.19',
        'ecs.capability.execution-role-ecr-pull',
        'com.amazonaws.ecs.capability.task-iam-role',
        'com.amazonaws.ecs.capability.docker-remote-api.1.18',
        'ecs.capability.task-eni',
      ],
    );
    t.end();
  },
);

t.test('sizes are stored as integer strings (ECS developer guide, task size)', (t) => {
  const api = createTestApi();
  const sizes = [
    ['1 vcpu', '2GB', '1024', '2048'],
    ['.25 vCPU', '0.5 gb', '256', '512'],
    ['512', '1024', '512', '1024'],
  ] as const;
  for (const [cpu, memory, cpuUnits, memoryMib] of sizes) {
    const { taskDefinition } = api.call('RegisterTaskDefinition', { ...FARGATE_DEFINITION, cpu, memory });
    t.equal(taskDefinition?.cpu, cpuUnits);
    t.equal(taskDefinition?.memory, memoryMib);
  }
  t.end();
});

t.test('host ports default to the container’s with awsvpc and host', (t) => {
  const api = createTestApi();
  for (const networkMode of ['awsvpc', 'host'] as const) {
    const { taskDefinition } = api.call('RegisterTaskDefinition', {
      family: 'f',
      networkMode,
      containerDefinitions: [{ ...CONTAINER, portMappings: [{ containerPort: 53, protocol: 'udp' }] }],
    });
    t.strictSame(taskDefinition?.containerDefinitions?.[0]?.portMappings, [
      { containerPort: 53, hostPort: 53, protocol: 'udp' },
    ]);
  }
  t.end();
});

t.test('a definition is stored as it was answered', (t) => {
  const api = createTestApi();
  const { taskDefinition } = api.call('RegisterTaskDefinition', {
    ...DEFINITION,
    tags: [{ key: 'k', value: 'v' }],
  });
  for (const identifier of ['f', 'f:1', `${ARN}f:1`, `${ARN}f`]) {
    t.strictSame(api.call('DescribeTaskDefinition', { taskDefinition: identifier }), { taskDefinition });
  }
  t.strictSame(api.call('DescribeTaskDefinition', { taskDefinition: 'f', include: ['TAGS'] }).tags, [
    { key: 'k', value: 'v' },
  ]);
  t.end();
});

t.test('a family means its latest ACTIVE revision; a revision stays describable when INACTIVE', (t) => {
  const api = createTestApi();
  api.call('RegisterTaskDefinition', DEFINITION);
  api.call('RegisterTaskDefinition', DEFINITION);
  api.clock.ms += 1000;
  const answer = api.call('DeregisterTaskDefinition', { taskDefinition: 'f:2' }).taskDefinition;
  t.match(answer, { status: 'INACTIVE', previousStatus: 'ACTIVE', revision: 2 });
  t.notOk('deregisteredAt' in answer, 'shows in later describes only; recorded from ECS, September 2026');
  t.match(api.call('DescribeTaskDefinition', { taskDefinition: 'f:2' }).taskDefinition, {
    status: 'INACTIVE',
    deregisteredAt: new Date(api.clock.ms),
  });
  t.equal(api.call('DescribeTaskDefinition', { taskDefinition: 'f' }).taskDefinition?.revision, 1);
  api.call('DeregisterTaskDefinition', { taskDefinition: 'f:1' });
  for (const taskDefinition of ['f', 'f:3', 'nope', 'a/b', '', `${ARN}nope:1`]) {
    t.match(api.refusal('DescribeTaskDefinition', { taskDefinition }), {
      code: 'ClientException',
      // Source: recorded from ECS, September 2026.
      message: 'Unable to describe task definition.',
    });
  }
  t.match(api.refusal('DeregisterTaskDefinition', { taskDefinition: 'f' }), {
    code: 'ClientException',
    message: 'Revision is missing.',
  });
  t.match(
    api.refusal('DescribeTaskDefinition', {
      taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/f:1',
    }),
    {
      code: 'InvalidParameterException',
      // Source: ECS's words, recorded in GitHub issues.
      message: 'Invalid Region in ARN',
    },
  );
  t.end();
});

t.test(
  'DeleteTaskDefinitions: INACTIVE becomes DELETE_IN_PROGRESS; every failure repeats what was sent',
  (t) => {
    const api = createTestApi();
    api.call('RegisterTaskDefinition', DEFINITION);
    api.call('RegisterTaskDefinition', DEFINITION);
    api.call('DeregisterTaskDefinition', { taskDefinition: 'f:1' });
    const answer = api.call('DeleteTaskDefinitions', { taskDefinitions: ['f:1', 'f:2', 'nope:1', 'f', '?'] });
    t.match(answer.taskDefinitions, [
      { status: 'DELETE_IN_PROGRESS', revision: 1, deleteRequestedAt: new Date(api.clock.ms) },
    ]);
    // Source: recorded from ECS, September 2026, and through another emulator.
    const missing =
      'The specified task definition does not exist. Specify a valid account, family, revision and try again.';
    const active =
      'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
    const invalid =
      'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.';
    t.strictSame(answer.failures, [
      { arn: 'f:2', reason: active },
      { arn: 'nope:1', reason: missing },
      { arn: 'f', reason: invalid },
      { arn: '?', reason: invalid },
    ]);
    t.equal(
      api.call('DescribeTaskDefinition', { taskDefinition: 'f:1' }).taskDefinition?.status,
      'DELETE_IN_PROGRESS',
    );
    t.match(api.refusal('DeleteTaskDefinitions', { taskDefinitions: [] }), {
      code: 'InvalidParameterException',
    });
    t.equal(
      api.refusal('DeleteTaskDefinitions', {
        taskDefinitions: Array.from({ length: 11 }, (_, i) => `f:${i}`),
      }).message,
      'taskDefinitions can have at most 10 items.',
    );
    t.end();
  },
);

t.test('revisions count up and never come back, whatever is deregistered and deleted between', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('register', 'deregister', 'delete'), { maxLength: 15 }), (steps) => {
      const api = createTestApi();
      const seen: number[] = [];
      for (const step of steps) {
        const last = `f:${seen.length}`;
        if (step === 'register') {
          seen.push(api.call('RegisterTaskDefinition', DEFINITION).taskDefinition?.revision ?? 0);
        } else if (step === 'deregister' && seen.length > 0) {
          api.call('DeregisterTaskDefinition', { taskDefinition: last });
        } else if (step === 'delete') {
          api.call('DeleteTaskDefinitions', { taskDefinitions: [last] });
        }
      }
      t.strictSame(
        seen,
        seen.map((_, index) => index + 1),
      );
    }),
    { numRuns: 30 },
  );
  t.end();
});

t.test(
  'ListTaskDefinitions orders by family and, as a number, revision, in any page size and both directions',
  (t) => {
    const api = createTestApi();
    for (let i = 0; i < 11; i += 1) api.call('RegisterTaskDefinition', { ...DEFINITION, family: 'b' });
    api.call('RegisterTaskDefinition', { ...DEFINITION, family: 'a' });
    api.call('RegisterTaskDefinition', { ...DEFINITION, family: 'bb' });
    const expected = [`${ARN}a:1`, ...Array.from({ length: 11 }, (_, i) => `${ARN}b:${i + 1}`), `${ARN}bb:1`];
    for (const sort of ['ASC', 'DESC'] as const) {
      for (let maxResults = 1; maxResults <= 14; maxResults += 1) {
        const listed: string[] = [];
        let nextToken: string | undefined;
        do {
          const page = api.call('ListTaskDefinitions', { sort, maxResults, nextToken });
          listed.push(...(page.taskDefinitionArns ?? []));
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        t.strictSame(
          listed,
          sort === 'ASC' ? expected : expected.toReversed(),
          `${sort}, pages of ${maxResults}`,
        );
      }
    }
    t.strictSame(api.call('ListTaskDefinitions', { familyPrefix: 'bb' }).taskDefinitionArns, [`${ARN}bb:1`]);
    t.strictSame(
      api.call('ListTaskDefinitions', { familyPrefix: 'b', sort: 'DESC', maxResults: 1 }).taskDefinitionArns,
      [`${ARN}b:11`],
    );
    api.call('DeregisterTaskDefinition', { taskDefinition: 'a:1' });
    t.strictSame(api.call('ListTaskDefinitions', { status: 'INACTIVE' }).taskDefinitionArns, [`${ARN}a:1`]);
    t.end();
  },
);

t.test('ListTaskDefinitionFamilies: by prefix and status (ECS API reference)', (t) => {
  const api = createTestApi();
  for (const family of ['app', 'apple', 'b']) api.call('RegisterTaskDefinition', { ...DEFINITION, family });
  api.call('DeregisterTaskDefinition', { taskDefinition: 'apple:1' });
  const families = (input: object) => api.call('ListTaskDefinitionFamilies', input).families;
  t.strictSame(families({}), ['app', 'apple', 'b']);
  t.strictSame(families({ familyPrefix: 'app' }), ['app', 'apple']);
  t.strictSame(families({ status: 'ACTIVE' }), ['app', 'b']);
  t.strictSame(families({ status: 'INACTIVE' }), ['apple']);
  t.strictSame(families({ familyPrefix: '%' }), []);
  const first = api.call('ListTaskDefinitionFamilies', { maxResults: 2 });
  t.strictSame(families({ maxResults: 2, nextToken: first.nextToken }), ['b']);
  api.call('DeleteTaskDefinitions', { taskDefinitions: ['apple:1'] });
  t.strictSame(families({}), ['app', 'b'], 'a family of which all is being deleted is listed no more');
  t.end();
});
