import { useEffect, useState } from 'react';
import { callAws } from '../../aws/call.ts';
import { useWatchChanges } from '../../aws/changes.ts';
import { useScope } from '../../aws/scope.ts';
import { createLineBuffer, type LogLine } from './line-buffer.ts';

export const MAX_LINES = 100_000;
/** Lines of several streams come a little out of order. */
const OVERLAP_MS = 5000;
const MIN_PAUSE_MS = 250;
/** Of an answer, at most; see FilterLogEvents. */
const PAGE_LINES = 10_000;

export type LogQuestion = {
  readonly group: string;
  /** None: all of the group's. */
  readonly streams: readonly string[];
  /** A filter pattern; empty: every line. */
  readonly pattern: string;
  readonly fromMs: number;
  /** Read no further than the first MAX_LINES lines; else the newest are kept. */
  readonly isFromThere: boolean;
  /** Another number asks again. */
  readonly attempt?: number;
};

export type LogLines = {
  readonly lines: readonly LogLine[];
  /** Older lines that are no longer shown. */
  readonly dropped: number;
  /** The lines that there were when it began are still being read. */
  readonly isReading: boolean;
  /** There is more after the last line. */
  readonly hasMore: boolean;
  readonly error: Error | undefined;
};

const NOTHING: LogLines = { lines: [], dropped: 0, isReading: true, hasMore: false, error: undefined };

/** Reads lines and follows what is written: each time that the sidecar tells of new ones, those are asked for. */
export function useLogLines(question: LogQuestion | undefined): LogLines {
  const { scope } = useScope();
  const watchChanges = useWatchChanges();
  /** What was read, for the question it was read for. */
  const [state, setState] = useState<{ readonly key: string; readonly read: LogLines }>();
  const key = question && JSON.stringify(question);
  useEffect(() => {
    if (key === undefined) return undefined;
    const { group, streams, pattern, fromMs, isFromThere } = JSON.parse(key) as LogQuestion;
    const ending = new AbortController();
    const { signal } = ending;
    const news = createSignalOfNews();
    const endWatching = watchChanges((kinds) => {
      if (kinds === 'all' || kinds.has('logStream')) news.tell();
    });
    const buffer = createLineBuffer(MAX_LINES, OVERLAP_MS);
    const isFull = (): boolean => isFromThere && buffer.lines.length >= MAX_LINES;
    const show = (isReading: boolean, hasMore: boolean): void => {
      const { lines, dropped } = buffer;
      setState({ key, read: { lines, dropped, isReading, hasMore, error: undefined } });
    };
    const readOn = async (isFirst: boolean): Promise<void> => {
      let nextToken: string | undefined;
      const startTime = Math.max(fromMs, (buffer.newestMs ?? 0) - OVERLAP_MS);
      do {
        const page = await callAws(
          scope,
          'logs',
          'FilterLogEvents',
          {
            logGroupName: group,
            startTime,
            limit: PAGE_LINES,
            ...(streams.length > 0 && { logStreamNames: [...streams] }),
            ...(pattern !== '' && { filterPattern: pattern }),
            ...(nextToken !== undefined && { nextToken }),
          },
          signal,
        );
        nextToken = page.nextToken;
        if (buffer.add(page.events ?? []) > 0 || isFirst)
          show(isFirst && nextToken !== undefined, nextToken !== undefined && isFull());
      } while (nextToken !== undefined && !isFull());
    };
    const follow = async (): Promise<void> => {
      for (let isFirst = true; !isFull(); isFirst = false) {
        const startMs = performance.now();
        await readOn(isFirst);
        // What takes long to read is read less often.
        await pause(Math.max(MIN_PAUSE_MS, performance.now() - startMs), signal);
        await news.next(signal);
      }
    };
    follow().catch((error: unknown) => {
      const { lines, dropped } = buffer;
      if (!signal.aborted)
        setState({ key, read: { lines, dropped, isReading: false, hasMore: false, error: error as Error } });
    });
    return () => {
      ending.abort();
      endWatching();
    };
  }, [key, scope, watchChanges]);
  return state && state.key === key ? state.read : NOTHING;
}

/** Remembers that there is news until it is asked for. */
function createSignalOfNews(): { tell: () => void; next: (signal: AbortSignal) => Promise<void> } {
  let isThere = false;
  let wake: (() => void) | undefined;
  return {
    tell() {
      isThere = true;
      wake?.();
    },
    async next(signal) {
      if (!isThere) {
        await untilCalled(signal, (called) => {
          wake = called;
        });
      }
      isThere = false;
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  untilCalled(signal, (called) => window.setTimeout(called, ms));

/** Rejects when the signal is aborted first. */
function untilCalled(signal: AbortSignal, begin: (called: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(new Error('The page was left.'));
    };
    signal.addEventListener('abort', leave);
    begin(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
  });
}
