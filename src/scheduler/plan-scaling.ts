import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '../model/scaling.ts';

/** What is to be done about one target: its bounds and the desired count of its service, with the words of the activity. */
export type ScalingPlan = {
  readonly target: ScalableTarget;
  readonly desiredCount: number;
  readonly cause: string;
};

/** Source: TargetTrackingScalingPolicyConfiguration, API reference: 300 seconds for ECS services. */
const DEFAULT_COOLDOWN_SECONDS = 300;
/** Scaling in waits until the metric is well below. Source: user guide, target tracking: 10 % below the target. */
const SCALE_IN_MARGIN = 0.9;

/**
 * A scheduled action that is due: new bounds, and the desired count brought between them.
 * Source: user guide, scheduled scaling: below the minimum it scales out to it, above the maximum in to it.
 */
export function planScheduled(
  target: ScalableTarget,
  action: ScheduledAction,
  desiredCount: number,
): ScalingPlan {
  const minCapacity = action.minCapacity ?? target.minCapacity;
  const maxCapacity = Math.max(minCapacity, action.maxCapacity ?? target.maxCapacity);
  return {
    target: { ...target, minCapacity, maxCapacity },
    desiredCount: clamp(desiredCount, minCapacity, maxCapacity),
    cause: `minimum capacity was set to ${minCapacity} and maximum capacity was set to ${maxCapacity} by the scheduled action ${action.name}`,
  };
}

/**
 * Target tracking: as many tasks as would bring the metric to its target, rounded up, within bounds and cooldowns.
 * Undefined when nothing is to be done. Source: user guide, target tracking scaling policies.
 */
export function planTracking(
  target: ScalableTarget,
  policy: ScalingPolicy,
  desiredCount: number,
  metric: number,
  now: Date,
): ScalingPlan | undefined {
  const { targetTracking: tracking } = policy;
  const goal = tracking?.TargetValue ?? 0;
  if (!tracking || goal <= 0 || desiredCount === 0) return undefined;
  const wanted = clamp(Math.ceil((desiredCount * metric) / goal), target.minCapacity, target.maxCapacity);
  const cause = `the metric of the policy ${policy.name} is ${metric.toFixed(1)}, its target ${goal}`;
  if (wanted > desiredCount) {
    if (metric <= goal && desiredCount >= target.minCapacity) return undefined;
    if (target.suspended.scaleOut || isCooling(target.scaledOutAt, tracking.ScaleOutCooldown, now))
      return undefined;
    return { target: { ...target, scaledOutAt: now }, desiredCount: wanted, cause };
  }
  if (wanted < desiredCount) {
    const isForbidden = tracking.DisableScaleIn === true && desiredCount <= target.maxCapacity;
    const isNear = metric > goal * SCALE_IN_MARGIN && desiredCount <= target.maxCapacity;
    const isCool = isCooling(laterOf(target.scaledInAt, target.scaledOutAt), tracking.ScaleInCooldown, now);
    if (isForbidden || isNear || isCool || target.suspended.scaleIn) return undefined;
    return { target: { ...target, scaledInAt: now }, desiredCount: wanted, cause };
  }
  return undefined;
}

const clamp = (value: number, min: number, max: number): number =>
  Math.min(Math.max(value, min), Math.max(min, max));

const isCooling = (since: Date | undefined, seconds = DEFAULT_COOLDOWN_SECONDS, now: Date): boolean =>
  since !== undefined && now.getTime() < since.getTime() + seconds * 1000;

const laterOf = (a: Date | undefined, b: Date | undefined): Date | undefined => (!a || (b && b > a) ? b : a);
