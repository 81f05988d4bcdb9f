import fc from 'fast-check';
import t from 'tap';
import {
  changeOfBounds,
  type ScalableTarget,
  type ScalingPolicy,
  type ScheduledAction,
} from '../../../src/model/scaling.ts';
import { planTracking, withActionBounds } from '../../../src/scheduler/plan-scaling.ts';

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

t.test('a scheduled action sets bounds, and bounds bring the desired count between them', (t) => {
  const bounds = (more: object) => {
    const { minCapacity, maxCapacity } = withActionBounds(TARGET, { ...ACTION, ...more });
    return [minCapacity, maxCapacity];
  };
  t.same(bounds({ minCapacity: 4 }), [4, 10]);
  t.same(bounds({ maxCapacity: 3 }), [1, 3]);
  t.same(bounds({ minCapacity: 12 }), [12, 12], 'the other bound moves with the one that is given');
  t.same(bounds({ maxCapacity: 0 }), [0, 0]);
  t.same(bounds({ minCapacity: 2, maxCapacity: 9 }), [2, 9]);
  t.same(changeOfBounds(TARGET, 0), { desiredCount: 1, cause: 'minimum capacity was set to 1' });
  t.same(changeOfBounds(TARGET, 11), { desiredCount: 10, cause: 'maximum capacity was set to 10' });
  t.equal(changeOfBounds(TARGET, 1), undefined);
  t.equal(changeOfBounds(TARGET, 10), undefined);
  t.end();
});

/** What one policy leads to; nothing is being deployed. */
const plan = (target: ScalableTarget, count: number, metric: number, more: object = {}, now = at) =>
  planTracking(target, [{ policy: policy(more), metric }], { desiredCount: count, isDeploying: false }, now)
    ?.desiredCount;

t.test('target tracking: as many as bring the metric to its target, with cooldowns and suspensions', (t) => {
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

t.test(
  'several policies: out when one asks for it, in when all agree, never in while a deployment goes on',
  (t) => {
    const both = (
      count: number,
      [first, second]: readonly [number | undefined, number | undefined],
      more: object = {},
      isDeploying = false,
    ) =>
      planTracking(
        TARGET,
        [
          { policy: policy(), metric: first },
          { policy: { ...policy(more), name: 'q' }, metric: second },
        ],
        { desiredCount: count, isDeploying },
        at,
      );
    t.equal(both(2, [100, 75])?.desiredCount, 4, 'the larger of both');
    t.equal(both(2, [10, 75])?.desiredCount, 3, 'one asks for more');
    t.equal(both(4, [10, 25])?.desiredCount, 2, 'both for less: the larger of both');
    t.equal(both(4, [10, 48]), undefined, 'one is content');
    t.equal(both(4, [10, undefined]), undefined, 'one is not known');
    t.equal(both(4, [10, 48], { DisableScaleIn: true })?.desiredCount, 1, 'one has no say in scaling in');
    t.equal(both(4, [10, 10], {}, true), undefined, 'nothing is taken from a deployment');
    t.equal(both(4, [100, 10], {}, true)?.desiredCount, 8);
    t.match(both(2, [100, 75])?.target, { scaledOutAt: at, scaledInAt: undefined });
    t.match(both(4, [10, 10])?.target, { scaledInAt: at });
    t.end();
  },
);

t.test('no plan leaves the bounds, and each goes the way that the metric asks for', (t) => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.nat(20),
      fc.nat(20),
      fc.double({ min: 0, max: 500, noNaN: true }),
      (a, b, count, metric) => {
        const target = { ...TARGET, minCapacity: Math.min(a, b), maxCapacity: Math.max(a, b) };
        const wanted = plan(target, count, metric);
        if (wanted === undefined) return true;
        const isInside = wanted >= target.minCapacity && wanted <= target.maxCapacity;
        return isInside && (metric > 50 ? wanted > count : wanted < count);
      },
    ),
  );
  t.end();
});
