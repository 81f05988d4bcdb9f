/** Milliseconds to wait before a key is run again although nobody woke it; undefined: until it is woken. */
export type RunResult = { retryAfterMs: number } | undefined;

export type KeyedQueue<Key> = {
  /** Asks for a run of this key. While one is under way, one more follows it, however often this is called. */
  wake(key: Key): void;
  isRunning(key: Key): boolean;
  /** Starts no more runs, aborts the signal of those under way and waits for them. */
  close(): Promise<void>;
};

/**
 * Runs `run` for keys that were woken: never twice at a time for one key, any number of keys at a time. Events carry
 * a key and no data, so a run must read what it needs afresh. `run` must not throw; what it throws goes to `onError`
 * and the key is not run again until woken.
 */
export function createKeyedQueue<Key>(
  run: (key: Key, signal: AbortSignal) => Promise<RunResult>,
  onError: (key: Key, error: unknown) => void,
): KeyedQueue<Key> {
  const running = new Map<Key, Promise<void>>();
  const wokenAgain = new Set<Key>();
  const timers = new Map<Key, NodeJS.Timeout>();
  const closing = new AbortController();

  const runKey = async (key: Key): Promise<void> => {
    do {
      wokenAgain.delete(key);
      try {
        const result = await run(key, closing.signal);
        if (result && !wokenAgain.has(key) && !closing.signal.aborted) wakeLater(key, result.retryAfterMs);
      } catch (error) {
        onError(key, error);
      }
    } while (wokenAgain.has(key) && !closing.signal.aborted);
    running.delete(key);
  };

  const wakeLater = (key: Key, delayMs: number): void => {
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        wake(key);
      }, delayMs),
    );
  };

  const wake = (key: Key): void => {
    if (closing.signal.aborted) return;
    clearTimeout(timers.get(key));
    timers.delete(key);
    if (running.has(key)) {
      wokenAgain.add(key);
      return;
    }
    // A promise is put into the map before the first line of `run` is executed, so `wake` returns at once.
    running.set(
      key,
      Promise.resolve().then(() => runKey(key)),
    );
  };

  return {
    wake,
    isRunning: (key) => running.has(key),
    async close() {
      closing.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      await Promise.all(running.values());
    },
  };
}
