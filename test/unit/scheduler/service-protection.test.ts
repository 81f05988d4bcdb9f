import t from 'tap';
import { createServiceWorld, runToEnd, type ServiceWorld } from '../../support/service-world.ts';

const HELD =
  '(service s) was unable to reach steady state because task set (ecs-svc/1) was unable to scale in. Reason: The number of protected tasks are more than the desired count of tasks.';

/** A service at rest, the first `count` of its tasks protected for a while. */
function setUp(desiredCount: number, count: number): { world: ServiceWorld; protectedArns: string[] } {
  const world = createServiceWorld({ desiredCount });
  runToEnd(world);
  const protectedArns = world
    .present()
    .slice(0, count)
    .map(({ arn }) => arn);
  for (const arn of world
    .present()
    .slice(0, count)
    .map((task) => task.arn))
    world.move(arn, 'RUNNING', { protectedUntilMs: 1000 });
  return { world, protectedArns };
}

const arnsOf = (world: ServiceWorld, deploymentId?: string): string[] =>
  world.present(deploymentId).map(({ arn }) => arn);

t.test('a scale-in takes tasks that are not protected, and the others once their time is over', (t) => {
  const { world, protectedArns } = setUp(4, 2);
  world.service = { ...world.service, desiredCount: 1 };
  const plan = world.step();
  t.equal(plan.stops.length, 2);
  t.notOk(plan.stops.some(({ arn }) => protectedArns.includes(arn)));
  t.equal(plan.wakeAtMs, 1000, 'it is looked at again then');
  world.moveAll();
  world.settle();
  t.strictSame(arnsOf(world), protectedArns);
  t.equal(world.events.filter((event) => event === HELD).length, 1, 'said once');
  world.clockMs = 1001;
  runToEnd(world);
  t.equal(world.present().length, 1);
  t.equal(world.service.deployments[0]?.heldByProtection, undefined);
  t.end();
});

t.test(
  'a deployment starts its tasks and is complete only when the protected ones of before are gone',
  (t) => {
    const { world, protectedArns } = setUp(2, 1);
    world.deploy();
    for (let round = 0; round < 10; round++) {
      world.settle();
      world.moveAll();
    }
    t.strictSame(arnsOf(world, 'ecs-svc/1'), protectedArns);
    t.equal(world.present('ecs-svc/2').length, 2);
    t.match(world.service.deployments, [{ rolloutState: 'IN_PROGRESS' }, { heldByProtection: true }]);
    t.ok(world.events.includes(HELD));
    world.clockMs = 1001;
    runToEnd(world);
    t.match(world.service.deployments, [{ id: 'ecs-svc/2', rolloutState: 'COMPLETED' }]);
    t.equal(world.service.deployments.length, 1);
    t.end();
  },
);

t.test('what is too many of an old deployment and ends by itself is not made good', (t) => {
  const { world, protectedArns } = setUp(2, 2);
  world.deploy();
  for (let round = 0; round < 10; round++) {
    world.settle();
    world.moveAll();
  }
  const [first] = world.present('ecs-svc/1');
  world.move(first!.arn, 'STOPPED', { desiredStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
  world.settle();
  t.strictSame(arnsOf(world, 'ecs-svc/1'), protectedArns.slice(1));
  t.equal(world.present('ecs-svc/2').length, 2);
  t.end();
});

t.test('no room is made by stopping protected tasks', (t) => {
  const world = createServiceWorld({
    desiredCount: 2,
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
  });
  runToEnd(world);
  const [kept, other] = world.present();
  world.move(kept!.arn, 'RUNNING', { protectedUntilMs: 1000 });
  world.deploy();
  t.match(world.step().stops, [{ arn: other!.arn }]);
  world.moveAll();
  world.settle();
  t.equal(world.present('ecs-svc/2').length, 1, 'there is room for one');
  t.end();
});

t.test('a protected task that fails its health checks is replaced, and a deleted service stops all', (t) => {
  const world = createServiceWorld({ desiredCount: 1, hasHealthCheck: true });
  runToEnd(world);
  const [sick] = world.present();
  world.move(sick!.arn, 'RUNNING', { healthStatus: 'UNHEALTHY', protectedUntilMs: 1_000_000 });
  world.settle();
  const fresh = world.present().find(({ arn }) => arn !== sick!.arn);
  world.move(fresh!.arn, 'RUNNING', { healthStatus: 'HEALTHY' });
  t.match(world.step().stops, [{ arn: sick!.arn, reason: 'Task failed container health checks' }]);
  runToEnd(world);
  for (const { arn } of world.present()) world.move(arn, 'RUNNING', { protectedUntilMs: 1_000_000 });
  world.service = { ...world.service, status: 'DRAINING' };
  runToEnd(world);
  t.equal(world.service.status, 'INACTIVE');
  t.end();
});
