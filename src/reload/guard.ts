/** A change this soon after a reload is likely to be the container's own. */
const QUICK_MS = 2000;
const QUICK_CHANGES = 3;
/** People do not save a file again and again after the same time; programs that write now and then do. */
const REGULAR_CHANGES = 5;
/** A path that is left alone this long counts again. */
const PAUSE_MS = 30_000;

type PathState = {
  readonly quick: number;
  readonly regular: number;
  readonly delayMs: number;
  /** It was found to be written by the container once: the next quick change is enough. */
  readonly isSuspect: boolean;
  readonly pausedUntilMs: number;
};

/** What is known of the paths that made a container reload. */
export type LoopGuard = {
  /** Whether a change counts, or why it does not: `paused` since before, or from now on. */
  judge(path: string, nowMs: number): 'counts' | 'pausedNow' | 'paused';
  /** Says that the container was reloaded. */
  reloaded(nowMs: number): void;
};

/**
 * Finds the paths that a container writes itself, so that it does not reload for ever: those that change right after
 * each reload, or each time after the same while.
 */
export function createLoopGuard(): LoopGuard {
  const paths = new Map<string, PathState>();
  let reloadedAtMs: number | undefined;

  return {
    judge(path, nowMs) {
      const before = paths.get(path) ?? {
        quick: 0,
        regular: 0,
        delayMs: Number.NaN,
        isSuspect: false,
        pausedUntilMs: 0,
      };
      if (before.pausedUntilMs > nowMs) {
        paths.set(path, { ...before, pausedUntilMs: nowMs + PAUSE_MS });
        return 'paused';
      }
      if (reloadedAtMs === undefined) return 'counts';
      const delayMs = nowMs - reloadedAtMs;
      const isQuick = delayMs <= QUICK_MS;
      const isRegular = Math.abs(delayMs - before.delayMs) <= 0.2 * before.delayMs;
      const quick = isQuick ? before.quick + 1 : 0;
      const regular = isRegular ? before.regular + 1 : 1;
      const isLoop = quick >= QUICK_CHANGES || regular >= REGULAR_CHANGES || (before.isSuspect && isQuick);
      paths.set(path, {
        quick: isLoop ? 0 : quick,
        regular: isLoop ? 0 : regular,
        delayMs,
        isSuspect: before.isSuspect || isLoop,
        pausedUntilMs: isLoop ? nowMs + PAUSE_MS : 0,
      });
      return isLoop ? 'pausedNow' : 'counts';
    },
    reloaded(nowMs) {
      reloadedAtMs = nowMs;
    },
  };
}
