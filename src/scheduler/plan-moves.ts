import type { Service } from '../model/service.ts';
import type { Task } from '../model/task.ts';
import type { Observed } from './observe-service.ts';
import type { Health } from './service-health.ts';
import { holdsBoth, mayScaleUp } from './service-lifecycle.ts';
import { limitsOf } from './service-limits.ts';

export type ServiceStart = { readonly deploymentId: string; readonly count: number };
export type Stop = { readonly deploymentId: string; readonly task: Task; readonly isUnhealthy: boolean };
export type Moves = {
  readonly stops: readonly Stop[];
  readonly starts: readonly ServiceStart[];
  /** What older deployments keep up from now on. */
  readonly kept: ReadonlyMap<string, number>;
};

export const stopAll = (observed: readonly Observed[]): Moves => ({
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
export function moveTasks(
  service: Service,
  observed: readonly Observed[],
  nowMs: number,
  times: number[],
): Moves {
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
