import t from 'tap';
import {
  clusterArn,
  containerArn,
  containerInstanceArn,
  serviceArn,
  taskArn,
  taskDefinitionArn,
} from '../../../src/model/arn.ts';
import { instanceEvents, serviceEvents, taskEvents, type EcsEvent } from '../../../src/model/ecs-event.ts';
import type { ContainerInstance } from '../../../src/model/container-instance.ts';
import type { Service } from '../../../src/model/service.ts';
import type { Task } from '../../../src/model/task.ts';
import { parseClusterQuery } from '../../../src/model/cluster-query.ts';
import { instanceView } from '../../support/instances.ts';
import { CRASHED, createServiceWorld, type ServiceWorld } from '../../support/service-world.ts';

const NO_USAGE = { instances: [], hostPorts: [] };

const scope = { account: '123456789012', region: 'eu-west-1' };
const context = {
  now: () => new Date(Date.UTC(2026, 0, 1, 12, 0, 0, 345)),
  newId: () => 'an-id',
  describeTask: ({ arn, lastStatus }: Task) => ({ taskArn: arn, lastStatus }),
  describeInstance: ({ status, version }: ContainerInstance) => ({ status, version }),
};

const task: Task = {
  scope,
  arn: taskArn(scope, 'c', '1'),
  id: '1',
  clusterName: 'c',
  taskDefinitionArn: taskDefinitionArn(scope, 'f', 1),
  family: 'f',
  revision: 1,
  group: 'family:f',
  enableExecuteCommand: false,
  overrides: {},
  tags: [],
  version: 1,
  desiredStatus: 'RUNNING',
  lastStatus: 'PENDING',
  healthStatus: 'UNKNOWN',
  containers: [
    {
      arn: containerArn(scope, 'c', '1', 'x'),
      name: 'a',
      image: 'i',
      essential: true,
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
      networkBindings: [],
    },
  ],
  createdAt: new Date(0),
};

t.test('a task is told as EventBridge tells it', (t) => {
  // Source: ECS developer guide, task state change events, example.
  t.same(JSON.parse(JSON.stringify(taskEvents(undefined, task, context))), [
    {
      version: '0',
      id: 'an-id',
      'detail-type': 'ECS Task State Change',
      source: 'aws.ecs',
      account: '123456789012',
      time: '2026-01-01T12:00:00Z',
      region: 'eu-west-1',
      resources: [task.arn],
      detail: { taskArn: task.arn, lastStatus: 'PENDING', updatedAt: '2026-01-01T12:00:00.345Z' },
    },
  ]);
  t.end();
});

t.test('events call a network interface eni', (t) => {
  // Source: ECS developer guide, task state change events, example.
  const attachments = [
    { id: 'a', type: 'ElasticNetworkInterface', status: 'ATTACHED', details: [] },
    { id: 'b', type: 'other', status: 'ATTACHED', details: [] },
  ];
  const describeTask = ({ arn }: Task) => ({ taskArn: arn, attachments });
  const [event] = taskEvents(undefined, task, { ...context, describeTask });
  t.match(event?.detail, { attachments: [{ id: 'a', type: 'eni', status: 'ATTACHED' }, { type: 'other' }] });
  t.end();
});

t.test('a task is told when a status of it or of a container changed, and only then', (t) => {
  const [container] = task.containers;
  const cases: readonly (readonly [told: boolean, change: Partial<Task>])[] = [
    [true, { lastStatus: 'RUNNING' }],
    [true, { desiredStatus: 'STOPPED' }],
    [true, { containers: [{ ...container!, lastStatus: 'RUNNING' }] }],
    [false, {}],
    [false, { version: 2, pullStartedAt: new Date(1) }],
    [false, { containers: [{ ...container!, imageDigest: 'sha256:0' }] }],
  ];
  for (const [told, change] of cases) {
    const events = taskEvents(task, { ...task, ...change }, context);
    t.equal(events.length, told ? 1 : 0, JSON.stringify(change));
  }
  t.end();
});

/** What is told while a service goes on until nothing is left to do; tasks do what `move` makes them do. */
function follow(world: ServiceWorld, move: () => void, rounds = 20): EcsEvent[] {
  const told: EcsEvent[] = [];
  const look = (work: () => void): void => {
    const before = world.service;
    work();
    told.push(...serviceEvents(before, world.service, { ...context, isByUser: false }));
  };
  for (let round = 0; round < rounds; round += 1) {
    for (let step = 0; step < 5; step += 1) look(() => world.step());
    move();
    world.clockMs += 300_000;
  }
  return told;
}

const summary = (events: readonly EcsEvent[]): unknown[] =>
  events.map(({ detail }) => [detail['eventType'], detail['eventName'], detail['deploymentId']]);

t.test('a service is told from its first deployment to its steady state', (t) => {
  const world = createServiceWorld({ desiredCount: 2 });
  const first = serviceEvents(undefined, world.service, { ...context, isByUser: true });
  t.same(summary(first), [['INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS', 'ecs-svc/1']]);
  t.match(first[0], {
    'detail-type': 'ECS Deployment State Change',
    resources: [serviceArn({ account: '000000000000', region: 'us-east-1' }, 'c', 's')],
    detail: { reason: 'ECS deployment ecs-svc/1 in progress.', updatedAt: new Date(0) },
  });
  const told = follow(world, () => {
    world.moveAll();
  });
  t.same(summary(told), [
    ['INFO', 'SERVICE_DEPLOYMENT_COMPLETED', 'ecs-svc/1'],
    ['INFO', 'SERVICE_STEADY_STATE', undefined],
  ]);
  // Source: ECS developer guide, service action events, example.
  t.match(told[1], {
    'detail-type': 'ECS Service Action',
    detail: {
      clusterArn: clusterArn({ account: '000000000000', region: 'us-east-1' }, 'c'),
      createdAt: context.now(),
    },
  });
  t.end();
});

t.test('a deployment that fails is told before the one that is gone back to', (t) => {
  const world = createServiceWorld({
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  follow(world, () => {
    world.moveAll();
  });
  const before = world.service;
  world.deploy();
  const started = serviceEvents(before, world.service, { ...context, isByUser: true });
  t.same(summary(started), [['INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS', 'ecs-svc/2']]);
  const told = follow(world, () => {
    for (const { arn, startedBy } of world.present()) {
      if (startedBy === 'ecs-svc/2') world.move(arn, 'STOPPED', CRASHED);
    }
  });
  t.same(summary(told), [
    ['ERROR', 'SERVICE_DEPLOYMENT_FAILED', 'ecs-svc/2'],
    ['INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS', 'ecs-svc/1'],
    ['WARN', 'SERVICE_TASK_START_IMPAIRED', undefined],
    ['INFO', 'SERVICE_DEPLOYMENT_COMPLETED', 'ecs-svc/1'],
    ['INFO', 'SERVICE_STEADY_STATE', undefined],
  ]);
  t.match(told[0]?.detail, { reason: 'ECS deployment circuit breaker: tasks failed to start.' });
  t.end();
});

t.test('a service that cannot start its tasks is told so once', (t) => {
  const world = createServiceWorld();
  const told = follow(world, () => {
    for (const { arn } of world.present()) world.move(arn, 'STOPPED', CRASHED);
  });
  t.same(summary(told), [['WARN', 'SERVICE_TASK_START_IMPAIRED', undefined]]);
  t.end();
});

t.test('a desired count is told when no user set it', (t) => {
  // Source: ECS developer guide, service action events: not sent when it is manually updated by a user.
  const { service: before } = createServiceWorld();
  const after: Service = { ...before, desiredCount: 3 };
  t.same(summary(serviceEvents(before, after, { ...context, isByUser: false })), [
    ['INFO', 'SERVICE_DESIRED_COUNT_UPDATED', undefined],
  ]);
  t.same(serviceEvents(before, after, { ...context, isByUser: true }), []);
  const another: Service = { ...after, createdAt: new Date(1) };
  t.same(
    serviceEvents(before, another, { ...context, isByUser: false }),
    [],
    'it is another service of the same name',
  );
  t.end();
});

t.test('a container instance is told as EventBridge tells it, and not for its tags', (t) => {
  const instance: ContainerInstance = {
    scope,
    arn: containerInstanceArn(scope, 'c', '1'),
    id: '1',
    clusterName: 'c',
    attributes: [],
    status: 'ACTIVE',
    tags: [],
    version: 1,
    registeredAt: new Date(0),
  };
  const events = instanceEvents(undefined, instance, NO_USAGE, context);
  // Source: ECS developer guide, container instance state change events, example.
  t.match(JSON.parse(JSON.stringify(events)), [
    {
      'detail-type': 'ECS Container Instance State Change',
      source: 'aws.ecs',
      resources: [instance.arn],
      detail: { status: 'ACTIVE', version: 1, updatedAt: '2026-01-01T12:00:00.345Z' },
    },
  ]);
  const tagged = { ...instance, tags: [{ key: 'k', value: 'v' }] };
  t.strictSame(instanceEvents(instance, tagged, NO_USAGE, context), []);
  const draining: ContainerInstance = { ...instance, status: 'DRAINING', version: 2 };
  t.match(instanceEvents(instance, draining, NO_USAGE, context), [{ detail: { status: 'DRAINING' } }]);
  t.end();
});

t.test(
  'the steady state of capacity providers is told with the service’s, that of task sets by itself',
  (t) => {
    const settle = (world: ServiceWorld): EcsEvent[] =>
      follow(world, () => {
        world.moveAll();
      });
    const provided = createServiceWorld();
    const [first] = provided.service.deployments;
    const revision = { ...first!.revision, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] };
    provided.service = { ...provided.service, deployments: [{ ...first!, revision }] };
    const told = settle(provided);
    t.same(summary(told), [
      ['INFO', 'SERVICE_DEPLOYMENT_COMPLETED', 'ecs-svc/1'],
      ['INFO', 'CAPACITY_PROVIDER_STEADY_STATE', undefined],
      ['INFO', 'SERVICE_STEADY_STATE', undefined],
    ]);
    // Source: ECS developer guide, service action events, example.
    t.strictSame(told[1]?.detail, {
      eventType: 'INFO',
      eventName: 'CAPACITY_PROVIDER_STEADY_STATE',
      clusterArn: provided.service.clusterArn,
      capacityProviderArns: ['arn:aws:ecs:us-east-1:000000000000:capacity-provider/FARGATE_SPOT'],
      createdAt: context.now(),
    });

    const external = createServiceWorld({ deploymentController: { type: 'EXTERNAL' } });
    const taskSet = { scalePercent: 100, isDraining: false, stabilityAt: new Date(0), tags: [] };
    external.service = {
      ...external.service,
      deployments: external.service.deployments.map((one) => ({
        ...one,
        status: 'ACTIVE' as const,
        taskSet: { ...taskSet, stability: 'STABILIZING' as const },
      })),
    };
    const ofSet = settle(external).filter(({ detail }) => detail['eventName'] === 'TASKSET_STEADY_STATE');
    t.match(ofSet, [
      {
        detail: {
          eventType: 'INFO',
          taskSetArns: ['arn:aws:ecs:us-east-1:000000000000:task-set/c/s/ecs-svc/1'],
        },
      },
    ]);
    t.end();
  },
);

t.test('a task of a DAEMON service whose instance it may not be on any more is told, once', (t) => {
  const ssd = (value: string) => instanceView('i1', { attributes: [{ name: 'disk', value }] });
  const world = Object.assign(
    createServiceWorld({
      schedulingStrategy: 'DAEMON',
      deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
    }),
    { instances: [ssd('ssd')] },
  );
  world.constraints = { isDistinct: false, memberOf: [parseClusterQuery('attribute:disk == ssd')] };
  const settle = (): EcsEvent[] =>
    follow(world, () => {
      world.moveAll();
    });
  settle();
  const [task] = world.present();
  world.instances = [ssd('hdd')];
  const told = settle().filter(({ detail }) => detail['eventType'] === 'ERROR');
  t.match(told, [
    {
      'detail-type': 'ECS Service Action',
      detail: { eventName: 'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED', taskArns: [task?.arn] },
    },
  ]);
  t.same(world.present(), []);
  t.notOk(world.service.deployments[0]?.violatingArns);
  world.instances = [ssd('ssd')];
  settle();
  world.instances = world.instances.map((view) => ({
    ...view,
    instance: { ...view.instance, status: 'DRAINING' as const },
  }));
  t.same(
    settle().filter(({ detail }) => detail['eventType'] === 'ERROR'),
    [],
    'what is drained violates nothing',
  );
  t.end();
});

t.test('each failure to place a task is told, of the instance that came closest', (t) => {
  // Source: ECS developer guide, service action events: service task placement failure event.
  const world = Object.assign(createServiceWorld(), { instances: [instanceView('i1')] });
  world.needs = () => ({ cpuUnits: 2048 });
  const told = (): EcsEvent[] => {
    const before = world.service;
    world.step();
    return serviceEvents(before, world.service, { ...context, isByUser: false });
  };
  t.match(told(), [
    {
      'detail-type': 'ECS Service Action',
      resources: [world.service.arn],
      detail: {
        eventType: 'ERROR',
        eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
        clusterArn: world.service.clusterArn,
        containerInstanceArns: ['arn:aws:ecs:us-east-1:000000000000:container-instance/c/i1'],
        reason: 'RESOURCE:CPU',
        createdAt: context.now(),
      },
    },
  ]);
  t.same(told(), []);
  world.clockMs = 30_000;
  t.equal(told().length, 1);
  world.instances = [];
  t.same(told(), [], 'another reason alone is no failure');
  world.clockMs = 90_000;
  const [event] = told();
  t.equal(event?.detail['reason'], 'No Container Instances were found in your cluster.');
  t.notOk(event?.detail['containerInstanceArns']);
  t.end();
});
