import type { CapacityChange, ScalableTarget, ScalingPolicy, ScheduledAction } from '../model/scaling.ts';

/** What a policy's metric was just now; undefined when no task could be measured. */
export type Reading = { readonly policy: ScalingPolicy; readonly metric: number | undefined };

/** What target tracking is to do about one target. */
export type TrackingPlan = CapacityChange & { readonly target: ScalableTarget };

/** Source: API reference, TargetTrackingScalingPolicyConfiguration: 300 seconds for ECS services. */
const DEFAULT_COOLDOWN_SECONDS = 300;
/** Source: what AWS makes of a policy for CPU or memory: its alarm for scaling in is set 10 % below the target. */
const SCALE_IN_MARGIN = 0.9;

/**
 * A target with the bounds of a scheduled action that is due. Where only one bound is given and the other would cross
 * it, both become the given one; that rule is ours.
 */
export function withActionBounds(target: ScalableTarget, action: ScheduledAction): ScalableTarget {
  const { minCapacity: min, maxCapacity: max } = action;
  return {
    ...target,
    minCapacity: min ?? Math.min(target.minCapacity, max ?? target.minCapacity),
    maxCapacity: max ?? Math.max(target.maxCapacity, min ?? target.maxCapacity),
  };
}

/**
 * Target tracking by all policies of one target: out when one of them asks for it, in when all of those that may scale
 * in agree, and each time to the largest count that one of them needs. Undefined when nothing is to be done.
 * Source: Application Auto Scaling user guide, target tracking, multiple policies.
 */
export function planTracking(
  target: ScalableTarget,
  readings: readonly Reading[],
  service: { readonly desiredCount: number; readonly isDeploying: boolean },
  now: Date,
): TrackingPlan | undefined {
  // A metric of no tasks says nothing about how many are needed.
  if (service.desiredCount === 0) return undefined;
  const tracked = readings.flatMap((reading) => track(reading, service.desiredCount));
  const out = tracked.filter(({ direction }) => direction === 'out');
  return out.length > 0
    ? planOut(target, out, service.desiredCount, now)
    : planIn(target, tracked, service, now);
}

type Tracked = {
  readonly policy: ScalingPolicy;
  readonly direction: 'out' | 'in' | 'none';
  readonly count: number;
  readonly cause: string;
};

/** How many tasks would bring one metric to its target. Source: user guide, target tracking: rounded up. */
function track({ policy, metric }: Reading, desiredCount: number): Tracked[] {
  const goal = policy.targetTracking?.TargetValue;
  if (goal === undefined || goal <= 0) return [];
  if (metric === undefined) return [{ policy, direction: 'none', count: desiredCount, cause: '' }];
  const direction = metric > goal ? 'out' : metric < goal * SCALE_IN_MARGIN ? 'in' : 'none';
  return [
    {
      policy,
      direction,
      count: Math.ceil((desiredCount * metric) / goal),
      // The wording is ours: AWS names an alarm here, and there are none.
      cause: `metric at ${metric.toFixed(1)} with a target of ${goal} triggered policy ${policy.name}`,
    },
  ];
}

/**
 * Source: ECS developer guide, service auto scaling: from below the minimum at least up to it; above the maximum nothing.
 */
function planOut(
  target: ScalableTarget,
  asking: readonly Tracked[],
  desiredCount: number,
  now: Date,
): TrackingPlan | undefined {
  if (target.suspended.scaleOut || desiredCount >= target.maxCapacity) return undefined;
  const ready = asking.filter(
    ({ policy }) => !isCooling(target.scaledOutAt, policy.targetTracking?.ScaleOutCooldown, now),
  );
  const largest = largestOf(ready);
  if (!largest) return undefined;
  const wanted = clamp(largest.count, target.minCapacity, target.maxCapacity);
  if (wanted <= desiredCount) return undefined;
  // Scaling out ends the cooldown of scaling in. Source: API reference, ScaleInCooldown.
  const { scaledInAt: _ended, ...rest } = target;
  return { target: { ...rest, scaledOutAt: now }, desiredCount: wanted, cause: largest.cause };
}

/**
 * Source: ECS developer guide, service auto scaling: from above the maximum at least down to it, below the minimum
 * nothing, and nothing while a deployment is in progress. After a scale-out the cooldown counts too: that is ours, for
 * the quarter of an hour that AWS's alarm for scaling in waits.
 */
function planIn(
  target: ScalableTarget,
  tracked: readonly Tracked[],
  { desiredCount, isDeploying }: { readonly desiredCount: number; readonly isDeploying: boolean },
  now: Date,
): TrackingPlan | undefined {
  if (target.suspended.scaleIn || isDeploying || desiredCount <= target.minCapacity) return undefined;
  const voting = tracked.filter(({ policy }) => policy.targetTracking?.DisableScaleIn !== true);
  const since = laterOf(target.scaledInAt, target.scaledOutAt);
  const isAgreed = voting.every(
    ({ policy, direction }) =>
      direction === 'in' && !isCooling(since, policy.targetTracking?.ScaleInCooldown, now),
  );
  const largest = largestOf(voting);
  if (!isAgreed || !largest) return undefined;
  const wanted = clamp(largest.count, target.minCapacity, target.maxCapacity);
  if (wanted >= desiredCount) return undefined;
  return { target: { ...target, scaledInAt: now }, desiredCount: wanted, cause: largest.cause };
}

const largestOf = (tracked: readonly Tracked[]): Tracked | undefined =>
  tracked.reduce<Tracked | undefined>(
    (best, one) => (best && best.count >= one.count ? best : one),
    undefined,
  );

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

const isCooling = (since: Date | undefined, seconds = DEFAULT_COOLDOWN_SECONDS, now: Date): boolean =>
  since !== undefined && now.getTime() < since.getTime() + seconds * 1000;

const laterOf = (a: Date | undefined, b: Date | undefined): Date | undefined => (!a || (b && b > a) ? b : a);
