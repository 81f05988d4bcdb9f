/** What stands for the end of a time between two values. */
export const PAUSE = Symbol('pause');

/**
 * The values of `source`, and PAUSE when `deadline` is over before the next one. `deadline` is asked before each value:
 * the time at which to stop waiting, in milliseconds of `performance.now()`, or undefined to wait for as long as it takes.
 */
export async function* withPauses<T>(
  source: AsyncIterable<T>,
  deadline: () => number | undefined,
): AsyncGenerator<T | typeof PAUSE> {
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (let next = iterator.next(); ;) {
      const until = deadline();
      const found = until === undefined ? await next : await orPause(next, until - performance.now());
      if (found === PAUSE) {
        yield PAUSE;
        continue;
      }
      isOver = found.done === true;
      if (found.done) return;
      yield found.value;
      next = iterator.next();
    }
  } finally {
    if (!isOver) void iterator.return?.().then(undefined, () => undefined);
  }
}

async function orPause<T>(work: Promise<T>, ms: number): Promise<T | typeof PAUSE> {
  let timer: NodeJS.Timeout | undefined;
  const pause = new Promise<typeof PAUSE>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), PAUSE);
  });
  try {
    return await Promise.race([work, pause]);
  } finally {
    clearTimeout(timer);
  }
}
