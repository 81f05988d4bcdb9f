import type { Logger } from 'pino';
import { parseSchedule } from '../lib/aws-schedule.ts';
import { createSemaphore } from '../lib/semaphore.ts';
import type { ServiceArn, TaskArn } from '../model/arn.ts';
import type { EcsStore } from '../model/ports.ts';
import { scaleService, serviceOfTarget, tellActivity } from '../model/scale-service.ts';
import {
  changeOfBounds,
  isTracking,
  type CapacityChange,
  type ScalableTarget,
  type ScalingPolicy,
  type ScalingStore,
  type ScheduledAction,
  type TaskMetrics,
} from '../model/scaling.ts';
import type { Service } from '../model/service.ts';
import { planTracking, withActionBounds, type Reading } from './plan-scaling.ts';

export type ScalingLoop = {
  /** Says that targets, policies or scheduled actions changed. */
  wake(): void;
  /** Fires nothing more and waits for what is being read. */
  close(): Promise<void>;
};

export type ScalingLoopOptions = {
  readonly store: EcsStore;
  readonly scaling: ScalingStore;
  readonly metrics: TaskMetrics;
  readonly wakeService: (arn: ServiceArn) => void;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  /** How often the metrics of target tracking policies are read. */
  readonly metricsSeconds: number;
  readonly logger: Logger;
};

/** No timer is set for longer: clocks are changed, machines sleep. */
const MAX_WAIT_MS = 60_000;
const RETRY_MS = 5000;
/** An engine takes one to two seconds for a reading: it looks twice, a second apart. */
const READING_DEADLINE_MS = 15_000;
/** So many tasks are measured at a time. */
const READINGS_AT_ONCE = 16;

type Timer = { at(waitMs: number): void; clear(): void; readonly isSet: boolean };

/**
 * Fires scheduled actions and follows target tracking policies. Each change of a desired count is saved in one
 * transaction with what caused it, so that a death in between neither forgets nor repeats it. Without a target tracking
 * policy no metric is read; without a scheduled action no timer runs.
 */
export function createScalingLoop(options: ScalingLoopOptions): ScalingLoop {
  const { store, scaling, metrics, now, logger } = options;
  const closing = new AbortController();
  const readingSlots = createSemaphore(READINGS_AT_ONCE);
  let reading: Promise<void> | undefined;

  const createTimer = (run: () => void): Timer => {
    let timer: NodeJS.Timeout | undefined;
    return {
      at(waitMs) {
        clearTimeout(timer);
        if (closing.signal.aborted) return;
        const wait = Math.min(MAX_WAIT_MS, Math.max(1, waitMs));
        timer = setTimeout(() => {
          timer = undefined;
          run();
        }, wait).unref();
      },
      clear() {
        clearTimeout(timer);
        timer = undefined;
      },
      get isSet() {
        return timer !== undefined;
      },
    };
  };

  const saved = (service: Service, { desiredCount, cause }: CapacityChange): void => {
    logger.info(
      { service: service.arn },
      `desired count ${service.desiredCount} → ${desiredCount}: ${cause}`,
    );
    options.wakeService(service.arn);
  };

  /** Fires what is due, the earliest first: after a pause of the sidecar several may be. */
  const fireDue = (): void => {
    const due = scaling.actions
      .all()
      .map((action) => ({ action, atMs: dueAt(action)?.getTime() }))
      .filter((one): one is { action: ScheduledAction; atMs: number } => one.atMs !== undefined)
      .sort((a, b) => a.atMs - b.atMs);
    for (const { action, atMs } of due) if (atMs <= now().getTime()) fire(action);
    const next = scaling.actions.all().flatMap((action) => dueAt(action)?.getTime() ?? []);
    if (next.length > 0) scheduleTimer.at(Math.min(...next) - now().getTime());
  };

  /** Whatever it was late for, it fires once. */
  const fire = (action: ScheduledAction): void => {
    const before = scaling.targets.get(action.scope, action.resourceId, '');
    const service = before && serviceOfTarget(options, before);
    const isFiring = before && service && !before.suspended.scheduled;
    const target = isFiring && withActionBounds(before, action);
    const change = target && changeOfBounds(target, service.desiredCount);
    store.transaction(() => {
      scaling.actions.put({ ...action, firedUpTo: now() });
      if (!target) return;
      scaling.targets.put(target);
      tellActivity(
        options,
        target,
        `Setting min capacity to ${target.minCapacity} and max capacity to ${target.maxCapacity}`,
        `scheduled action name ${action.name} was triggered`,
      );
      if (change) scaleService(options, service, target, change);
    });
    if (service && change) saved(service, change);
  };

  const measure = async (arn: TaskArn): ReturnType<TaskMetrics['utilization']> => {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(READING_DEADLINE_MS)]);
    return await readingSlots.run(() => metrics.utilization(arn, signal), signal);
  };

  /** The averages over the running tasks. Source: ECS developer guide, service utilization metrics. */
  const read = async (service: Service, policies: readonly ScalingPolicy[]): Promise<Reading[]> => {
    const arns = service.deployments.flatMap(({ taskArns }) => taskArns);
    const running = arns.filter((arn) => store.tasks.get(arn)?.lastStatus === 'RUNNING');
    const used = (await Promise.all(running.map(measure))).filter((one) => one !== undefined);
    return policies.map((policy) => {
      const type = policy.targetTracking?.PredefinedMetricSpecification?.PredefinedMetricType;
      const member = type === 'ECSServiceAverageMemoryUtilization' ? 'memoryPercent' : 'cpuPercent';
      const sum = used.reduce((total, one) => total + one[member], 0);
      return { policy, metric: used.length === 0 ? undefined : sum / used.length };
    });
  };

  const follow = async (named: ScalableTarget): Promise<void> => {
    const measured = serviceOfTarget(options, named);
    if (!measured || (named.suspended.scaleIn && named.suspended.scaleOut)) return;
    const readings = await read(measured, trackingOf(named));
    if (closing.signal.aborted) return;
    // All of them may have changed while the engine was asked.
    const target = scaling.targets.get(named.scope, named.resourceId, '');
    const service = target && serviceOfTarget(options, target);
    if (!target || !service) return;
    const current = readings.flatMap(({ policy: { scope, resourceId, name }, metric }) => {
      const policy = scaling.policies.get(scope, resourceId, name);
      return policy ? [{ policy, metric }] : [];
    });
    const isDeploying = service.deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS');
    const plan = planTracking(target, current, { desiredCount: service.desiredCount, isDeploying }, now());
    if (!plan) return;
    store.transaction(() => {
      scaling.targets.put(plan.target);
      scaleService(options, service, plan.target, plan);
    });
    saved(service, plan);
  };

  const trackingOf = ({ scope, resourceId }: ScalableTarget): ScalingPolicy[] =>
    scaling.policies.list(scope).filter((policy) => policy.resourceId === resourceId && isTracking(policy));

  /** Every target by itself: an engine that does not answer for one holds up no other. */
  const followAll = async (): Promise<void> => {
    const targets = scaling.targets.all().filter((target) => trackingOf(target).length > 0);
    await Promise.all(
      targets.map((target) =>
        follow(target).catch((error: unknown) => {
          if (!closing.signal.aborted)
            logger.warn({ err: error, resource: target.resourceId }, 'target tracking failed; trying again');
        }),
      ),
    );
  };

  const scheduleTimer = createTimer(() => {
    try {
      fireDue();
    } catch (error) {
      logger.error({ err: error }, 'scheduled actions failed; trying again');
      scheduleTimer.at(RETRY_MS);
    }
  });

  const metricsTimer = createTimer(() => {
    const endsAtMs = Date.now() + options.metricsSeconds * 1000;
    reading = followAll()
      .catch((error: unknown) => {
        logger.error({ err: error }, 'target tracking failed; trying again');
      })
      .finally(() => {
        reading = undefined;
        if (scaling.policies.all().some(isTracking)) metricsTimer.at(endsAtMs - Date.now());
      });
  });

  return {
    wake() {
      scheduleTimer.at(1);
      // One that is read or will be soon hears of the change by itself.
      if (!reading && !metricsTimer.isSet) metricsTimer.at(1);
    },
    async close() {
      closing.abort();
      scheduleTimer.clear();
      metricsTimer.clear();
      await reading;
    },
  };
}

/** The moment at which an action is next due, after all that it fired for. */
function dueAt({
  schedule,
  timezone,
  startTime,
  endTime,
  createdAt,
  firedUpTo,
}: ScheduledAction): Date | undefined {
  const from = startTime && startTime > firedUpTo ? new Date(startTime.getTime() - 1) : firedUpTo;
  const zone = timezone === undefined ? {} : { timezone };
  const next = parseSchedule(schedule, { ...zone, start: startTime ?? createdAt })(from);
  return next && (!endTime || next <= endTime) ? next : undefined;
}
