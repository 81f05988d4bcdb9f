import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { Wire } from '../../aws/call.ts';

export type LogLine = {
  readonly id: string;
  readonly timestampMs: number;
  readonly stream: string;
  readonly text: string;
};

/** Lines of streams that are read again and again from a little before where they ended. */
export type LineBuffer = {
  /** Adds what is not there yet, in the order of time; returns how many lines that were. */
  add(events: readonly Wire<FilteredLogEvent>[]): number;
  readonly lines: readonly LogLine[];
  /** How many of the oldest were let go, so that there are never more than the limit. */
  readonly dropped: number;
  /** Of the newest line; undefined when there is none. */
  readonly newestMs: number | undefined;
};

/** `overlapMs`: how far before the newest line events may still come. */
export function createLineBuffer(maxLines: number, overlapMs: number): LineBuffer {
  let lines: LogLine[] = [];
  let dropped = 0;
  /** Ids of the lines that may come again. */
  let recent = new Map<string, number>();

  const newestMs = (): number | undefined => lines.at(-1)?.timestampMs;
  return {
    add(events) {
      const added: LogLine[] = [];
      for (const { eventId: id = '', timestamp = 0, logStreamName = '', message = '' } of events) {
        if (recent.has(id)) continue;
        recent.set(id, timestamp);
        added.push({ id, timestampMs: timestamp, stream: logStreamName, text: plain(message) });
      }
      if (added.length === 0) return 0;
      const isLate = (added[0]?.timestampMs ?? 0) < (newestMs() ?? 0);
      lines = [...lines, ...added];
      // Stable: lines of one moment stay in the order in which they came.
      if (isLate) lines.sort((a, b) => a.timestampMs - b.timestampMs);
      if (lines.length > maxLines) {
        dropped += lines.length - maxLines;
        lines = lines.slice(-maxLines);
      }
      const oldestMs = (newestMs() ?? 0) - overlapMs;
      recent = new Map([...recent].filter(([, timestampMs]) => timestampMs >= oldestMs));
      return added.length;
    },
    get lines() {
      return lines;
    },
    get dropped() {
      return dropped;
    },
    get newestMs() {
      return newestMs();
    },
  };
}

/** Without the sequences by which terminals colour text. Source: ECMA-48, control sequences. */
// eslint-disable-next-line no-control-regex -- it is these that are looked for
const plain = (message: string): string => message.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '').trimEnd();
