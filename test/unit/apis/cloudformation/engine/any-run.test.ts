import fc from 'fast-check';
import pino from 'pino';
import t from 'tap';
import { isGone } from '../../../../../src/apis/cloudformation/engine/plan.ts';
import { type Happening, happenings, stackWorld, type TestTemplate } from './stack-world.ts';

const logger = pino({ enabled: false });
const IDS = ['A', 'B', 'C', 'D'] as const;

/** Templates over the same ids: each resource refers to some of those before it. */
const templates: fc.Arbitrary<TestTemplate> = fc
  .tuple(
    ...IDS.map((id, index) =>
      fc.record({
        id: fc.constant(id),
        isThere: fc.oneof({ arbitrary: fc.constant(true), weight: 4 }, fc.constant(false)),
        name: fc.constantFrom('x', 'x', 'x', 'y'),
        size: fc.nat(1),
        needs: fc.subarray(IDS.slice(0, index)),
        deletionPolicy: fc.constantFrom('Delete', 'Delete', 'Delete', 'Retain'),
        updateReplacePolicy: fc.constantFrom('Delete', 'Delete', 'Delete', 'Retain'),
      }),
    ),
  )
  .map((resources) => {
    const there = resources.filter(({ isThere }, index) => isThere || index === 0);
    const ids = there.map(({ id }) => id);
    return there.map((resource) => ({
      ...resource,
      needs: resource.needs.filter((need) => ids.includes(need)),
    }));
  });

const runs = fc.record({
  first: templates,
  second: templates,
  third: templates,
  isRolledBack: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  // What happens begins early or late, so that updates have their share of it.
  happenings: fc
    .tuple(fc.nat(10), fc.array(happenings, { maxLength: 25 }))
    .map(([calm, rest]): Happening[] => [...Array<Happening>(calm).fill('ok'), ...rest]),
  order: fc.infiniteStream(fc.nat(7)),
});

t.test(
  'whatever fails or dies on the way, a stack is what its status says, and nothing is left or lost',
  async (t) => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(runs, async ({ first, second, third, isRolledBack, happenings: given, order }) => {
        const world = stackWorld({ happenings: [...given], order, logger });
        const count = (): void => {
          ends.set(world.stack().status, (ends.get(world.stack().status) ?? 0) + 1);
        };
        const [isFirstRolledBack, ...areRolledBack] = isRolledBack;
        await world.create(first, isFirstRolledBack ? 'ROLLBACK' : 'DO_NOTHING');
        count();
        if (world.stack().status === 'CREATE_FAILED') await world.rollBackCreation();
        if (world.stack().status === 'CREATE_COMPLETE') {
          world.isAsTheTemplateSays(first);
          let last = { template: first, snapshot: world.snapshot() };
          for (const [index, template] of [second, third].entries()) {
            await world.update(template, areRolledBack[index] === true ? 'ROLLBACK' : 'DO_NOTHING');
            count();
            // What failed may be gone on from, by another update, or be rolled back, over all updates that failed.
            if (world.stack().status === 'UPDATE_FAILED' && index === 0) continue;
            while (['UPDATE_FAILED', 'UPDATE_ROLLBACK_FAILED'].includes(world.stack().status))
              await world.rollBackUpdate();
            if (world.stack().status === 'UPDATE_COMPLETE') {
              world.isAsTheTemplateSays(template);
              last = { template, snapshot: world.snapshot() };
              continue;
            }
            if (world.stack().status !== 'UPDATE_ROLLBACK_COMPLETE') throw new Error(world.stack().status);
            world.isAsBefore(last.snapshot);
            world.isAsTheTemplateSays(last.template);
          }
        }
        while (world.stack().status !== 'DELETE_COMPLETE') await world.remove();
        count();
        world.isEmpty();
        for (const row of world.rows())
          if (!isGone(row)) throw new Error(`${row.logicalId} is ${row.status}`);
      }),
      { numRuns: 400 },
    );
    for (const status of [
      'CREATE_COMPLETE',
      'ROLLBACK_COMPLETE',
      'UPDATE_COMPLETE',
      'UPDATE_ROLLBACK_COMPLETE',
      'CREATE_FAILED',
      'UPDATE_FAILED',
      'DELETE_COMPLETE',
    ])
      t.ok(ends.get(status), `${status}: ${ends.get(status) ?? 0}`);
  },
);
