import type { Logger } from 'pino';
import { parseSchedule } from '../lib/aws-schedule.ts';
import type { EcsStore } from '../model/ports.ts';
import {
  scaledService,
  type ScalableTarget,
  type ScalingPolicy,
  type ScalingStore,
  type ScheduledAction,
  type TaskMetrics,
} from '../model/scaling.ts';
import { withDesiredCount, type Service } from '../model/service.ts';
import type { ServiceArn } from '../model/arn.ts';
import { planScheduled, planTracking, type ScalingPlan } from './plan-scaling.ts';

export type ScalingLoop = {
  /** Says that targets, policies or scheduled actions changed. */
  wake(): void;
  close(): Promise<void>;
};

export type ScalingLoopOptions = {
  readonly store: EcsStore;
  readonly scaling: ScalingStore;
  readonly metrics: TaskMetrics;
  readonly wakeService: (arn: ServiceArn) => void;
  readonly now: () => Date;
  readonly newId: () => string;
  /** How often the metrics of target tracking policies are read. */
  readonly metricsSeconds: number;
  readonly logger: Logger;
};

/** No timer is set for longer: clocks are changed, machines sleep. */
const MAX_WAIT_MS = 60_000;

/**
 * Fires scheduled actions and follows target tracking policies. Each change of a desired count is saved in one
 * transaction with what caused it, so that a death in between neither forgets nor repeats it. Without a target tracking
 * policy no metric is read; without a scheduled action no timer runs.
 */
export function createScalingLoop(options: ScalingLoopOptions): ScalingLoop {
  const { store, scaling, now, newId, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let closed = false;

  const serviceOf = ({ scope, resourceId }: ScalableTarget): Service | undefined => {
    const arn = scaledService(scope, resourceId);
    const service = arn && store.services.get(arn);
    return service?.status === 'ACTIVE' ? service : undefined;
  };

  /** Saves a plan; `also` is saved in the same transaction. */
  const carryOut = (
    service: Service,
    { target, desiredCount, cause }: ScalingPlan,
    also?: () => void,
  ): void => {
    store.transaction(() => {
      also?.();
      scaling.targets.put(target);
      if (desiredCount === service.desiredCount) return;
      store.services.put(withDesiredCount(service, desiredCount));
      scaling.addActivity({
        id: newId(),
        scope: target.scope,
        resourceId: target.resourceId,
        description: `Setting desired count to ${desiredCount}.`,
        cause,
        startedAt: now(),
      });
    });
    if (desiredCount === service.desiredCount) return;
    logger.info(
      { service: service.arn },
      `desired count ${service.desiredCount} → ${desiredCount}: ${cause}`,
    );
    options.wakeService(service.arn);
  };

  /** The moment at which an action is next due, after all that it fired for. */
  const dueAt = (action: ScheduledAction): Date | undefined => {
    const { schedule, timezone, startTime, endTime, createdAt, firedUpTo } = action;
    const from = startTime && startTime > firedUpTo ? new Date(startTime.getTime() - 1) : firedUpTo;
    const next = parseSchedule(schedule, {
      ...(timezone !== undefined && { timezone }),
      start: startTime ?? createdAt,
    })(from);
    return next && (!endTime || next <= endTime) ? next : undefined;
  };

  const fireScheduled = (): void => {
    for (const action of scaling.actions.all()) {
      const due = dueAt(action);
      if (!due || due > now()) continue;
      const fired = { ...action, firedUpTo: now() };
      const target = scaling.targets.get(action.scope, action.resourceId, '');
      const service = target && serviceOf(target);
      if (!target || !service || target.suspended.scheduled) scaling.actions.put(fired);
      else
        carryOut(service, planScheduled(target, action, service.desiredCount), () => {
          scaling.actions.put(fired);
        });
    }
  };

  /** The average over the running tasks. Source: ECS developer guide, service utilization metrics. */
  const measure = async (service: Service, policy: ScalingPolicy): Promise<number | undefined> => {
    const type = policy.targetTracking?.PredefinedMetricSpecification?.PredefinedMetricType;
    const arns = service.deployments.flatMap(({ taskArns }) => taskArns);
    const running = arns.filter((arn) => store.tasks.get(arn)?.lastStatus === 'RUNNING');
    const used = await Promise.all(running.map((arn) => options.metrics.utilization(arn)));
    const values = used.flatMap((one) =>
      one ? [type === 'ECSServiceAverageMemoryUtilization' ? one.memoryPercent : one.cpuPercent] : [],
    );
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
  };

  const track = async (policy: ScalingPolicy): Promise<void> => {
    const before = scaling.targets.get(policy.scope, policy.resourceId, '');
    const measured = before && serviceOf(before);
    const metric = measured && (await measure(measured, policy));
    if (metric === undefined || closed) return;
    // Both may have changed while the engine was asked.
    const target = scaling.targets.get(policy.scope, policy.resourceId, '');
    const service = target && serviceOf(target);
    if (!target || !service) return;
    const plan = planTracking(target, policy, service.desiredCount, metric, now());
    if (plan) carryOut(service, plan);
  };

  const run = async (): Promise<void> => {
    fireScheduled();
    const tracking = scaling.policies
      .all()
      .filter(({ policyType }) => policyType === 'TargetTrackingScaling');
    for (const policy of tracking) await track(policy);
    const waits = scaling.actions.all().flatMap((action) => {
      const due = dueAt(action);
      return due ? [due.getTime() - now().getTime()] : [];
    });
    if (tracking.length > 0) waits.push(options.metricsSeconds * 1000);
    if (waits.length > 0) schedule(Math.min(MAX_WAIT_MS, ...waits));
  };

  const schedule = (waitMs: number): void => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        // One at a time: a wake in the middle of it is heard at its end.
        if (running) {
          schedule(100);
          return;
        }
        running = run()
          .catch((error: unknown) => {
            logger.warn({ err: error }, 'scaling failed; trying again');
            schedule(5000);
          })
          .finally(() => {
            running = undefined;
          });
      },
      Math.max(1, waitMs),
    ).unref();
  };

  return {
    wake() {
      schedule(1);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
