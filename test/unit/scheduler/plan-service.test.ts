import fc from 'fast-check';
import t from 'tap';
import { limitsOf } from '../../../src/scheduler/service-limits.ts';
import { CRASHED, createServiceWorld, runToEnd, type ServiceWorld } from '../../support/service-world.ts';

const BREAKER = { enable: true, rollback: true };
const ids = (world: ServiceWorld) => world.service.deployments.map(({ id }) => id);

t.test('a new service starts its tasks, completes when all are healthy and is steady', (t) => {
  const world = createServiceWorld({ desiredCount: 3, steadySeconds: 40 });
  world.settle();
  t.equal(world.present().length, 3);
  world.moveAll();
  const plan = world.step();
  t.equal(plan.wakeAtMs, 40_000, 'a task without checks is healthy after 40 s (ECS developer guide)');
  t.equal(world.service.deployments[0]?.rolloutState, 'IN_PROGRESS');
  world.clockMs = 40_000;
  world.settle();
  t.match(world.service.deployments, [
    { rolloutState: 'COMPLETED', rolloutStateReason: 'ECS deployment ecs-svc/1 completed.' },
  ]);
  t.same(world.events, [
    '(service s) (deployment ecs-svc/1) deployment completed.',
    '(service s) has reached a steady state.',
  ]);
  t.end();
});

t.test('100/200: new tasks first, old ones as new ones are healthy', (t) => {
  const world = createServiceWorld({ desiredCount: 2 });
  runToEnd(world);
  world.deploy();
  t.match(world.step(), { starts: [{ deploymentId: 'ecs-svc/2', count: 2 }], stops: [] });
  t.match(world.step(), { starts: [], stops: [] });
  const [first] = world.present('ecs-svc/2');
  world.move(first!.arn, 'RUNNING');
  t.equal(world.step().stops.length, 1, 'one for one');
  runToEnd(world);
  t.same(ids(world), ['ecs-svc/2']);
  t.equal(world.present().length, 2);
  t.end();
});

t.test('50/100: room is made first; 0/100: all at once', (t) => {
  for (const [minimumHealthyPercent, stops] of [
    [50, 2],
    [0, 4],
  ] as const) {
    const world = createServiceWorld({
      desiredCount: 4,
      deploymentConfiguration: { minimumHealthyPercent, maximumPercent: 100 },
    });
    runToEnd(world);
    world.deploy();
    t.match(world.step(), { starts: [], stops: { length: stops } });
    t.same(world.settle(), [], 'nothing more before they are STOPPED: they occupy their places');
    world.moveAll();
    t.match(world.step(), { starts: [{ count: stops }] });
    runToEnd(world);
    t.same(ids(world), ['ecs-svc/2']);
  }
  t.end();
});

t.test('a task that ends is replaced and counted once; one that a user stopped is no failure', (t) => {
  const world = createServiceWorld({ desiredCount: 2 });
  runToEnd(world);
  const [a, b] = world.present();
  world.move(a!.arn, 'STOPPED', CRASHED);
  world.move(b!.arn, 'STOPPED', { desiredStatus: 'STOPPED', stopCode: 'UserInitiated' });
  t.match(world.step(), { starts: [{ count: 2 }] });
  t.equal(world.service.deployments[0]?.failedTasks, 1);
  runToEnd(world);
  t.equal(world.service.deployments[0]?.failedTasks, 1);
  t.equal(world.events.filter((event) => event.endsWith('steady state.')).length, 2, 'steady again');
  t.end();
});

t.test('tasks that never start are tried at doubling intervals up to 15 minutes, until an update', (t) => {
  const world = createServiceWorld();
  const waits: number[] = [];
  for (let failure = 0; failure < 14; failure++) {
    world.settle();
    const [task] = world.present();
    world.move(task!.arn, 'STOPPED', { desiredStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
    const { starts, wakeAtMs } = world.step();
    waits.push(starts.length > 0 ? 0 : wakeAtMs! - world.clockMs);
    if (wakeAtMs !== undefined) world.clockMs = wakeAtMs;
  }
  t.same(waits.slice(0, 6), [0, 1000, 2000, 4000, 8000, 16_000]);
  t.equal(Math.max(...waits), 15 * 60_000);
  t.match(
    world.events,
    [/^\(service s\) is unable to consistently start tasks successfully\. For more information/],
    'said once',
  );
  t.end();
});

t.test('the circuit breaker: 3 failures at least, then back to what was complete', (t) => {
  const world = createServiceWorld({
    desiredCount: 2,
    deploymentConfiguration: { deploymentCircuitBreaker: BREAKER },
  });
  runToEnd(world);
  world.deploy();
  for (let round = 0; world.service.deployments[0]?.id === 'ecs-svc/2'; round++) {
    if (round > 10) throw new Error('the breaker did not trip');
    world.settle();
    for (const { arn } of world.present('ecs-svc/2')) world.move(arn, 'STOPPED', CRASHED);
    world.clockMs += 60_000;
    world.step();
  }
  runToEnd(world);
  t.same(ids(world), ['ecs-svc/1']);
  t.same(world.events.slice(2), [
    '(service s) (deployment ecs-svc/2) deployment failed: tasks failed to start.',
    '(service s) rolling back to deployment ecs-svc/1.',
    '(service s) (deployment ecs-svc/1) deployment completed.',
    '(service s) has reached a steady state.',
  ]);
  t.match(world.service.deployments, [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
  t.equal(world.present().length, 2, 'the tasks of before were never stopped');
  t.end();
});

t.test('without rollback a failed deployment starts nothing more and leaves the old tasks alone', (t) => {
  const world = createServiceWorld({
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
  });
  runToEnd(world);
  world.deploy();
  for (let round = 0; round < 6; round++) {
    world.settle();
    for (const { arn } of world.present('ecs-svc/2')) world.move(arn, 'STOPPED', CRASHED);
    world.clockMs += 60_000;
  }
  t.match(world.service.deployments, [{ rolloutState: 'FAILED' }, { id: 'ecs-svc/1' }]);
  t.same(world.settle(), []);
  t.equal(world.present('ecs-svc/1').length, 1);
  t.end();
});

t.test(
  'an unhealthy task is replaced before it is stopped; without room it goes first, one at a time',
  (t) => {
    const roomy = createServiceWorld({ desiredCount: 2, hasHealthCheck: true });
    runToEnd(roomy);
    const [sick] = roomy.present();
    roomy.move(sick!.arn, 'RUNNING', { healthStatus: 'UNHEALTHY' });
    t.match(roomy.step(), { starts: [{ count: 1 }], stops: [] });
    const fresh = roomy.present().find(({ lastStatus }) => lastStatus === 'PENDING');
    roomy.move(fresh!.arn, 'RUNNING', { healthStatus: 'HEALTHY' });
    t.match(roomy.step(), {
      starts: [],
      stops: [{ arn: sick!.arn, reason: 'Task failed container health checks' }],
    });

    const tight = createServiceWorld({
      desiredCount: 2,
      hasHealthCheck: true,
      deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
    });
    runToEnd(tight);
    for (const { arn } of tight.present()) tight.move(arn, 'RUNNING', { healthStatus: 'UNHEALTHY' });
    t.match(tight.step(), { starts: [], stops: { length: 1 } });
    t.same(tight.settle(), []);
    t.end();
  },
);

t.test('the grace period: failing checks do not count before its end', (t) => {
  const world = createServiceWorld({ hasHealthCheck: true, healthCheckGracePeriodSeconds: 10 });
  world.settle();
  world.move(world.present()[0]!.arn, 'RUNNING', { healthStatus: 'UNHEALTHY' });
  t.match(world.step(), { starts: [], stops: [], wakeAtMs: 10_000 });
  world.clockMs = 10_000;
  t.match(world.step(), { starts: [{ count: 1 }] });
  t.end();
});

t.test('scale-in takes older deployments first; to nothing; a deleted service ends INACTIVE', (t) => {
  const world = createServiceWorld({ desiredCount: 4, deploymentConfiguration: { maximumPercent: 150 } });
  runToEnd(world);
  world.deploy();
  world.settle();
  t.equal(world.present('ecs-svc/2').length, 2);
  world.service = { ...world.service, desiredCount: 2 };
  const { stops } = world.step();
  t.ok(stops.length > 0 && stops.every(({ arn }) => world.tasks.get(arn)?.startedBy === 'ecs-svc/1'));
  runToEnd(world);
  t.equal(world.present().length, 2);
  world.service = { ...world.service, desiredCount: 0 };
  runToEnd(world);
  t.equal(world.present().length, 0);
  world.service = { ...world.service, desiredCount: 1 };
  runToEnd(world);
  world.service = { ...world.service, status: 'DRAINING', desiredCount: 0 };
  runToEnd(world);
  t.match(world.service, { status: 'INACTIVE', deployments: [] });
  t.end();
});

t.test('no plan ever breaks a limit, planning twice does nothing twice, and every sequence ends', (t) => {
  const happening = fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: 'move' as const }) },
    fc.record({ kind: fc.constant('crash' as const), index: fc.nat(20) }),
    fc.record({ kind: fc.constant('sick' as const), index: fc.nat(20) }),
    fc.record({ kind: fc.constant('one' as const), index: fc.nat(20) }),
    fc.record({ kind: fc.constant('scale' as const), desiredCount: fc.nat(8) }),
    fc.constant({ kind: 'deploy' as const }),
    fc.record({ kind: fc.constant('time' as const), ms: fc.nat(100_000) }),
  );
  const settings = fc.record({
    desiredCount: fc.nat(8),
    hasHealthCheck: fc.boolean(),
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 101, max: 250 }),
    breaker: fc.boolean(),
    strategy: fc.constantFrom(
      'ROLLING' as const,
      'BLUE_GREEN' as const,
      'LINEAR' as const,
      'CANARY' as const,
    ),
  });
  fc.assert(
    fc.property(settings, fc.array(happening, { maxLength: 40 }), (given, happenings) => {
      const { minimumHealthyPercent, maximumPercent, breaker, desiredCount, hasHealthCheck, strategy } =
        given;
      const world = createServiceWorld({
        desiredCount,
        hasHealthCheck,
        deploymentConfiguration: {
          minimumHealthyPercent,
          maximumPercent,
          strategy,
          bakeTimeInMinutes: 1,
          deploymentCircuitBreaker: { enable: breaker, rollback: true },
        },
      });
      const healthyOnes = (): number =>
        world.present().filter((task) => {
          if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return false;
          return !hasHealthCheck || task.healthStatus === 'HEALTHY';
        }).length;
      const check = (): void => {
        for (let step = 0; ; step++) {
          const { minHealthy, ...limits } = limitsOf(world.service);
          const isWhole = strategy === 'ROLLING' ? 0 : 2 * world.service.desiredCount;
          const maxTasks = Math.max(limits.maxTasks, isWhole);
          const [presentBefore, healthyBefore] = [world.present().length, healthyOnes()];
          const before = world.service;
          const plan = world.step();
          if (world.present().length > Math.max(maxTasks, presentBefore))
            throw new Error('more than the maximum');
          if (healthyOnes() < Math.min(minHealthy, healthyBefore)) throw new Error('fewer than the minimum');
          if (plan.starts.length > 0 && plan.starts.some(({ count }) => count <= 0))
            throw new Error('an empty start');
          if (plan.service === before && plan.starts.length + plan.stops.length === 0) break;
          if (step > 50) throw new Error('planning does not end');
        }
      };
      check();
      for (const happening of happenings) {
        const present = world.present().filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
        const chosen =
          'index' in happening ? present[happening.index % Math.max(1, present.length)] : undefined;
        if (happening.kind === 'move') world.moveAll();
        if (happening.kind === 'crash' && chosen) world.move(chosen.arn, 'STOPPED', CRASHED);
        if (happening.kind === 'one' && chosen)
          world.move(chosen.arn, 'RUNNING', { healthStatus: 'HEALTHY' });
        if (happening.kind === 'sick' && chosen && hasHealthCheck)
          world.move(chosen.arn, 'RUNNING', { healthStatus: 'UNHEALTHY' });
        if (happening.kind === 'scale')
          world.service = { ...world.service, desiredCount: happening.desiredCount };
        if (happening.kind === 'deploy') world.deploy();
        if (happening.kind === 'time') world.clockMs += happening.ms;
        check();
      }
      // From here on everything works: it must come to its end, unless the limits leave no way there.
      const { maxTasks, minHealthy } = limitsOf(world.service);
      const isBlocked = maxTasks <= minHealthy;
      const isFailed = world.service.deployments[0]?.rolloutState === 'FAILED';
      for (let round = 0; round < 60; round++) {
        world.clockMs += 20 * 60_000;
        world.moveAll();
        check();
      }
      if (isBlocked || isFailed) return;
      const { deployments } = world.service;
      const counted = world.present().length;
      if (counted !== world.service.desiredCount)
        throw new Error(`${counted} tasks, ${world.service.desiredCount} desired`);
      if (deployments.length !== 1 || deployments[0]?.rolloutState !== 'COMPLETED')
        throw new Error('not completed');
    }),
    { numRuns: 1500 },
  );
  t.end();
});
