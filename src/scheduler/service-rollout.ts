import { breakerThreshold, primaryOf, type Deployment, type Service } from '../model/service.ts';
import { ended, rollBack, rollbackTarget } from '../model/rollback.ts';
import type { Observed } from './observe-service.ts';
import { holdsBoth } from './service-lifecycle.ts';

/**
 * Ends the primary deployment when the circuit breaker has counted enough, and begins the rollback when that is asked
 * for and there is something to go back to. Source: ECS developer guide, deployment circuit breaker; the words are ECS's.
 */
export function failRollout(
  service: Service,
  now: Date,
  newDeploymentId: () => string,
  events: string[],
): Service {
  const primary = primaryOf(service);
  const { enable, rollback } = service.deploymentConfiguration.deploymentCircuitBreaker ?? {};
  if (primary?.rolloutState !== 'IN_PROGRESS' || enable !== true || service.status !== 'ACTIVE')
    return service;
  if (primary.breakerFailures < breakerThreshold(service)) return service;
  events.push(
    `(service ${service.name}) (deployment ${primary.id}) deployment failed: tasks failed to start.`,
  );
  const reason = 'ECS deployment circuit breaker: tasks failed to start.';
  const target = rollback === true ? rollbackTarget(service, primary) : undefined;
  if (target)
    return rollBack(service, {
      failed: primary,
      target,
      reason,
      cause: 'circuit breaker',
      now,
      newDeploymentId,
      events,
    });
  const failed: Deployment = {
    ...primary,
    rolloutState: 'FAILED',
    rolloutStateReason: reason,
    updatedAt: now,
    ...(primary.record && { record: ended(primary.record, 'STOPPED', reason, now) }),
  };
  const { rollingBack, ...rest } = service;
  return {
    ...rest,
    deployments: service.deployments.map((one) => (one === primary ? failed : one)),
    ...(rollingBack && { rollingBack: ended(rollingBack, 'ROLLBACK_FAILED', reason, now) }),
  };
}

/** Drops older deployments that hold no tasks, and completes the primary once all its tasks are healthy alone. */
export function completeRollout(
  service: Service,
  observed: readonly Observed[],
  now: Date,
  events: string[],
): Service {
  const isEmpty = ({ deployment, live, stopping }: Observed): boolean =>
    deployment.status === 'ACTIVE' && live.length === 0 && stopping === 0 && !holdsBoth(primaryOf(service));
  const empty = new Set(observed.filter(isEmpty).map(({ deployment }) => deployment.id));
  const kept = service.deployments.filter(({ id }) => !empty.has(id));
  const remaining = empty.size === 0 ? service : { ...service, deployments: kept };
  const primary = primaryOf(remaining);
  const mine = observed.find(({ deployment }) => deployment.id === primary?.id);
  const isWhole =
    service.status === 'ACTIVE' &&
    primary?.rolloutState === 'IN_PROGRESS' &&
    !holdsBoth(primary) &&
    kept.length === 1 &&
    mine?.live.length === service.desiredCount &&
    mine.live.every(({ health }) => health === 'healthy');
  if (!primary || !isWhole) return remaining;
  events.push(`(service ${service.name}) (deployment ${primary.id}) deployment completed.`);
  const completed: Deployment = {
    ...primary,
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${primary.id} completed.`,
    wasCompleted: true,
    breakerFailures: 0,
    updatedAt: now,
    ...(primary.record?.status === 'IN_PROGRESS' && {
      record: ended(primary.record, 'SUCCESSFUL', undefined, now),
    }),
  };
  const { rollingBack, ...rest } = remaining;
  return {
    ...rest,
    deployments: [completed],
    completedRevision: primary.revision,
    ...(rollingBack && {
      rollingBack: ended(rollingBack, 'ROLLBACK_SUCCESSFUL', rollingBack.statusReason, now),
    }),
  };
}
