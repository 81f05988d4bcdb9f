import t from 'tap';
import { parseClusterQuery } from '../../../src/model/cluster-query.ts';
import type { ContainerInstanceView } from '../../../src/model/container-instance.ts';
import { instanceView } from '../../support/instances.ts';
import { createServiceWorld, CRASHED, runToEnd, type ServiceWorld } from '../../support/service-world.ts';

const TROUBLE = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';
const cannot = (rest: string): string =>
  `(service s) was unable to place a task because no container instance met all of its requirements. ${rest} ${TROUBLE}`;

const unplacedOf = ({ service }: ServiceWorld) => service.deployments.map(({ unplaced }) => unplaced);
const places = (world: ServiceWorld): (string | undefined)[] =>
  world
    .present()
    .filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
    .map(({ containerInstanceArn }) => containerInstanceArn?.split('/').at(-1))
    .sort();

/** The same instance in another state. */
const changed = (
  view: ContainerInstanceView,
  changes: Partial<ContainerInstanceView['instance']>,
): ContainerInstanceView => ({ ...view, instance: { ...view.instance, ...changes } });

const worldOf = (
  instances: readonly ContainerInstanceView[],
  options: Parameters<typeof createServiceWorld>[0] = {},
): ServiceWorld => Object.assign(createServiceWorld(options), { instances });

t.test('what fits is started, what does not is told and tried again, and starts once there is room', (t) => {
  const world = worldOf([instanceView('i1')], { desiredCount: 3 });
  world.needs = () => ({ memoryMib: 512 });
  t.match(world.step(), { starts: [{ count: 2, places: { length: 2 } }], wakeAtMs: 30_000 });
  t.same(world.events, [
    cannot('The closest matching (container-instance i1) has insufficient memory available.'),
  ]);
  t.match(unplacedOf(world), [{ reason: 'RESOURCE:MEMORY', failures: 1 }]);
  t.match(world.service.deployments, [{ failedTasks: 1, breakerFailures: 1 }]);
  world.moveAll();
  world.settle();
  t.match(world.step(), { starts: [], stops: [], after: [] }, 'nothing more happens by itself');
  world.instances = [instanceView('i1'), instanceView('i2')];
  t.match(world.step(), { starts: [{ count: 1 }] });
  t.same(unplacedOf(world), [undefined]);
  runToEnd(world);
  t.same(places(world), ['i1', 'i1', 'i2']);
  t.match(world.service.deployments, [{ rolloutState: 'COMPLETED' }]);
  t.end();
});

t.test(
  'tries that their time has come for count, at doubling waits up to 15 minutes; it is told again after six hours',
  (t) => {
    const world = worldOf([instanceView('i1')]);
    world.needs = () => ({ cpuUnits: 2048 });
    const waits: number[] = [];
    for (let tries = 0; tries < 40; tries++) {
      const { wakeAtMs = 0 } = world.step();
      waits.push(wakeAtMs - world.clockMs);
      // What happens meanwhile is tried at once and does not count.
      world.clockMs = wakeAtMs - 1;
      t.match(world.settle(), []);
      world.clockMs = wakeAtMs;
    }
    t.same(waits.slice(0, 6), [30_000, 60_000, 120_000, 240_000, 480_000, 900_000]);
    t.equal(Math.max(...waits), 900_000);
    t.match(world.service.deployments, [{ failedTasks: 40, unplaced: { failures: 40 } }]);
    const toldHours = world.clockMs / 3_600_000;
    t.equal(world.events.length, 1 + Math.floor(toldHours / 6));
    t.end();
  },
);

t.test("each reason has ECS's words, of the instance that came closest", (t) => {
  const first = (needs: Parameters<ServiceWorld['needs']>[0] | object, more: Partial<ServiceWorld> = {}) => {
    const world = Object.assign(worldOf([instanceView('i1', { resources: { ports: ['80/tcp'] } })]), more);
    world.needs = () => needs as object;
    world.step();
    return [world.events.at(0), unplacedOf(world)[0]?.reason];
  };
  const on = (words: string): string => cannot(`The closest matching (container-instance i1) ${words}.`);
  t.same(first({ cpuUnits: 1025 }), [on('has insufficient CPU units available'), 'RESOURCE:CPU']);
  t.same(first({ ports: ['80/tcp'] }), [
    on('is already using a port required by your task'),
    'RESOURCE:PORTS',
  ]);
  t.same(first({ attributes: [{ name: 'gpu' }] }), [
    on('is missing an attribute required by your task'),
    'ATTRIBUTE',
  ]);
  t.same(
    first({}, { constraints: { isDistinct: false, memberOf: [parseClusterQuery('attribute:disk == ssd')] } }),
    [
      on('encountered error "MemberOf placement constraint unsatisfied."'),
      'MemberOf placement constraint unsatisfied.',
    ],
  );
  t.same(first({}, { instances: [] }), [
    cannot('Reason: No Container Instances were found in your cluster.'),
    'No Container Instances were found in your cluster.',
  ]);
  t.end();
});

t.test('failures to place trip the circuit breaker', (t) => {
  const world = worldOf([instanceView('i1')], {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  runToEnd(world);
  world.needs = (id) => (id === 'ecs-svc/2' ? { memoryMib: 4096 } : {});
  world.deploy();
  for (let tries = 0; tries < 3; tries++) world.clockMs = world.step().wakeAtMs ?? world.clockMs;
  runToEnd(world);
  t.match(world.service.deployments, [{ id: 'ecs-svc/1', rolloutState: 'COMPLETED' }]);
  t.ok(world.events.includes('(service s) (deployment ecs-svc/2) deployment failed: tasks failed to start.'));
  t.end();
});

t.test('a fixed host port: a rolling update is stuck at 100 %, and goes on below it', (t) => {
  const world = worldOf([instanceView('i1')], {
    deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
  });
  world.needs = () => ({ ports: ['80/tcp'] });
  runToEnd(world);
  world.deploy();
  t.match(world.step(), { starts: [], stops: [] });
  t.same(
    world.events.at(-1),
    cannot('The closest matching (container-instance i1) is already using a port required by your task.'),
  );
  t.same(world.settle(), [], 'the old task stays');
  const deploymentConfiguration = { minimumHealthyPercent: 0, maximumPercent: 200 };
  world.service = { ...world.service, deploymentConfiguration };
  t.match(world.step(), { starts: [], stops: { length: 1 } });
  t.same(world.settle(), [], 'its port is taken until it is STOPPED');
  runToEnd(world);
  t.match(world.service.deployments, [{ id: 'ecs-svc/2', rolloutState: 'COMPLETED' }]);
  t.end();
});

t.test('a fixed host port that a task on another instance has makes its task stop, and no other', (t) => {
  const ssd = { attributes: [{ name: 'disk', value: 'ssd' }] };
  const world = worldOf([instanceView('i1'), instanceView('i2', ssd)], {
    desiredCount: 1,
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 200 },
  });
  world.needs = () => ({ ports: ['80/tcp'] });
  runToEnd(world);
  t.same(places(world), ['i1']);
  world.constraints = { isDistinct: false, memberOf: [parseClusterQuery('attribute:disk == ssd')] };
  world.deploy();
  t.match(world.step(), { starts: [], stops: { length: 1 } });
  runToEnd(world);
  t.same(places(world), ['i2']);
  t.match(world.service.deployments, [{ id: 'ecs-svc/2', rolloutState: 'COMPLETED' }]);
  t.end();
});

t.test('a task that takes the place of one that still stops is no failure', (t) => {
  const world = worldOf([instanceView('i1')]);
  world.needs = () => ({ ports: ['80/tcp'] });
  runToEnd(world);
  const [stopped] = world.present();
  const byUser = { desiredStatus: 'STOPPED', stopCode: 'UserInitiated' } as const;
  world.move(stopped!.arn, 'STOPPING', byUser);
  t.match(world.step(), { starts: [] });
  world.move(stopped!.arn, 'STOPPED', byUser);
  t.match(world.step(), { starts: [{ count: 1 }] });
  t.match(world.service.deployments, [{ failedTasks: 0 }]);
  t.notOk(world.events.some((event) => event.includes('unable to place')));
  t.end();
});

t.test('no task stops for one that would have no place all the same', (t) => {
  const world = worldOf([instanceView('i1')], {
    desiredCount: 2,
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 200 },
  });
  runToEnd(world);
  world.needs = () => ({ memoryMib: 4096 });
  world.deploy();
  t.match(world.step(), { starts: [], stops: [] });
  t.same(world.settle(), []);
  t.equal(world.present('ecs-svc/1').length, 2);
  t.end();
});

t.test('two deployments that start tasks at once share what is left', (t) => {
  const one = instanceView('i1', { resources: { memoryMib: 512 + 256 } });
  const world = worldOf([one], { desiredCount: 2 });
  world.needs = () => ({ memoryMib: 256 });
  runToEnd(world);
  world.deploy();
  const [lost] = world.present();
  world.move(lost!.arn, 'STOPPED', CRASHED);
  t.match(world.step(), { starts: [{ deploymentId: 'ecs-svc/2', count: 2 }], stops: [] });
  t.match(unplacedOf(world), [undefined, { reason: 'RESOURCE:MEMORY' }]);
  t.end();
});

t.test('an unhealthy task on a fixed host port stops before its replacement', (t) => {
  const world = worldOf([instanceView('i1')], { hasHealthCheck: true });
  world.needs = () => ({ ports: ['80/tcp'] });
  runToEnd(world);
  const [sick] = world.present();
  world.move(sick!.arn, 'RUNNING', { healthStatus: 'UNHEALTHY' });
  t.match(world.step(), { starts: [], stops: [{ arn: sick!.arn }] });
  runToEnd(world);
  t.equal(world.present().length, 1);
  t.end();
});

t.test('DAEMON: a task on each ACTIVE instance that may have one, and on no other', (t) => {
  const [one, two, three] = [
    instanceView('i1', { attributes: [{ name: 'disk', value: 'ssd' }] }),
    instanceView('i2', { attributes: [{ name: 'disk', value: 'ssd' }] }),
    instanceView('i3'),
  ];
  const world = worldOf([one, two, three], {
    schedulingStrategy: 'DAEMON',
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
  });
  world.constraints = { isDistinct: false, memberOf: [parseClusterQuery('attribute:disk == ssd')] };
  runToEnd(world);
  t.same(places(world), ['i1', 'i2']);
  t.equal(world.service.desiredCount, 2);
  const four = instanceView('i4', { attributes: [{ name: 'disk', value: 'ssd' }] });
  world.instances = [one, changed(two, { status: 'DRAINING' }), three, four];
  runToEnd(world);
  t.same(places(world), ['i1', 'i4']);
  world.deploy();
  runToEnd(world);
  t.same(places(world), ['i1', 'i4']);
  t.ok(world.present().every(({ startedBy }) => startedBy === 'ecs-svc/2'));
  // Source: ECS API reference, schedulingStrategy: tasks that do not meet the constraints any more are stopped.
  world.instances = [instanceView('i1'), two, three, four];
  runToEnd(world);
  t.same(places(world), ['i2', 'i4']);
  world.instances = [];
  runToEnd(world);
  t.match(world.service, { desiredCount: 0, status: 'ACTIVE' });
  t.same(places(world), []);
  t.end();
});

t.test('DRAINING: what is not RUNNING stops at once, what is goes when its replacement is healthy', (t) => {
  const [one, two] = [instanceView('i1'), instanceView('i2')];
  const world = worldOf([one], { desiredCount: 2 });
  world.settle();
  const [running, pending] = world.present();
  world.move(running!.arn, 'RUNNING');
  world.instances = [changed(one, { status: 'DRAINING' }), two];
  t.match(world.step(), {
    stops: [{ arn: pending!.arn, reason: /^Scaling activity initiated by/ }],
    starts: [{ count: 2 }],
  });
  t.equal(world.tasks.get(running!.arn)?.desiredStatus, 'RUNNING');
  t.same(world.settle(), []);
  runToEnd(world);
  t.same(places(world), ['i2', 'i2']);
  t.match(world.service.deployments, [{ failedTasks: 0, rolloutState: 'COMPLETED' }]);
  t.end();
});

t.test('DRAINING without another place: told, and all stays at 100 %; below it the minimum stays', (t) => {
  const one = instanceView('i1');
  for (const [minimumHealthyPercent, left] of [
    [100, 4],
    [50, 2],
    [0, 0],
  ] as const) {
    const world = worldOf([one], {
      desiredCount: 4,
      deploymentConfiguration: { minimumHealthyPercent, maximumPercent: 200 },
    });
    runToEnd(world);
    world.instances = [changed(one, { status: 'DRAINING' })];
    world.settle();
    world.moveAll();
    world.settle();
    t.equal(places(world).length, left, `${minimumHealthyPercent} %`);
    t.match(world.events.at(-1), /Reason: No Container Instances were found in your cluster\./);
    world.instances = [one];
    runToEnd(world);
    t.equal(places(world).length, 4, 'ACTIVE again');
  }
  t.end();
});

t.test('DRAINING at a maximum of 100 %: room is made first', (t) => {
  const [one, two] = [instanceView('i1'), instanceView('i2')];
  const world = worldOf([one], {
    desiredCount: 4,
    deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 },
  });
  runToEnd(world);
  world.instances = [changed(one, { status: 'DRAINING' }), two];
  t.match(world.step(), { starts: [], stops: { length: 2 } });
  t.same(world.settle(), []);
  runToEnd(world);
  t.same(places(world), ['i2', 'i2', 'i2', 'i2']);
  t.end();
});

t.test('DRAINING in the middle of a deployment that does not come up: the old revision moves too', (t) => {
  const [one, two] = [instanceView('i1'), instanceView('i2')];
  const world = worldOf([one], { desiredCount: 2 });
  runToEnd(world);
  world.needs = (id) => (id === 'ecs-svc/2' ? { memoryMib: 4096 } : {});
  world.deploy();
  world.settle();
  world.instances = [changed(one, { status: 'DRAINING' }), two];
  for (let round = 0; round < 10; round++) {
    world.settle();
    world.moveAll();
  }
  t.same(places(world), ['i2', 'i2']);
  t.equal(world.present('ecs-svc/1').length, 2);
  t.end();
});

t.test('scale-in takes the tasks of the instances that have the most', (t) => {
  const world = worldOf([instanceView('i1')], { desiredCount: 4 });
  runToEnd(world);
  world.instances = [instanceView('i1', { resources: { cpuUnits: 0 } }), instanceView('i2')];
  world.needs = () => ({ cpuUnits: 1 });
  world.service = { ...world.service, desiredCount: 6 };
  runToEnd(world);
  t.same(places(world), ['i1', 'i1', 'i1', 'i1', 'i2', 'i2']);
  for (const [desiredCount, left] of [
    [4, ['i1', 'i1', 'i2', 'i2']],
    [2, ['i1', 'i2']],
  ] as const) {
    world.service = { ...world.service, desiredCount };
    runToEnd(world);
    t.same(places(world), left);
  }
  world.service = { ...world.service, desiredCount: 1 };
  const [first] = world.present();
  world.move(first!.arn, 'PENDING');
  t.match(world.step(), { stops: [{ arn: first!.arn }] }, 'what is not healthy goes first');
  t.end();
});

t.test('a task that ends is replaced where there is room; Fargate’s are never placed', (t) => {
  const world = worldOf([instanceView('i1'), instanceView('i2')], { desiredCount: 2 });
  world.constraints = { isDistinct: true, memberOf: [] };
  runToEnd(world);
  t.same(places(world), ['i1', 'i2']);
  const [lost] = world.present();
  world.move(lost!.arn, 'STOPPED', CRASHED);
  runToEnd(world);
  t.same(places(world), ['i1', 'i2']);
  const fargate = createServiceWorld({ desiredCount: 2 });
  t.match(fargate.step(), { starts: [{ count: 2 }] });
  t.same(places(fargate), [undefined, undefined]);
  t.end();
});
