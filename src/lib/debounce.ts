/** Gathers what comes within a while and hands it over once. */
export type Debounce<Item> = {
  /** Adds items. They are handed over when none came for `quietMs(how many)`, and at the latest `boundMs` after the first. */
  add(items: Iterable<Item>): void;
  /** Forgets what is gathered. */
  close(): void;
};

export function createDebounce<Item>({
  quietMs,
  boundMs,
  onReady,
}: {
  readonly quietMs: (count: number) => number;
  readonly boundMs: number;
  readonly onReady: (items: ReadonlySet<Item>) => void;
}): Debounce<Item> {
  let gathered = new Set<Item>();
  let timer: NodeJS.Timeout | undefined;
  let boundAtMs = 0;

  const clear = (): Set<Item> => {
    clearTimeout(timer);
    timer = undefined;
    const items = gathered;
    gathered = new Set();
    return items;
  };

  const handOver = (): void => {
    const isQuiet = timer === undefined || performance.now() >= boundAtMs;
    if (isQuiet && gathered.size > 0) onReady(clear());
  };

  return {
    add(items) {
      const nowMs = performance.now();
      if (gathered.size === 0) boundAtMs = nowMs + boundMs;
      for (const item of items) gathered.add(item);
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          timer = undefined;
          // Where this process got no time for a while, what the system has to tell by now comes after the timer.
          setImmediate(() => setImmediate(handOver));
        },
        Math.min(quietMs(gathered.size), Math.max(0, boundAtMs - nowMs)),
      );
    },
    close() {
      clear();
    },
  };
}
