import t from 'tap';
import { createServiceWorld, runToEnd } from '../../support/service-world.ts';

t.test('BLUE_GREEN: both whole, hooks in their order, bake time, then the old one goes', (t) => {
  const world = createServiceWorld({
    desiredCount: 2,
    deploymentConfiguration: {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 5,
      lifecycleHooks: [
        { targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP', 'POST_SCALE_UP'] },
        { targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] },
      ],
    },
  });
  runToEnd(world);
  world.deploy();
  const lifecycle = () => world.service.deployments[0]?.record?.lifecycle;
  const answer = (status: 'SUCCEEDED' | 'FAILED'): void => {
    const [primary, ...older] = world.service.deployments;
    const { record } = primary!;
    const hooks = record!.lifecycle!.hooks.map((hook) =>
      hook.status === 'AWAITING_ACTION' ? { ...hook, status } : hook,
    );
    world.service = {
      ...world.service,
      deployments: [
        { ...primary!, record: { ...record!, lifecycle: { ...record!.lifecycle!, hooks } } },
        ...older,
      ],
    };
  };
  world.settle();
  t.match(lifecycle(), {
    stage: 'PRE_SCALE_UP',
    weight: 0,
    hooks: [{ status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' }],
  });
  t.equal(world.present('ecs-svc/2').length, 0);
  answer('SUCCEEDED');
  world.settle();
  t.equal(lifecycle()?.stage, 'SCALE_UP');
  t.equal(world.present().length, 4);
  world.moveAll();
  world.settle();
  t.match(lifecycle(), { stage: 'POST_SCALE_UP', hooks: { length: 2 } });
  answer('SUCCEEDED');
  world.settle();
  t.equal(lifecycle()?.stage, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
  answer('SUCCEEDED');
  const plan = world.step();
  t.match(lifecycle(), { stage: 'BAKE_TIME', weight: 100 });
  t.equal(plan.wakeAtMs, 5 * 60_000);
  t.same(world.settle(), []);
  t.equal(world.present().length, 4);
  world.clockMs = 5 * 60_000;
  runToEnd(world);
  t.match(world.service.deployments, [
    { id: 'ecs-svc/2', rolloutState: 'COMPLETED', record: { status: 'SUCCESSFUL' } },
  ]);
  t.equal(world.present().length, 2);
  t.end();
});

t.test('a hook that nobody answers in time rolls back; the old tasks never stopped', (t) => {
  const world = createServiceWorld({
    deploymentConfiguration: {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 0,
      lifecycleHooks: [
        {
          targetType: 'PAUSE',
          lifecycleStages: ['POST_SCALE_UP'],
          timeoutConfiguration: { timeoutInMinutes: 1 },
        },
      ],
    },
  });
  runToEnd(world);
  world.deploy();
  world.settle();
  world.moveAll();
  world.settle();
  world.clockMs = 60_000;
  runToEnd(world);
  t.match(world.service, {
    deployments: [{ id: 'ecs-svc/1', rolloutState: 'COMPLETED' }],
    rollingBack: { status: 'ROLLBACK_SUCCESSFUL', lifecycle: { hooks: [{ status: 'TIMED_OUT' }] } },
  });
  t.equal(world.present('ecs-svc/1').length, 1);
  t.end();
});

t.test('LINEAR and CANARY shift in their steps', (t) => {
  const weights = (deploymentConfiguration: object): number[] => {
    const world = createServiceWorld({ deploymentConfiguration });
    runToEnd(world);
    world.deploy();
    const seen: number[] = [];
    for (let round = 0; world.service.deployments.length > 1; round++) {
      if (round > 50) throw new Error('it does not end');
      world.settle();
      world.moveAll();
      const weight = world.service.deployments[0]?.record?.lifecycle?.weight ?? -1;
      if (seen.at(-1) !== weight) seen.push(weight);
      world.clockMs += 60_000;
    }
    return seen;
  };
  t.same(
    weights({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } }),
    [0, 40, 80, 100],
  );
  t.same(
    weights({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 2 } }),
    [0, 10, 100],
  );
  t.end();
});
