import fc from 'fast-check';
import t from 'tap';
import type { ContainerInstanceView } from '../../../src/model/container-instance.ts';
import { hostPortsOf } from '../../../src/model/host-ports.ts';
import { isProtected } from '../../../src/model/task-protection.ts';
import { limitsOf } from '../../../src/scheduler/service-limits.ts';
import { instanceView } from '../../support/instances.ts';
import { CRASHED, createServiceWorld, type ServiceWorld } from '../../support/service-world.ts';

const PLENTY = 40;

const happening = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'move' as const }) },
  fc.record({ kind: fc.constant('crash' as const), index: fc.nat(20) }),
  fc.record({ kind: fc.constant('sick' as const), index: fc.nat(20) }),
  fc.record({ kind: fc.constant('one' as const), index: fc.nat(20) }),
  fc.record({ kind: fc.constant('protect' as const), index: fc.nat(20), ms: fc.nat(200_000) }),
  fc.record({ kind: fc.constant('scale' as const), desiredCount: fc.nat(6) }),
  fc.record({ kind: fc.constant('drain' as const), index: fc.nat(3) }),
  fc.record({ kind: fc.constant('resize' as const), index: fc.nat(3), memoryMib: fc.nat(2048) }),
  fc.constant({ kind: 'deploy' as const }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.nat(100_000) }),
);

const settings = fc.record({
  isDaemon: fc.boolean(),
  isDistinct: fc.boolean(),
  isPortFixed: fc.boolean(),
  memoryMib: fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 4 }),
  desiredCount: fc.nat(6),
  hasHealthCheck: fc.boolean(),
  minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
  maximumPercent: fc.integer({ min: 101, max: 250 }),
  instances: fc.array(fc.nat(2048), { maxLength: 3 }),
});

const changed = (
  view: ContainerInstanceView,
  changes: Partial<ContainerInstanceView['instance']>,
): ContainerInstanceView => ({ ...view, instance: { ...view.instance, ...changes } });

const sized = (id: string, memoryMib: number): ContainerInstanceView =>
  instanceView(id, { resources: { memoryMib } });

/** What no plan may ever do, whatever happened before. */
function checkStep(
  world: ServiceWorld,
  isUp: (task: ReturnType<ServiceWorld['present']>[number]) => boolean,
) {
  const before = world.service;
  const healthyBefore = world.present().filter(isUp).length;
  const presentBefore = world.present().length;
  const memoryBefore = new Map(
    world.instances?.map(({ instance }) => [instance.arn, memoryHeldOn(world, instance.arn)]),
  );
  const plan = world.step();
  for (const { arn, reason } of plan.stops) {
    const task = world.tasks.get(arn);
    const isSick = reason === 'Task failed container health checks';
    const instance = world.instances?.find(({ instance: { arn } }) => arn === task?.containerInstanceArn);
    if (task && isProtected(task, world.clockMs) && !isSick && instance?.instance.status === 'ACTIVE')
      throw new Error('a protected task is stopped');
  }
  const { minHealthy, maxTasks } = limitsOf(world.service);
  if (world.present().length > Math.max(maxTasks, presentBefore)) throw new Error('more than the maximum');
  if (world.present().filter(isUp).length < Math.min(minHealthy, healthyBefore))
    throw new Error('fewer than the minimum');
  for (const { count, places } of plan.starts) {
    if (count <= 0 || places?.length !== count) throw new Error('a start without its places');
    for (const { view } of places)
      if (view.instance.status !== 'ACTIVE') throw new Error('placed on what is not ACTIVE');
  }
  for (const { instance, total } of world.instances ?? []) {
    const held = memoryHeldOn(world, instance.arn);
    if (held > Math.max(total.memoryMib, memoryBefore.get(instance.arn) ?? 0))
      throw new Error('more tasks than fit');
  }
  const ports = world.present().flatMap(hostPortsOf);
  if (new Set(ports).size < ports.length) throw new Error('two tasks on one port');
  return plan.service === before && plan.starts.length + plan.stops.length === 0;
}

function memoryHeldOn(world: ServiceWorld, arn: string): number {
  const held = world
    .present()
    .flatMap((task) => (task.containerInstanceArn === arn ? (task.reserved ?? []) : []));
  return held.reduce((sum, { memoryMib }) => sum + memoryMib, 0);
}

t.test(
  'never more tasks than fit, never two on one port; planning ends; with room all come to their end',
  (t) => {
    fc.assert(
      fc.property(settings, fc.array(happening, { maxLength: 40 }), (given, happenings) => {
        const { isDaemon, hasHealthCheck, isPortFixed } = given;
        const world = createServiceWorld({
          desiredCount: isDaemon ? 0 : given.desiredCount,
          hasHealthCheck,
          schedulingStrategy: isDaemon ? 'DAEMON' : 'REPLICA',
          deploymentConfiguration: isDaemon
            ? { minimumHealthyPercent: 0, maximumPercent: 100 }
            : { minimumHealthyPercent: given.minimumHealthyPercent, maximumPercent: given.maximumPercent },
        });
        world.instances = given.instances.map((memoryMib, index) => sized(`i${index}`, memoryMib));
        world.constraints = { isDistinct: given.isDistinct, memberOf: [] };
        world.needs = (id) => ({
          memoryMib: given.memoryMib[Number(id.at(-1)) % given.memoryMib.length] ?? 0,
          ports: isPortFixed ? ['80/tcp'] : [],
        });
        const isUp = (task: ReturnType<ServiceWorld['present']>[number]): boolean =>
          task.lastStatus === 'RUNNING' &&
          task.desiredStatus === 'RUNNING' &&
          (!hasHealthCheck || task.healthStatus === 'HEALTHY');
        const check = (): void => {
          for (let step = 0; !checkStep(world, isUp); step++)
            if (step > 50) throw new Error('planning does not end');
        };
        check();
        for (const happening of happenings) {
          const running = world.present().filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
          const chosen =
            'index' in happening ? running[happening.index % Math.max(1, running.length)] : undefined;
          if (happening.kind === 'move') world.moveAll();
          if (happening.kind === 'crash' && chosen) world.move(chosen.arn, 'STOPPED', CRASHED);
          if (happening.kind === 'one' && chosen)
            world.move(chosen.arn, 'RUNNING', { healthStatus: 'HEALTHY' });
          if (happening.kind === 'sick' && chosen && hasHealthCheck)
            world.move(chosen.arn, 'RUNNING', { healthStatus: 'UNHEALTHY' });
          if (happening.kind === 'protect' && chosen)
            world.move(chosen.arn, chosen.lastStatus, {
              protectedUntilMs: world.clockMs + happening.ms,
            });
          if (happening.kind === 'scale' && !isDaemon)
            world.service = { ...world.service, desiredCount: happening.desiredCount };
          if (happening.kind === 'drain')
            world.instances = world.instances.map((view, index) => {
              const other = view.instance.status === 'ACTIVE' ? 'DRAINING' : 'ACTIVE';
              return index === happening.index ? changed(view, { status: other }) : view;
            });
          if (happening.kind === 'resize')
            world.instances = world.instances.map((view, index) =>
              index === happening.index
                ? changed(sized(`i${index}`, happening.memoryMib), { status: view.instance.status })
                : view,
            );
          if (happening.kind === 'deploy') world.deploy();
          if (happening.kind === 'time') world.clockMs += happening.ms;
          check();
        }
        // Room appears. A port is there once, on however many instances.
        const plenty = !isDaemon ? PLENTY : isPortFixed ? 1 : 3;
        if (isPortFixed && world.service.desiredCount > 1)
          world.service = { ...world.service, desiredCount: 1 };
        world.instances = [
          ...world.instances.map((view) => changed(view, { status: 'DRAINING' })),
          ...Array.from({ length: plenty }, (_, index) => sized(`plenty${index}`, 10_000)),
        ];
        const { maxTasks, minHealthy } = limitsOf(world.service);
        const isBlocked = !isDaemon && (maxTasks <= minHealthy || (isPortFixed && minHealthy > 0));
        for (let round = 0; round < 60; round++) {
          world.clockMs += 20 * 60_000;
          world.moveAll();
          check();
        }
        if (isBlocked) return;
        const { deployments, desiredCount } = world.service;
        const counted = world.present().length;
        if (counted !== (isDaemon ? plenty : desiredCount))
          throw new Error(`${counted} tasks, ${desiredCount} desired`);
        if (deployments.length !== 1 || deployments[0]?.rolloutState !== 'COMPLETED')
          throw new Error('not completed');
        if (deployments[0].unplaced) throw new Error('still without a place');
        const instances = world.present().map(({ containerInstanceArn }) => containerInstanceArn);
        if (instances.some((arn) => !arn?.includes('/plenty'))) throw new Error('on a DRAINING instance');
        if (isDaemon && new Set(instances).size < instances.length) throw new Error('two on one instance');
      }),
      { numRuns: 600 },
    );
    t.end();
  },
);
