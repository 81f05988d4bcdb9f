import type { TaskArn } from '../model/arn.ts';
import type { Placed } from '../model/placement.ts';
import type { Service } from '../model/service.ts';
import type { Task } from '../model/task.ts';
import type { LiveTask, Observed } from './observe-service.ts';
import type { Placer } from './placer.ts';
import type { Health } from './service-health.ts';
import { holdsBoth, mayScaleUp } from './service-lifecycle.ts';
import { limitsOf } from './service-limits.ts';

/** `places`: one for each task that is placed on a container instance. */
export type ServiceStart = {
  readonly deploymentId: string;
  readonly count: number;
  readonly places?: readonly Placed[];
};
export type Stop = { readonly deploymentId: string; readonly task: Task; readonly isUnhealthy: boolean };
export type Moves = {
  readonly stops: readonly Stop[];
  readonly starts: readonly Omit<ServiceStart, 'places'>[];
  /** What older deployments keep up from now on. */
  readonly kept: ReadonlyMap<string, number>;
  /** Deployments that have more tasks than they should because all that are too many are protected. */
  readonly held: ReadonlySet<string>;
};

export type MoveOptions = {
  readonly nowMs: number;
  /** Times at which to look again. */
  readonly times: number[];
  readonly placer: Placer;
};

export const stopAll = (observed: readonly Observed[]): Moves => ({
  stops: observed.flatMap(({ deployment, live }) =>
    live.map(({ task }) => ({ deploymentId: deployment.id, task, isUnhealthy: false })),
  ),
  starts: [],
  kept: new Map(),
  held: new Set(),
});

/**
 * Source: ECS developer guide, rolling update: new tasks start while there is room below the maximum; older ones stop
 * as new ones are healthy, or before that to make room, below the maximum or on a container instance, as far as the
 * minimum allows; scale-in takes older deployments first; an unhealthy task is replaced before it is stopped where there
 * is room; so is one that leaves its container instance. Source: ECS developer guide, task scale-in protection: what is
 * protected is stopped by neither a scale-in nor a deployment.
 */
export function moveTasks(service: Service, observed: readonly Observed[], options: MoveOptions): Moves {
  const { nowMs, times, placer } = options;
  const { minHealthy, ...limits } = limitsOf(service);
  const primary = observed.find(({ deployment }) => deployment.status === 'PRIMARY');
  if (!primary) return { stops: [], starts: [], kept: new Map(), held: new Set() };
  const older = observed.filter((one) => one !== primary).reverse();
  const desired = service.desiredCount;
  const holds = holdsBoth(primary.deployment);
  // Source: ECS developer guide, blue/green deployments: both revisions are whole at the same time.
  const maxTasks = holds ? Math.max(limits.maxTasks, 2 * desired) : limits.maxTasks;
  const occupied = observed.reduce((sum, one) => sum + one.live.length + one.stopping, 0);
  const stops: Stop[] = [];
  const starts: ServiceStart[] = [];
  const held = new Set<string>();
  let spare = observed.reduce((sum, one) => sum + one.live.filter(isUp).length, 0) - minHealthy;

  const stop = (one: Observed, candidates: readonly LiveTask[]): void => {
    for (const { task, health, isLeaving } of candidates)
      stops.push({
        deploymentId: one.deployment.id,
        task,
        isUnhealthy: health === 'unhealthy' && one === primary && !isLeaving,
      });
  };
  /** Those that may go, of several in their order; what is healthy only as far as the minimum allows. */
  const spared = (
    candidates: readonly LiveTask[],
    mayGo: (one: LiveTask) => boolean = () => true,
  ): LiveTask[] =>
    worstFirst(candidates).filter((one) => {
      if ((isUp(one) && spare <= 0) || !mayGo(one)) return false;
      if (isUp(one)) spare -= 1;
      return true;
    });

  // The primary: no more than desired, the ones that are not healthy yet go first, then the newest.
  const [leaving, staying] = partition(primary.live, ({ isLeaving }) => isLeaving);
  const good = staying.filter(({ health }) => health !== 'unhealthy');
  const unhealthy = staying.filter(({ health }) => health === 'unhealthy');
  const tooManyGood = Math.max(0, good.length - desired);
  const surplusGood = leastMissed(
    good.filter(({ isProtected }) => !isProtected),
    tooManyGood,
  );
  if (surplusGood.length < tooManyGood) held.add(primary.deployment.id);
  stop(primary, surplusGood);
  spare -= surplusGood.filter(isUp).length;

  const isFailed = primary.deployment.rolloutState === 'FAILED';
  const need = isFailed || !mayScaleUp(primary.deployment) ? 0 : Math.max(0, desired - good.length);
  const waitUntilMs = primary.deployment.notBefore?.getTime() ?? 0;
  const isThrottled = nowMs < waitUntilMs;
  if (need > 0 && isThrottled) times.push(waitUntilMs);
  const room = Math.max(0, maxTasks - occupied);
  const wanted = isThrottled ? 0 : Math.min(need, room);
  const startNow = placer.place(primary.deployment, wanted);
  if (startNow > 0) starts.push({ deploymentId: primary.deployment.id, count: startNow });

  const lacksRoom = need > 0 && !isThrottled && startNow < need;
  const lacksPlace = startNow < wanted || primary.deployment.unplaced !== undefined;
  const makesRoom = roomMakers(lacksPlace, primary, older, placer);

  // Unhealthy ones go once they are replaced, or one at a time where there is no room for a replacement first.
  const healthyPrimary = good.filter(({ health }) => health === 'healthy').length;
  if (healthyPrimary >= desired) stop(primary, unhealthy);
  else if (lacksRoom && primary.stopping === 0) stop(primary, unhealthy.filter(makesRoom).slice(0, 1));

  // Source: ECS developer guide, container instance draining: what is not up goes at once.
  stop(primary, spared(leaving));

  // Older deployments: what the primary's healthy tasks replace goes, and what must make room for it.
  const kept = new Map<string, number>();
  const pendingRoom = observed.reduce((sum, one) => sum + one.stopping, 0) + stops.length;
  let roomWanted = lacksRoom && !holds ? Math.max(0, need - startNow - pendingRoom) : 0;
  let replaceable = isFailed || holds ? Infinity : Math.max(0, desired - healthyPrimary);
  for (const one of older) {
    const [moving, left] = partition(one.live, ({ isLeaving }) => isLeaving);
    const goes = spared(moving);
    roomWanted = Math.max(0, roomWanted - goes.length);
    const keepable = Math.min(left.length, replaceable);
    // What was never complete makes room also for a revision that is to stand beside the complete one.
    const isKept = isFailed || (holds && one.deployment.wasCompleted);
    const tooMany = Math.max(0, left.length - Math.min(desired, one.deployment.desiredCount));
    let surplus = isKept ? tooMany : holds ? left.length : left.length - keepable;
    const [fixed, movable] = partition(left, ({ isProtected }) => isProtected);
    const given = spared(movable, (candidate) => {
      const isSurplus = surplus > 0;
      if (!isSurplus && (roomWanted === 0 || !makesRoom(candidate))) return false;
      if (isSurplus) surplus -= 1;
      else roomWanted -= 1;
      return true;
    });
    if (surplus > 0 && fixed.length > 0 && given.length === movable.length) held.add(one.deployment.id);
    stop(one, [...goes, ...given]);
    const stays = left.length - given.length;
    replaceable -= stays;
    // What it loses by itself, or by leaving an instance, from now on is made good; what it gave up is not.
    const upTo = !one.deployment.wasCompleted
      ? stays
      : holds
        ? desired
        : Math.min(one.deployment.desiredCount - given.length, stays + Math.max(0, replaceable));
    kept.set(one.deployment.id, Math.max(0, Math.min(one.deployment.desiredCount, upTo)));
  }
  keepOlderUp(older, kept, room - startNow, options, starts);
  return { stops, starts, kept, held };
}

/** Which tasks make room for the primary's when they go: below the maximum all do, on container instances not each. */
function roomMakers(
  lacksPlace: boolean,
  primary: Observed,
  older: readonly Observed[],
  placer: Placer,
): (one: LiveTask) => boolean {
  if (!lacksPlace) return () => true;
  let inTheWay: ReadonlySet<TaskArn> | undefined;
  const find = (): ReadonlySet<TaskArn> => {
    const unhealthy = primary.live.filter(({ health }) => health === 'unhealthy');
    const mayGo = older.flatMap(({ live }) => live.filter(({ isProtected }) => !isProtected));
    return placer.inTheWay(
      primary.deployment,
      [...unhealthy, ...mayGo].map(({ task }) => task),
    );
  };
  return ({ task: { arn } }) => (inTheWay ??= find()).has(arn);
}

/** An older deployment that was complete is kept up while it is being replaced, as far as there is room. */
function keepOlderUp(
  older: readonly Observed[],
  kept: ReadonlyMap<string, number>,
  room: number,
  { nowMs, times, placer }: MoveOptions,
  starts: ServiceStart[],
): void {
  let left = room;
  for (const { deployment, live } of older) {
    if (!deployment.wasCompleted) continue;
    const staying = live.filter(({ isLeaving }) => !isLeaving).length;
    const missing = (kept.get(deployment.id) ?? 0) - staying;
    const waitUntilMs = deployment.notBefore?.getTime() ?? 0;
    if (missing > 0 && nowMs < waitUntilMs) times.push(waitUntilMs);
    const wanted = nowMs < waitUntilMs ? 0 : Math.min(missing, left);
    if (wanted <= 0) continue;
    const count = placer.place(deployment, wanted);
    if (count > 0) starts.push({ deploymentId: deployment.id, count });
    left -= count;
  }
}

/**
 * So many tasks of which a service can do without: the worst, and of those alike, one of the container instance that has
 * the most, the newest. Source: ECS developer guide, service scheduler: scale-in.
 */
function leastMissed(candidates: readonly LiveTask[], count: number): LiveTask[] {
  const worst = worstFirst(candidates);
  const crowds = Map.groupBy(worst, ({ task }) => task.containerInstanceArn);
  if (crowds.size <= 1) return worst.slice(0, count);
  const chosen: LiveTask[] = [];
  for (const health of ['unhealthy', 'waiting', 'healthy'] as const)
    for (;;) {
      const [most] = [...crowds.values()]
        .filter((crowd) => crowd.some((one) => one.health === health))
        .sort((a, b) => b.length - a.length);
      const next = most?.findIndex((one) => one.health === health) ?? -1;
      if (chosen.length >= count || !most || next < 0) break;
      chosen.push(...most.splice(next, 1));
    }
  return chosen;
}

/** Those for which it holds, and the others. */
const partition = (
  live: readonly LiveTask[],
  holds: (one: LiveTask) => boolean,
): [LiveTask[], LiveTask[]] => [live.filter(holds), live.filter((one) => !holds(one))];

const WORTH: Readonly<Record<Health, number>> = { healthy: 0, waiting: 1, unhealthy: 2 };

/** Whether a task counts towards the minimum. Of what leaves its container instance, ECS asks no more than RUNNING. */
const isUp = ({ health, isLeaving, task, isChecked }: LiveTask): boolean =>
  health === 'healthy' || (isLeaving && !isChecked && task.lastStatus === 'RUNNING');

/** The healthy ones first, of those the oldest. */
const byWorth = (a: LiveTask, b: LiveTask): number =>
  WORTH[a.health] - WORTH[b.health] || a.task.createdAt.getTime() - b.task.createdAt.getTime();

const worstFirst = (live: readonly LiveTask[]): LiveTask[] => live.toSorted(byWorth).reverse();
