/** Work that goes on until it is closed, each piece by itself or all together. */
export type KeptUp = {
  /** Starts a piece; it ends when its signal is aborted. */
  start(work: (signal: AbortSignal) => Promise<void>): { close(): void };
  /** Ends all of it; resolves when everything has ended. */
  close(): Promise<void>;
};

export function createKeptUp(): KeptUp {
  const closing = new AbortController();
  const ending = new Set<Promise<void>>();
  return {
    start(work) {
      const controller = new AbortController();
      const signal = AbortSignal.any([closing.signal, controller.signal]);
      const working = work(signal).finally(() => ending.delete(working));
      ending.add(working);
      return {
        close() {
          controller.abort();
        },
      };
    },
    async close() {
      closing.abort();
      await Promise.all(ending);
    },
  };
}
