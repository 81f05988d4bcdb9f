import type { TaskArn } from '../model/arn.ts';
import { primaryOf, type Deployment, type Service } from '../model/service.ts';
import type { Task } from '../model/task.ts';
import { countFailures, observe, throttleEvents, type Observed } from './observe-service.ts';
import { moveTasks, stopAll, type MoveOptions, type ServiceStart } from './plan-moves.ts';
import type { Placer } from './placer.ts';
import { noteHeld } from './held.ts';
import type { HealthSettings } from './service-health.ts';
import { advanceLifecycle } from './service-lifecycle.ts';
import { completeRollout, failRollout } from './service-rollout.ts';
import { countUnplaced, withoutUnplaced, type UnplacedOptions } from './unplaced.ts';
import { areSteady, moveTaskSets, settleTaskSets } from './task-sets.ts';

export type ServiceStop = { readonly arn: TaskArn; readonly reason: string };

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
  /** One that was asked for nothing yet. */
  readonly placer: Placer;
  /** An id for a hook that waits for its answer. */
  readonly newHookId: () => string;
  /** An id for a deployment that a rollback makes. */
  readonly newDeploymentId: () => string;
};

/** Source: ECS repeats the event of a steady state about every six hours. */
const STEADY_EVENT_MS = 6 * 60 * 60_000;

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
  const sized = withDaemonCount(service, settings.placer);
  const seen = sized.deployments.map((deployment) =>
    observe(sized, deployment, taskOf, now, settings, times),
  );
  const before: string[] = [];
  const counted = withDeployments(
    sized,
    seen.map(({ deployment }) => deployment),
  );
  throttleEvents(sized, counted, before);
  const unfailed = failRollout(counted, now, settings.newDeploymentId, before);
  const rolled = advanceLifecycle(unfailed, seen, { ...settings, now, times, events: before });
  const observed = rolled.deployments.map((deployment): Observed => {
    const same = seen.find((one) => one.deployment.id === deployment.id);
    return { deployment, live: same?.live ?? [], stopping: same?.stopping ?? 0 };
  });

  const { placer } = settings;
  const { stops, starts, deployments, held } = balance(rolled, observed, { nowMs, times, placer });
  const after: string[] = [];
  const isMakingRoom = stops.length > 0 || observed.some(({ stopping }) => stopping > 0);
  const telling = { serviceName: service.name, now, times, events: after, isMakingRoom };
  const balanced = withDeployments(
    rolled,
    deployments.map((deployment) =>
      noteHeld(withOutcome(deployment, placer, telling), held.has(deployment.id), service.name, after),
    ),
  );
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

type Balance = {
  readonly stops: readonly ServiceStop[];
  readonly starts: readonly ServiceStart[];
  readonly deployments: readonly Deployment[];
  readonly held: ReadonlySet<string>;
};

/** Decides on starts and stops within the limits, and takes the stops over into the deployments. */
function balance(service: Service, observed: readonly Observed[], options: MoveOptions): Balance {
  const move = service.deploymentController.type === 'EXTERNAL' ? moveTaskSets : moveTasks;
  const moves = service.status === 'ACTIVE' ? move(service, observed, options) : stopAll(observed);
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
      new Date(options.nowMs),
    );
  });
  const starts = moves.starts.map((start): ServiceStart => {
    const deployment = deployments.find(({ id }) => id === start.deploymentId);
    const places = deployment && options.placer.placesOf(deployment);
    return { ...start, ...(places && { places }) };
  });
  return { stops, starts, deployments, held: moves.held };
}

/** What became of asking for places, where that was asked; a deployment that asks for none and has all is as whole. */
function withOutcome(deployment: Deployment, placer: Placer, options: UnplacedOptions): Deployment {
  const outcome = placer.outcomeOf(deployment);
  if (outcome !== undefined && outcome !== 'placed') return countUnplaced(deployment, outcome, options);
  const isWhole = outcome === 'placed' || deployment.taskArns.length >= deployment.desiredCount;
  return isWhole ? withoutUnplaced(deployment) : deployment;
}

/**
 * A DAEMON service is to run on each ACTIVE container instance that its tasks may be on. Source: ECS API reference,
 * CreateService.schedulingStrategy.
 */
function withDaemonCount(service: Service, placer: Placer): Service {
  const primary = primaryOf(service);
  if (service.schedulingStrategy !== 'DAEMON' || service.status !== 'ACTIVE' || !primary) return service;
  const desiredCount = placer.eligibleCount(primary) ?? service.desiredCount;
  if (desiredCount === service.desiredCount && desiredCount === primary.desiredCount) return service;
  const deployments = service.deployments.map((one) => (one === primary ? { ...one, desiredCount } : one));
  return { ...service, desiredCount, deployments };
}

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
    ?.live.filter(({ health, isLeaving }) => health === 'healthy' && !isLeaving);
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
