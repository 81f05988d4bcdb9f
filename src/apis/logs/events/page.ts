import { setImmediate } from 'node:timers/promises';
import type { LogEvent } from '../../../model/log-event.ts';

/** What CloudWatch Logs counts for an event besides its message. Source: PutLogEvents, API reference. */
export const EVENT_OVERHEAD_BYTES = 26;
/** Source: GetLogEvents and FilterLogEvents, API reference: a page has up to 10,000 events and up to 1 MB. */
export const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1_048_576;
/** A page looks at so much of the log at most; what matches beyond is on the next page, as on AWS. */
const MAX_SCANNED_EVENTS = 100_000;
const MAX_SCANNED_BYTES = 32 * 1_048_576;
/** So much is looked at in one turn of the event loop: some milliseconds. */
const TURN_EVENTS = 500;
const TURN_BYTES = 262_144;

export type EventPage = {
  readonly events: LogEvent[];
  /** The last event that was looked at, when more may follow it. */
  readonly scannedTo: LogEvent | undefined;
};

/** Takes up to `limit` events that match, in bounded time and size, without holding up other requests. */
export async function takePage(
  source: Iterable<LogEvent>,
  options: { limit: number; matches: (message: string) => boolean; signal: AbortSignal },
): Promise<EventPage> {
  const { limit, matches, signal } = options;
  const events: LogEvent[] = [];
  let pageBytes = 0;
  let scannedBytes = 0;
  let scanned = 0;
  let turn = { events: 0, bytes: 0 };
  let before: LogEvent | undefined;
  for (const event of source) {
    if (events.length === limit || scanned === MAX_SCANNED_EVENTS || scannedBytes >= MAX_SCANNED_BYTES)
      return { events, scannedTo: before };
    const bytes = Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (matches(event.message)) {
      // The first one always fits, so that every page brings its reader on.
      if (events.length > 0 && pageBytes + bytes > MAX_PAGE_BYTES) return { events, scannedTo: before };
      events.push(event);
      pageBytes += bytes;
    }
    before = event;
    scanned += 1;
    scannedBytes += bytes;
    turn = { events: turn.events + 1, bytes: turn.bytes + bytes };
    if (turn.events >= TURN_EVENTS || turn.bytes >= TURN_BYTES) {
      turn = { events: 0, bytes: 0 };
      await setImmediate();
      signal.throwIfAborted();
    }
  }
  return { events, scannedTo: undefined };
}
