import {
  breakerThreshold,
  primaryOf,
  type Deployment,
  type Service,
  type ServiceDeployment,
  type ServiceRevision,
} from '../model/service.ts';
import type { Observed } from './plan-service.ts';

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

/** Only what was once complete is gone back to, and never from a rollback to the same. */
export function rollbackTarget(service: Service, failed: Deployment): ServiceRevision | undefined {
  const target = service.completedRevision;
  return target && target.arn !== failed.revision.arn ? target : undefined;
}

export type RollbackOptions = {
  readonly failed: Deployment;
  readonly target: ServiceRevision;
  /** Of the deployment that is given up. */
  readonly reason: string;
  /** What begins the reason of the deployment that takes over. */
  readonly cause: string;
  readonly now: Date;
  readonly newDeploymentId: () => string;
  readonly events: string[];
};

/** Makes the deployment with the target revision the primary again, or a new one where that is no longer there. */
export function rollBack(service: Service, options: RollbackOptions): Service {
  const { failed, target, reason, cause, now, events } = options;
  const existing = service.deployments.find(({ revision }) => revision.arn === target.arn);
  const id = existing?.id ?? options.newDeploymentId();
  const takesOver: Deployment = {
    ...(existing ?? emptyDeployment(id, target, now)),
    status: 'PRIMARY',
    desiredCount: service.desiredCount,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${cause}: rolling back to deploymentId ${id}.`,
    breakerFailures: 0,
    startFailures: 0,
    updatedAt: now,
  };
  const { record, ...givenUp } = failed;
  const replaced: Deployment = {
    ...givenUp,
    status: 'ACTIVE',
    desiredCount: 0,
    rolloutState: 'FAILED',
    rolloutStateReason: reason,
    updatedAt: now,
  };
  events.push(`(service ${service.name}) rolling back to deployment ${id}.`);
  const others = service.deployments.filter((one) => one !== failed && one !== existing);
  return {
    ...service,
    deployments: [takesOver, replaced, ...others],
    ...(failed.record && {
      rollingBack: {
        ...failed.record,
        status: 'ROLLBACK_IN_PROGRESS',
        statusReason: reason,
        breakerFailures: failed.breakerFailures,
        rollback: { reason, startedAt: now, revisionArn: target.arn },
        updatedAt: now,
      },
    }),
  };
}

/** A deployment of no tasks yet. Source: ECS's words of the reason. */
export function emptyDeployment(id: string, revision: ServiceRevision, now: Date): Deployment {
  return {
    id,
    status: 'PRIMARY',
    revision,
    desiredCount: 0,
    taskArns: [],
    stoppingArns: [],
    healthyArns: [],
    failedTasks: 0,
    breakerFailures: 0,
    startFailures: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    wasCompleted: false,
    createdAt: now,
    updatedAt: now,
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
    deployment.status === 'ACTIVE' && live.length === 0 && stopping === 0;
  const empty = new Set(observed.filter(isEmpty).map(({ deployment }) => deployment.id));
  const kept = service.deployments.filter(({ id }) => !empty.has(id));
  const remaining = empty.size === 0 ? service : { ...service, deployments: kept };
  const primary = primaryOf(remaining);
  const mine = observed.find(({ deployment }) => deployment.id === primary?.id);
  const isWhole =
    service.status === 'ACTIVE' &&
    primary?.rolloutState === 'IN_PROGRESS' &&
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

const OVER: ReadonlySet<ServiceDeployment['status']> = new Set([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

/** A service deployment that is over. */
export function ended(
  record: ServiceDeployment,
  status: ServiceDeployment['status'],
  statusReason: string | undefined,
  now: Date,
): ServiceDeployment {
  if (OVER.has(record.status)) return record;
  return {
    ...record,
    status,
    ...(statusReason !== undefined && { statusReason }),
    ...(status === 'STOPPED' && { stoppedAt: now }),
    finishedAt: now,
    updatedAt: now,
  };
}
