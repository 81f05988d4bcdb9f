import type { TaskArn } from '../model/arn.ts';
import { IMPAIRED_FAILURES, primaryOf, type Deployment, type Service } from '../model/service.ts';
import type { Task } from '../model/task.ts';
import { completeRollout, failRollout } from './service-rollout.ts';
import { healthOf, type Health, type HealthSettings } from './service-health.ts';
import { advanceLifecycle, holdsBoth, mayScaleUp } from './service-lifecycle.ts';
import { limitsOf, throttleMs } from './service-limits.ts';
import { areSteady, moveTaskSets, settleTaskSets } from './task-sets.ts';

export type ServiceStop = { readonly arn: TaskArn; readonly reason: string };
export type ServiceStart = { readonly deploymentId: string; readonly count: number };

/** What is to be done for a service, all of it at once and in one transaction. */
export type ServicePlan = {
  /** As it is to be saved; the same object when nothing changed. */
  readonly service: Service;
  readonly stops: readonly ServiceStop[];
  readonly starts: readonly ServiceStart[];
  /** Messages of service events that come before the ones of starts and stops, and those that come after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** When to plan again though nothing happens. */
  readonly wakeAtMs: number | undefined;
};

export type PlanSettings = HealthSettings & {
  /** An id for a hook that waits for its answer. */
  readonly newHookId: () => string;
  /** An id for a deployment that a rollback makes. */
  readonly newDeploymentId: () => string;
};

/** Source: ECS repeats the event of a steady state about every six hours. */
const STEADY_EVENT_MS = 6 * 60 * 60_000;

/** A deployment with what is known of its tasks. */
export type Observed = {
  readonly deployment: Deployment;
  readonly live: readonly { readonly task: Task; readonly health: Health }[];
  /** Tasks that are told to stop and still occupy their place. */
  readonly stopping: number;
};

/**
 * Compares what is desired of a service with its tasks. Pure; planning again after the plan was carried out comes to no
 * further step until something happens or `wakeAtMs` is reached.
 */
export function planService(
  service: Service,
  taskOf: (arn: TaskArn) => Task | undefined,
  now: Date,
  settings: PlanSettings,
): ServicePlan {
  const nowMs = now.getTime();
  const times: number[] = [];
  const seen = service.deployments.map((deployment) =>
    observe(service, deployment, taskOf, now, settings, times),
  );
  const before: string[] = [];
  const counted = withDeployments(
    service,
    seen.map(({ deployment }) => deployment),
  );
  throttleEvents(service, counted, before);
  const unfailed = failRollout(counted, now, settings.newDeploymentId, before);
  const rolled = advanceLifecycle(unfailed, seen, { ...settings, now, times, events: before });
  const observed = rolled.deployments.map((deployment): Observed => {
    const same = seen.find((one) => one.deployment.id === deployment.id);
    return { deployment, live: same?.live ?? [], stopping: same?.stopping ?? 0 };
  });

  const { stops, starts, deployments } = balance(rolled, observed, nowMs, times);
  const after: string[] = [];
  const balanced = withDeployments(rolled, deployments);
  const isIdle = stops.length === 0 && starts.length === 0;
  // A rollout that failed is saved before the one that takes over is completed, so that both are seen and told.
  const isRolledBack = primaryOf(rolled)?.id !== primaryOf(service)?.id;
  const isExternal = service.deploymentController.type === 'EXTERNAL';
  const finished = isExternal
    ? settleTaskSets(balanced, observed, now)
    : isIdle && !isRolledBack
      ? completeRollout(balanced, observed, now, after)
      : balanced;
  const settled = isIdle ? settle(finished, observed, now, after, times) : withoutSteady(finished);
  const wakeAtMs = Math.min(...times.filter((ms) => ms > nowMs));
  return {
    service: settled,
    stops,
    starts,
    before,
    after,
    wakeAtMs: Number.isFinite(wakeAtMs) ? wakeAtMs : undefined,
  };
}

/** Takes over what became of a deployment's tasks: those that ended by themselves are counted, once. */
function observe(
  service: Service,
  deployment: Deployment,
  taskOf: (arn: TaskArn) => Task | undefined,
  now: Date,
  settings: HealthSettings,
  times: number[],
): Observed {
  const live: { task: Task; health: Health }[] = [];
  const ended: Task[] = [];
  const stopping = deployment.stoppingArns.filter((arn) => isStopping(taskOf(arn)));
  for (const arn of deployment.taskArns) {
    const task = taskOf(arn);
    if (task?.desiredStatus === 'RUNNING') {
      const { health, changesAtMs } = healthOf(task, deployment, service, now.getTime(), settings);
      if (changesAtMs !== undefined) times.push(changesAtMs);
      live.push({ task, health });
      continue;
    }
    if (!task) continue;
    ended.push(task);
    if (isStopping(task)) stopping.push(arn);
  }
  const healthy = live.filter(({ health }) => health === 'healthy').map(({ task }) => task.arn);
  const isNewlyHealthy = healthy.some((arn) => !deployment.healthyArns.includes(arn));
  const failed = ended.filter(({ stopCode = '' }) => FAILURES.has(stopCode));
  const isSame =
    ended.length === 0 &&
    stopping.length === deployment.stoppingArns.length &&
    live.length === deployment.taskArns.length &&
    healthy.length === deployment.healthyArns.length &&
    !isNewlyHealthy;
  if (isSame) return { deployment, live, stopping: stopping.length };
  const seen: Deployment = {
    ...deployment,
    taskArns: live.map(({ task }) => task.arn),
    stoppingArns: stopping,
    healthyArns: healthy,
  };
  const counted = countFailures(seen, failed, now);
  return {
    deployment: isNewlyHealthy ? forgetFailures(service, counted) : counted,
    live,
    stopping: stopping.length,
  };
}

/** What a user or the sidecar's own end stopped has not failed. */
const FAILURES: ReadonlySet<string> = new Set(['TaskFailedToStart', 'EssentialContainerExited']);

const isStopping = (task: Task | undefined): boolean => task !== undefined && task.lastStatus !== 'STOPPED';

/** Counts failures for DescribeServices, for the circuit breaker and for the throttling of further starts. */
export function countFailures(deployment: Deployment, failed: readonly Task[], now: Date): Deployment {
  if (failed.length === 0) return deployment;
  const counted: Deployment = {
    ...deployment,
    failedTasks: deployment.failedTasks + failed.length,
    breakerFailures: deployment.breakerFailures + failed.length,
    startFailures: deployment.startFailures + 1,
  };
  const waitMs = throttleMs(
    counted,
    failed.some(({ startedAt }) => startedAt !== undefined),
  );
  return { ...counted, updatedAt: now, notBefore: new Date(now.getTime() + waitMs) };
}

/** Source: ECS API reference, DeploymentCircuitBreaker.resetOnHealthyTask: by default a healthy task ends the count. */
function forgetFailures({ deploymentConfiguration }: Service, deployment: Deployment): Deployment {
  const { notBefore, ...rest } = deployment;
  const resets = deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask ?? true;
  return { ...rest, startFailures: 0, ...(resets && { breakerFailures: 0 }) };
}

/** Source: ECS developer guide, service event messages. Said once, when the throttling begins to be felt. */
function throttleEvents(before: Service, after: Service, events: string[]): void {
  for (const deployment of after.deployments) {
    const earlier = before.deployments.find(({ id }) => id === deployment.id);
    if (deployment.startFailures >= IMPAIRED_FAILURES && (earlier?.startFailures ?? 0) < IMPAIRED_FAILURES) {
      events.push(
        `(service ${after.name}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
      );
    }
  }
}

type Balance = {
  readonly stops: readonly ServiceStop[];
  readonly starts: readonly ServiceStart[];
  readonly deployments: readonly Deployment[];
};

/** Decides on starts and stops within the limits, and takes the stops over into the deployments. */
function balance(service: Service, observed: readonly Observed[], nowMs: number, times: number[]): Balance {
  const move = service.deploymentController.type === 'EXTERNAL' ? moveTaskSets : moveTasks;
  const moves = service.status === 'ACTIVE' ? move(service, observed, nowMs, times) : stopAll(observed);
  const stops: ServiceStop[] = [];
  const deployments = service.deployments.map((deployment): Deployment => {
    const toStop = moves.stops.filter(({ deploymentId }) => deploymentId === deployment.id);
    const kept = moves.kept.get(deployment.id) ?? deployment.desiredCount;
    if (toStop.length === 0 && kept === deployment.desiredCount) return deployment;
    const arns = new Set(toStop.map(({ task }) => task.arn));
    const unhealthy = toStop.filter(({ isUnhealthy }) => isUnhealthy).map(({ task }) => task);
    for (const { task, isUnhealthy } of toStop) {
      const reason = isUnhealthy
        ? 'Task failed container health checks'
        : `Scaling activity initiated by (deployment ${deployment.id})`;
      stops.push({ arn: task.arn, reason });
    }
    return countFailures(
      {
        ...deployment,
        desiredCount: kept,
        taskArns: deployment.taskArns.filter((arn) => !arns.has(arn)),
        stoppingArns: [...deployment.stoppingArns, ...arns],
        healthyArns: deployment.healthyArns.filter((arn) => !arns.has(arn)),
      },
      unhealthy,
      new Date(nowMs),
    );
  });
  return { stops, starts: moves.starts, deployments };
}

export type Stop = { readonly deploymentId: string; readonly task: Task; readonly isUnhealthy: boolean };
export type Moves = {
  readonly stops: readonly Stop[];
  readonly starts: readonly ServiceStart[];
  /** What older deployments keep up from now on. */
  readonly kept: ReadonlyMap<string, number>;
};

const stopAll = (observed: readonly Observed[]): Moves => ({
  stops: observed.flatMap(({ deployment, live }) =>
    live.map(({ task }) => ({ deploymentId: deployment.id, task, isUnhealthy: false })),
  ),
  starts: [],
  kept: new Map(),
});

/**
 * Source: ECS developer guide, rolling update: new tasks start while there is room below the maximum; older ones stop
 * as new ones are healthy, or before that to make room, as far as the minimum allows; scale-in takes older deployments
 * first; an unhealthy task is replaced before it is stopped where there is room.
 */
function moveTasks(service: Service, observed: readonly Observed[], nowMs: number, times: number[]): Moves {
  const { minHealthy, ...limits } = limitsOf(service);
  const primary = observed.find(({ deployment }) => deployment.status === 'PRIMARY');
  if (!primary) return { stops: [], starts: [], kept: new Map() };
  const older = observed.filter((one) => one !== primary).reverse();
  const desired = service.desiredCount;
  const holds = holdsBoth(primary.deployment);
  // Source: ECS developer guide, blue/green deployments: both revisions are whole at the same time.
  const maxTasks = holds ? Math.max(limits.maxTasks, 2 * desired) : limits.maxTasks;
  const countOf = (one: Observed, health: Health): number =>
    one.live.filter((it) => it.health === health).length;
  const healthyPrimary = countOf(primary, 'healthy');
  const healthyAll = observed.reduce((sum, one) => sum + countOf(one, 'healthy'), 0);
  const occupied = observed.reduce((sum, one) => sum + one.live.length + one.stopping, 0);
  const stops: Stop[] = [];
  const starts: ServiceStart[] = [];

  const stopSome = (one: Observed, candidates: Observed['live'], count: number): void => {
    for (const { task, health } of candidates.slice(0, Math.max(0, count)))
      stops.push({
        deploymentId: one.deployment.id,
        task,
        isUnhealthy: health === 'unhealthy' && one === primary,
      });
  };

  // The primary: no more than desired, the ones that are not healthy yet go first, then the newest.
  const good = primary.live.filter(({ health }) => health !== 'unhealthy');
  const unhealthy = primary.live.filter(({ health }) => health === 'unhealthy');
  stopSome(primary, [...good].sort(byWorth).reverse(), good.length - desired);

  const isFailed = primary.deployment.rolloutState === 'FAILED';
  const need = isFailed || !mayScaleUp(primary.deployment) ? 0 : Math.max(0, desired - good.length);
  const waitUntilMs = primary.deployment.notBefore?.getTime() ?? 0;
  const isThrottled = nowMs < waitUntilMs;
  if (need > 0 && isThrottled) times.push(waitUntilMs);
  const room = Math.max(0, maxTasks - occupied);
  const startNow = isThrottled ? 0 : Math.min(need, room);
  if (startNow > 0) starts.push({ deploymentId: primary.deployment.id, count: startNow });

  // Unhealthy ones go once they are replaced, or one at a time where there is no room for a replacement first.
  const lacksRoom = need > 0 && !isThrottled && startNow < need;
  if (healthyPrimary >= desired) stopSome(primary, unhealthy, unhealthy.length);
  else if (lacksRoom && primary.stopping === 0) stopSome(primary, unhealthy, 1);

  // Older deployments: what the primary's healthy tasks replace goes, and what must make room for it.
  const kept = new Map<string, number>();
  let spare = healthyAll - minHealthy;
  const pendingRoom = observed.reduce((sum, one) => sum + one.stopping, 0) + stops.length;
  let roomWanted = lacksRoom && !holds ? Math.max(0, need - startNow - pendingRoom) : 0;
  let replaceable = isFailed || holds ? Infinity : Math.max(0, desired - healthyPrimary);
  for (const one of older) {
    const keepable = Math.min(one.live.length, replaceable);
    // What was never complete makes room also for a revision that is to stand beside the complete one.
    const isKept = isFailed || (holds && one.deployment.wasCompleted);
    const tooMany = Math.max(0, one.live.length - Math.min(desired, one.deployment.desiredCount));
    const surplus = isKept ? tooMany : holds ? one.live.length : one.live.length - keepable;
    const worst = [...one.live].sort(byWorth).reverse();
    let count = 0;
    for (const { health } of worst) {
      const isSurplus = count < surplus;
      if (!isSurplus && roomWanted === 0) break;
      if (health === 'healthy' && spare <= 0) break;
      if (health === 'healthy') spare -= 1;
      if (!isSurplus) roomWanted -= 1;
      count += 1;
    }
    stopSome(one, worst, count);
    const stays = one.live.length - count;
    replaceable -= stays;
    // What it loses by itself from now on is made good, what it gave up is not.
    const upTo = !one.deployment.wasCompleted
      ? stays
      : holds
        ? desired
        : Math.min(one.deployment.desiredCount - count, stays + Math.max(0, replaceable));
    kept.set(one.deployment.id, Math.max(0, Math.min(one.deployment.desiredCount, upTo)));
  }
  keepOlderUp(older, kept, room - startNow, nowMs, times, starts);
  return { stops, starts, kept };
}

/** An older deployment that was complete is kept up while it is being replaced, as far as there is room. */
function keepOlderUp(
  older: readonly Observed[],
  kept: ReadonlyMap<string, number>,
  room: number,
  nowMs: number,
  times: number[],
  starts: ServiceStart[],
): void {
  let left = room;
  for (const { deployment, live } of older) {
    if (!deployment.wasCompleted) continue;
    const missing = (kept.get(deployment.id) ?? 0) - live.length;
    const waitUntilMs = deployment.notBefore?.getTime() ?? 0;
    if (missing > 0 && nowMs < waitUntilMs) times.push(waitUntilMs);
    const count = nowMs < waitUntilMs ? 0 : Math.min(missing, left);
    if (count <= 0) continue;
    starts.push({ deploymentId: deployment.id, count });
    left -= count;
  }
}

const WORTH: Readonly<Record<Health, number>> = { healthy: 0, waiting: 1, unhealthy: 2 };

/** The healthy ones first, of those the oldest. */
const byWorth = (a: Observed['live'][number], b: Observed['live'][number]): number =>
  WORTH[a.health] - WORTH[b.health] || a.task.createdAt.getTime() - b.task.createdAt.getTime();

/** Tells the steady state, and that a deleted service is over. */
function settle(
  service: Service,
  observed: readonly Observed[],
  now: Date,
  after: string[],
  times: number[],
): Service {
  const isEmpty = observed.every(({ live, stopping }) => live.length === 0 && stopping === 0);
  if (service.status === 'DRAINING')
    return isEmpty ? { ...service, status: 'INACTIVE', deployments: [] } : service;
  const primary = primaryOf(service);
  const healthy = observed
    .find(({ deployment }) => deployment.id === primary?.id)
    ?.live.filter(({ health }) => health === 'healthy');
  const isSteady =
    service.deploymentController.type === 'EXTERNAL'
      ? areSteady(service)
      : service.deployments.length === 1 &&
        primary?.rolloutState === 'COMPLETED' &&
        healthy?.length === service.desiredCount;
  if (!isSteady) return withoutSteady(service);
  const sinceMs = service.steadySince?.getTime();
  if (sinceMs === undefined || now.getTime() >= sinceMs + STEADY_EVENT_MS) {
    after.push(`(service ${service.name}) has reached a steady state.`);
    times.push(now.getTime() + STEADY_EVENT_MS);
    return { ...service, steadySince: now };
  }
  times.push(sinceMs + STEADY_EVENT_MS);
  return service;
}

function withoutSteady(service: Service): Service {
  if (!service.steadySince) return service;
  const { steadySince, ...rest } = service;
  return rest;
}

function withDeployments(service: Service, deployments: readonly Deployment[]): Service {
  const isSame =
    deployments.length === service.deployments.length &&
    deployments.every((deployment, index) => deployment === service.deployments[index]);
  return isSame ? service : { ...service, deployments };
}
