import { computedDesiredCount, type Deployment, type Service } from '../model/service.ts';
import type { Observed } from './observe-service.ts';
import type { MoveOptions, Moves, ServiceStart, Stop } from './plan-moves.ts';

/**
 * Task sets have no limits of their own: each is brought to its share of the service's desired count at once.
 * Source: ECS API reference, CreateTaskSet and TaskSet.
 */
export function moveTaskSets(
  service: Service,
  observed: readonly Observed[],
  { nowMs, times, placer }: MoveOptions,
): Moves {
  const stops: Stop[] = [];
  const starts: ServiceStart[] = [];
  const held = new Set<string>();
  for (const { deployment, live } of observed) {
    const wanted = computedDesiredCount(service, deployment);
    const staying = live.filter(({ isLeaving }) => !isLeaving);
    const sick = staying.filter(({ health }) => health === 'unhealthy');
    const good = staying.filter(({ health }) => health !== 'unhealthy');
    const tooMany = Math.max(0, good.length - wanted);
    const movable = good.filter(({ isProtected }) => !isProtected);
    const surplus = [...movable].reverse().slice(0, tooMany);
    if (surplus.length < tooMany) held.add(deployment.id);
    const isReplaced = good.filter(({ health }) => health === 'healthy').length >= wanted;
    const need = Math.max(0, wanted - good.length);
    const waitUntilMs = deployment.notBefore?.getTime() ?? 0;
    const isThrottled = nowMs < waitUntilMs;
    if (need > 0 && isThrottled) times.push(waitUntilMs);
    const count = placer.place(deployment, isThrottled ? 0 : need);
    if (count > 0) starts.push({ deploymentId: deployment.id, count });
    // One whose place is wanted for its replacement goes before it.
    const replaced = isReplaced ? sick : !isThrottled && count < need ? sick.slice(0, 1) : [];
    const leaving = live.filter(
      ({ isLeaving, task }) => isLeaving && (isReplaced || task.lastStatus !== 'RUNNING'),
    );
    for (const { task } of [...surplus, ...leaving])
      stops.push({ deploymentId: deployment.id, task, isUnhealthy: false });
    for (const { task } of replaced) stops.push({ deploymentId: deployment.id, task, isUnhealthy: true });
  }
  return { stops, starts, kept: new Map(), held };
}

/**
 * Says which task sets are steady, and drops those that were deleted and hold no tasks. Source: ECS API reference,
 * TaskSet.stabilityStatus: as many running as computed, none pending, all healthy.
 */
export function settleTaskSets(service: Service, observed: readonly Observed[], now: Date): Service {
  const deployments = service.deployments.flatMap((deployment): Deployment[] => {
    const seen = observed.find((one) => one.deployment.id === deployment.id);
    const { taskSet } = deployment;
    if (!seen || !taskSet) return [deployment];
    if (taskSet.isDraining && seen.live.length === 0 && seen.stopping === 0) return [];
    const isSteady =
      seen.live.length === computedDesiredCount(service, deployment) &&
      seen.stopping === 0 &&
      seen.live.every(({ health }) => health === 'healthy');
    const stability = isSteady ? 'STEADY_STATE' : 'STABILIZING';
    if (stability === taskSet.stability) return [deployment];
    return [{ ...deployment, taskSet: { ...taskSet, stability, stabilityAt: now }, updatedAt: now }];
  });
  const isSame =
    deployments.length === service.deployments.length &&
    deployments.every((deployment, index) => deployment === service.deployments[index]);
  return isSame ? service : { ...service, deployments };
}

export const areSteady = ({ deployments }: Service): boolean =>
  deployments.length > 0 && deployments.every(({ taskSet }) => taskSet?.stability === 'STEADY_STATE');
