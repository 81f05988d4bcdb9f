import type { Deployment, Service } from '../model/service.ts';
import type { Task } from '../model/task.ts';

/** Whether a task counts towards its service's limits. */
export type Health = 'healthy' | 'waiting' | 'unhealthy';

export type HealthSettings = {
  /** How long a task without health checks has to run before it counts as healthy. ECS: 40. */
  readonly steadySeconds: number;
};

/** How a task is now and, when time alone can change that, from when on. */
export type HealthView = { readonly health: Health; readonly changesAtMs?: number };

/**
 * Source: ECS developer guide, service scheduler: a task without checks is healthy once it has run for 40 seconds, one
 * with container checks once it is HEALTHY; failing checks count after healthCheckGracePeriodSeconds.
 */
export function healthOf(
  task: Task,
  deployment: Deployment,
  { healthCheckGracePeriodSeconds }: Service,
  nowMs: number,
  { steadySeconds }: HealthSettings,
): HealthView {
  if (task.lastStatus !== 'RUNNING') return { health: 'waiting' };
  const startedMs = (task.startedAt ?? task.createdAt).getTime();
  if (!deployment.revision.hasHealthCheck) {
    const steadyMs = startedMs + steadySeconds * 1000;
    return nowMs >= steadyMs ? { health: 'healthy' } : { health: 'waiting', changesAtMs: steadyMs };
  }
  if (task.healthStatus === 'HEALTHY') return { health: 'healthy' };
  if (task.healthStatus !== 'UNHEALTHY') return { health: 'waiting' };
  const graceEndsMs = startedMs + healthCheckGracePeriodSeconds * 1000;
  return nowMs >= graceEndsMs ? { health: 'unhealthy' } : { health: 'waiting', changesAtMs: graceEndsMs };
}
