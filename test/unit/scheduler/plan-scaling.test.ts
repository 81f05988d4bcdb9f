import fc from 'fast-check';
import t from 'tap';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '../../../src/model/scaling.ts';
import { planScheduled, planTracking } from '../../../src/scheduler/plan-scaling.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const at = new Date(1_000_000_000);
const TARGET: ScalableTarget = {
  scope,
  arn: 'arn',
  resourceId: 'service/c/s',
  minCapacity: 1,
  maxCapacity: 10,
  roleArn: 'role',
  suspended: { scaleIn: false, scaleOut: false, scheduled: false },
  createdAt: at,
};
const policy = (more: object = {}): ScalingPolicy => ({
  scope,
  arn: 'arn',
  resourceId: 'service/c/s',
  name: 'p',
  policyType: 'TargetTrackingScaling',
  targetTracking: { TargetValue: 50, ...more },
  createdAt: at,
});
const ACTION: ScheduledAction = {
  scope,
  arn: 'arn',
  resourceId: 'service/c/s',
  name: 'a',
  schedule: 'rate(1 minute)',
  createdAt: at,
  firedUpTo: at,
};

t.test('a scheduled action sets bounds and brings the desired count between them', (t) => {
  t.match(planScheduled(TARGET, { ...ACTION, minCapacity: 4 }, 2), {
    desiredCount: 4,
    target: { minCapacity: 4, maxCapacity: 10 },
  });
  t.match(planScheduled(TARGET, { ...ACTION, maxCapacity: 3 }, 5), {
    desiredCount: 3,
    target: { maxCapacity: 3 },
  });
  t.match(planScheduled(TARGET, { ...ACTION, minCapacity: 12 }, 5), {
    desiredCount: 12,
    target: { maxCapacity: 12 },
  });
  t.match(planScheduled(TARGET, { ...ACTION, minCapacity: 1, maxCapacity: 9 }, 5), { desiredCount: 5 });
  t.end();
});

t.test('target tracking: as many as bring the metric to its target, with cooldowns and suspensions', (t) => {
  const plan = (target: ScalableTarget, count: number, metric: number, more: object = {}, now = at) =>
    planTracking(target, policy(more), count, metric, now)?.desiredCount;
  t.equal(plan(TARGET, 2, 100), 4);
  t.equal(plan(TARGET, 2, 51), 3, 'rounded up');
  t.equal(plan(TARGET, 2, 1000), 10, 'up to the maximum');
  t.equal(plan(TARGET, 4, 10), 1);
  t.equal(plan(TARGET, 4, 48), undefined, 'near enough');
  t.equal(plan(TARGET, 4, 10, { DisableScaleIn: true }), undefined);
  t.equal(plan(TARGET, 0, 100), undefined, 'nothing runs');
  const justOut = { ...TARGET, scaledOutAt: at };
  const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);
  t.equal(plan(justOut, 2, 100, {}, later(299)), undefined, 'the cooldown is 300 s');
  t.equal(plan(justOut, 2, 100, {}, later(300)), 4);
  t.equal(plan(justOut, 2, 100, { ScaleOutCooldown: 5 }, later(5)), 4);
  t.equal(plan(justOut, 4, 10, { ScaleInCooldown: 60 }, later(59)), undefined, 'scaling in waits for both');
  const suspended = { ...TARGET, suspended: { scaleIn: true, scaleOut: true, scheduled: false } };
  t.equal(plan(suspended, 2, 100), undefined);
  t.equal(plan(suspended, 4, 10), undefined);
  t.end();
});

t.test('no plan leaves the bounds, and scaling out never lessens', (t) => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.nat(20),
      fc.nat(20),
      fc.double({ min: 0, max: 500, noNaN: true }),
      (a, b, count, metric) => {
        const target = { ...TARGET, minCapacity: Math.min(a, b), maxCapacity: Math.max(a, b) };
        const plan = planTracking(target, policy(), count, metric, at);
        if (!plan) return true;
        const isInside = plan.desiredCount >= target.minCapacity && plan.desiredCount <= target.maxCapacity;
        return isInside && (metric <= 50 || count > target.maxCapacity || plan.desiredCount >= count);
      },
    ),
  );
  t.end();
});
