import fc from 'fast-check';
import t from 'tap';
import { capacityProviderArn } from '../../../src/model/arn.ts';
import { addsInstances, distribute, type CapacityProvider } from '../../../src/model/capacity-provider.ts';

const counts = (names: readonly (string | undefined)[]): Map<string, number> => {
  const found = new Map<string, number>();
  for (const name of names) if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
};

/** Providers `p0`, `p1`…: weights, and a base of at most one of them. */
const strategies = fc
  .record({
    weights: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 6 }),
    base: fc.integer({ min: 0, max: 8 }),
    based: fc.nat(5),
  })
  .filter(({ weights }) => weights.some((weight) => weight > 0))
  .map(({ weights, base, based }) =>
    weights.map((weight, index) => ({
      capacityProvider: `p${index}`,
      weight,
      base: index === based % weights.length ? base : 0,
    })),
  );

t.test(
  'the base comes first, then the weights. Source: ECS API reference, CapacityProviderStrategyItem',
  (t) => {
    const strategy = [
      { capacityProvider: 'a', base: 2, weight: 1 },
      { capacityProvider: 'b', weight: 4 },
    ];
    t.strictSame(distribute(strategy, 2), ['a', 'a']);
    t.strictSame(
      [...counts(distribute(strategy, 12))],
      [
        ['a', 4],
        ['b', 8],
      ],
    );
    t.strictSame(
      distribute(
        strategy,
        1,
        new Map([
          ['a', 1],
          ['b', 9],
        ]),
      ),
      ['a'],
      'a base that was lost is made good',
    );
    t.strictSame(distribute([{ capacityProvider: 'a' }], 2), ['a', 'a'], 'a lone provider needs no weight');
    t.strictSame(distribute([], 2), [undefined, undefined]);
    t.end();
  },
);

t.test(
  'every task has a provider, the base is met, and no other choice would be nearer to the weights',
  (t) => {
    fc.assert(
      fc.property(strategies, fc.integer({ min: 0, max: 40 }), (strategy, count) => {
        const found = counts(distribute(strategy, count));
        const beyond = strategy.map(({ capacityProvider, weight, base }) => {
          const tasks = found.get(capacityProvider) ?? 0;
          if (tasks < Math.min(base, count)) throw new Error(`the base of ${capacityProvider} is not met`);
          const more = tasks - Math.min(base, tasks);
          if (weight === 0 && more > 0) throw new Error(`${capacityProvider} has no weight`);
          return { weight, more };
        });
        for (const one of beyond)
          for (const other of beyond)
            if (
              one.more > 0 &&
              other.weight > 0 &&
              (one.more - 0.5) / one.weight > (other.more + 0.5) / other.weight + 1e-9
            )
              throw new Error('another choice is nearer to the weights');
        return [...found.values()].reduce((sum, tasks) => sum + tasks, 0) === count;
      }),
    );
    t.end();
  },
);

t.test('one at a time comes to the same as all at once', (t) => {
  fc.assert(
    fc.property(strategies, fc.integer({ min: 0, max: 30 }), (strategy, count) => {
      const running = new Map<string, number>();
      for (let index = 0; index < count; index++) {
        const [name = ''] = distribute(strategy, 1, running);
        running.set(name, (running.get(name) ?? 0) + 1);
      }
      const atOnce = counts(distribute(strategy, count));
      return [...running].every(([name, tasks]) => atOnce.get(name) === tasks);
    }),
  );
  t.end();
});

t.test('managed scaling adds instances; every provider of the strategy has to', (t) => {
  const scope = { account: '000000000000', region: 'us-east-1' };
  const provider = (name: string, status: 'ENABLED' | 'DISABLED'): CapacityProvider => ({
    scope,
    arn: capacityProviderArn(scope, name),
    name,
    source: {
      kind: 'autoScalingGroup',
      group: { autoScalingGroupArn: 'arn', managedScaling: { status } },
    },
    status: 'ACTIVE',
    tags: [],
    createdAt: new Date(0),
  });
  const known = new Map([
    ['managed', provider('managed', 'ENABLED')],
    ['fixed', provider('fixed', 'DISABLED')],
  ]);
  const adds = (...names: string[]): boolean =>
    addsInstances(
      names.map((capacityProvider) => ({ capacityProvider })),
      (name) => known.get(name),
    );
  t.equal(adds('managed'), true);
  t.equal(adds('managed', 'fixed'), false);
  t.equal(adds('FARGATE'), false);
  t.equal(adds(), false);
  t.end();
});
