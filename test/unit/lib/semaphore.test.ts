import fc from 'fast-check';
import t from 'tap';
import { backoffMs } from '../../../src/lib/backoff.ts';
import { createSemaphore } from '../../../src/lib/semaphore.ts';

const never = new AbortController().signal;

t.test('never more than the limit at a time, first come first served', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat(3), { maxLength: 20 }),
      async (limit, turns) => {
        const semaphore = createSemaphore(limit);
        const order: number[] = [];
        let running = 0;
        await Promise.all(
          turns.map((length, index) =>
            semaphore.run(async () => {
              order.push(index);
              running += 1;
              if (running > limit) throw new Error(`${running} at a time`);
              for (let turn = 0; turn < length; turn++) await Promise.resolve();
              running -= 1;
            }, never),
          ),
        );
        t.same(order, [...turns.keys()]);
      },
    ),
  );
});

t.test('who gives up waiting leaves the queue, and a failure gives its place back', async (t) => {
  const semaphore = createSemaphore(1);
  const first = Promise.withResolvers<undefined>();
  const running = semaphore.run(() => first.promise, never);
  const controller = new AbortController();
  const given = semaphore.run(() => Promise.reject(new Error('was run')), controller.signal);
  const last = semaphore.run(() => Promise.resolve('last'), never);
  controller.abort(new Error('given up'));
  await t.rejects(given, { message: 'given up' });
  first.reject(new Error('failed'));
  await t.rejects(running, { message: 'failed' });
  t.equal(await last, 'last');
});

t.test('waiting times double up to their limit and never leave it', (t) => {
  t.same(
    [1, 2, 3, 4].map((failures) => backoffMs(failures, 0, 100, 500)),
    [100, 200, 400, 500],
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const wait = backoffMs(failures, random);
        return wait >= 160 && wait <= 10_000;
      },
    ),
  );
  t.end();
});
