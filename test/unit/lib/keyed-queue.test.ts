import t from 'tap';
import { createKeyedQueue } from '../../../src/lib/keyed-queue.ts';

const fail = (key: string, error: unknown): void => {
  throw new Error(key, { cause: error });
};

/** A promise and what resolves it. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return {
    opened: promise,
    open: () => {
      resolve(undefined);
    },
  };
}

t.test('a key never runs twice at a time, and is run once more when it was woken meanwhile', async (t) => {
  const gates = [gate(), gate(), gate()];
  const done = gate();
  let runs = 0;
  let atOnce = 0;
  const queue = createKeyedQueue<string>(async () => {
    atOnce += 1;
    t.equal(atOnce, 1);
    const mine = runs++;
    if (mine === 1) done.open();
    await gates[mine]!.opened;
    atOnce -= 1;
    return undefined;
  }, fail);
  queue.wake('a');
  queue.wake('a');
  await Promise.resolve();
  queue.wake('a');
  queue.wake('a');
  gates[0]!.open();
  await done.opened;
  gates[1]!.open();
  gates[2]!.open();
  await queue.close();
  t.equal(runs, 2, 'four wakes, one of them while nothing ran');
});

t.test('keys run beside each other: a slow one delays no other', async (t) => {
  const slow = gate();
  const fast = gate();
  const queue = createKeyedQueue<string>(async (key) => {
    if (key === 'fast') fast.open();
    else await slow.opened;
    return undefined;
  }, fail);
  queue.wake('slow');
  queue.wake('fast');
  await fast.opened;
  t.equal(queue.isRunning('slow'), true);
  slow.open();
  await queue.close();
});

t.test('a run that asks for it is run again, and closing ends that', async (t) => {
  let runs = 0;
  const third = gate();
  const queue = createKeyedQueue<string>(() => {
    runs += 1;
    if (runs === 3) third.open();
    return Promise.resolve({ retryAfterMs: runs < 3 ? 1 : 3_600_000 });
  }, fail);
  queue.wake('a');
  await third.opened;
  await queue.close();
  queue.wake('a');
  t.equal(runs, 3);
});

t.test('what a run throws is told and does not stop the queue', async (t) => {
  const errors: unknown[] = [];
  const again = gate();
  let runs = 0;
  const queue = createKeyedQueue<string>(
    () => {
      runs += 1;
      if (runs === 1) return Promise.reject(new Error('once'));
      again.open();
      return Promise.resolve(undefined);
    },
    (key, error) => {
      errors.push([key, error]);
      queue.wake('a');
    },
  );
  queue.wake('a');
  await again.opened;
  await queue.close();
  t.match(errors, [['a', { message: 'once' }]]);
});

t.test('closing aborts the signal of what runs', async (t) => {
  const started = gate();
  const queue = createKeyedQueue<string>(async (_, signal) => {
    started.open();
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    return undefined;
  }, fail);
  queue.wake('a');
  await started.opened;
  await queue.close();
  t.equal(queue.isRunning('a'), false);
});
