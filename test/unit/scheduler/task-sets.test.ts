import t from 'tap';
import type { Deployment } from '../../../src/model/service.ts';
import { instanceView } from '../../support/instances.ts';
import { CRASHED, createServiceWorld, runToEnd } from '../../support/service-world.ts';

const withScale = (deployment: Deployment, scalePercent: number, isDraining = false): Deployment => ({
  ...deployment,
  status: 'ACTIVE',
  taskSet: { scalePercent, isDraining, stability: 'STABILIZING', stabilityAt: new Date(0), tags: [] },
});

t.test('each task set gets its share, rounded up, is healed, scaled and drained', (t) => {
  const world = createServiceWorld({ desiredCount: 3, deploymentController: { type: 'EXTERNAL' } });
  const [first] = world.service.deployments;
  const second: Deployment = { ...first!, id: 'ecs-svc/2' };
  world.service = { ...world.service, deployments: [withScale(first!, 100), withScale(second, 50)] };
  runToEnd(world);
  t.equal(world.present('ecs-svc/1').length, 3);
  t.equal(world.present('ecs-svc/2').length, 2);
  t.match(
    world.service.deployments.map(({ taskSet }) => taskSet?.stability),
    ['STEADY_STATE', 'STEADY_STATE'],
  );
  t.ok(world.service.steadySince);
  world.move(world.present('ecs-svc/2')[0]!.arn, 'STOPPED', CRASHED);
  runToEnd(world);
  t.equal(world.present('ecs-svc/2').length, 2);
  const [one, two] = world.service.deployments;
  world.service = {
    ...world.service,
    deployments: [{ ...one!, taskSet: { ...one!.taskSet!, isDraining: true } }, two!],
  };
  runToEnd(world);
  t.same(
    world.service.deployments.map(({ id }) => id),
    ['ecs-svc/2'],
  );
  t.equal(world.present().length, 2);
  world.service = { ...world.service, status: 'DRAINING', desiredCount: 0 };
  runToEnd(world);
  t.equal(world.service.status, 'INACTIVE');
  t.end();
});

t.test('task sets are placed: what has no place is told, what leaves an instance is replaced first', (t) => {
  const [one, two] = [instanceView('i1'), instanceView('i2')];
  const world = Object.assign(
    createServiceWorld({ hasHealthCheck: true, deploymentController: { type: 'EXTERNAL' } }),
    { instances: [one] },
  );
  const [first] = world.service.deployments;
  const second: Deployment = { ...first!, id: 'ecs-svc/2' };
  world.service = { ...world.service, deployments: [withScale(first!, 100), withScale(second, 100)] };
  world.needs = () => ({ memoryMib: 600 });
  world.settle();
  world.moveAll();
  world.settle();
  t.equal(world.present('ecs-svc/1').length, 1);
  t.same(world.present('ecs-svc/2'), []);
  t.match(world.events, [/has insufficient memory available\./]);
  t.match(
    world.service.deployments.map(({ taskSet }) => taskSet?.stability),
    ['STEADY_STATE', 'STABILIZING'],
  );

  const [sick] = world.present('ecs-svc/1');
  world.move(sick!.arn, 'RUNNING', { healthStatus: 'UNHEALTHY' });
  t.match(world.step(), { starts: [], stops: [{ arn: sick!.arn }] }, 'its place is wanted');
  runToEnd(world);
  world.instances = [{ ...one, instance: { ...one.instance, status: 'DRAINING' } }, two];
  t.match(world.step(), { starts: [{ count: 1 }], stops: [] });
  runToEnd(world);
  t.match(world.present(), [{ containerInstanceArn: /i2$/ }]);
  t.end();
});
