import type { TaskArn } from '../model/arn.ts';
import { IMPAIRED_FAILURES, type Deployment, type Service } from '../model/service.ts';
import { isProtected } from '../model/task-protection.ts';
import type { Task } from '../model/task.ts';
import type { Placer } from './placer.ts';
import { healthOf, type Health, type HealthSettings } from './service-health.ts';
import { throttleMs } from './service-limits.ts';

/** A task that is to run. */
export type LiveTask = {
  readonly task: Task;
  readonly health: Health;
  /** Whether health checks tell its health. */
  readonly isChecked: boolean;
  /** It has to leave its container instance. */
  readonly isLeaving: boolean;
  /** Neither a scale-in nor a deployment stops it. */
  readonly isProtected: boolean;
};

/** A deployment with what is known of its tasks. */
export type Observed = {
  readonly deployment: Deployment;
  readonly live: readonly LiveTask[];
  /** Tasks that are told to stop and still occupy their place. */
  readonly stopping: number;
};

/** Takes over what became of a deployment's tasks: those that ended by themselves are counted, once. */
export function observe(
  service: Service,
  deployment: Deployment,
  taskOf: (arn: TaskArn) => Task | undefined,
  now: Date,
  settings: HealthSettings & { readonly placer: Placer },
  times: number[],
): Observed {
  const live: LiveTask[] = [];
  const ended: Task[] = [];
  const stopping = deployment.stoppingArns.filter((arn) => isStopping(taskOf(arn)));
  for (const arn of deployment.taskArns) {
    const task = taskOf(arn);
    if (task?.desiredStatus === 'RUNNING') {
      const { health, changesAtMs } = healthOf(task, deployment, service, now.getTime(), settings);
      if (changesAtMs !== undefined) times.push(changesAtMs);
      const isLeaving = settings.placer.isLeaving(deployment, task);
      if (task.protectedUntilMs !== undefined) times.push(task.protectedUntilMs);
      live.push({
        task,
        health,
        isLeaving,
        isChecked: deployment.revision.hasHealthCheck,
        isProtected: isProtected(task, now.getTime()),
      });
      continue;
    }
    if (!task) continue;
    ended.push(task);
    if (isStopping(task)) stopping.push(arn);
  }
  const healthy = live.filter(({ health }) => health === 'healthy').map(({ task }) => task.arn);
  const violating = live
    .filter(({ task, isLeaving }) => isLeaving && settings.placer.isViolating(deployment, task))
    .map(({ task }) => task.arn);
  const { violatingArns = [], ...rest } = deployment;
  const isNewlyHealthy = healthy.some((arn) => !deployment.healthyArns.includes(arn));
  const failed = ended.filter(({ stopCode = '' }) => FAILURES.has(stopCode));
  const isSame =
    ended.length === 0 &&
    stopping.length === deployment.stoppingArns.length &&
    live.length === deployment.taskArns.length &&
    healthy.length === deployment.healthyArns.length &&
    violating.length === violatingArns.length &&
    !isNewlyHealthy;
  if (isSame) return { deployment, live, stopping: stopping.length };
  const seen: Deployment = {
    ...rest,
    ...(violating.length > 0 && { violatingArns: violating }),
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
export function throttleEvents(before: Service, after: Service, events: string[]): void {
  for (const deployment of after.deployments) {
    const earlier = before.deployments.find(({ id }) => id === deployment.id);
    if (deployment.startFailures >= IMPAIRED_FAILURES && (earlier?.startFailures ?? 0) < IMPAIRED_FAILURES) {
      events.push(
        `(service ${after.name}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
      );
    }
  }
}
