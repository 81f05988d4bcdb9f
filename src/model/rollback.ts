import type { Deployment, Service, ServiceDeployment, ServiceRevision } from './service.ts';

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
