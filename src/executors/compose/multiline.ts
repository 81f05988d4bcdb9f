import { re2 } from '../../lib/re2.ts';
import { ExecutorError } from '../../model/ports.ts';
import type { LogCursor, NewLogEvent } from '../../model/log-event.ts';
import { MAX_MESSAGE_BYTES, type LineAssembler, type Piece } from './log-lines.ts';

/** Whether a line begins an event. */
export type BeginsEvent = (line: string) => boolean;

/** Where a first line is told from others, whatever the length of it. */
const MAX_MATCHED_CHARACTERS = 16_384;

/**
 * The pattern as a test of lines. It comes from a request, so it is RE2's, as in Docker: that takes time linear in the
 * line, whatever the pattern, and so many characters of a line decide.
 * Throws ExecutorError `cannotStart`, as Docker finds out when it starts a container.
 */
export function compileMultiline(pattern: string): BeginsEvent {
  const { RE2JS, RE2JSSyntaxException } = re2();
  try {
    const compiled = RE2JS.compile(pattern);
    return (line) => compiled.test(line.slice(0, MAX_MATCHED_CHARACTERS));
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const text = `failed to initialize logging driver: awslogs could not parse multiline pattern key ${JSON.stringify(pattern)}: ${error.message}`;
    throw new ExecutorError('cannotStart', text, { cause: error });
  }
}

export type EventAssembler = Pick<LineAssembler, 'add' | 'flush' | 'cursor' | 'reached'> & {
  /** Whether there is an event at hand: its lines must not wait for the next one for ever. */
  isWaiting(): boolean;
  /** The event at hand, which is over although no other has begun. */
  endEvent(): NewLogEvent[];
};

/** Each line is an event. */
export const singleLines = (lines: LineAssembler): EventAssembler => ({
  ...lines,
  isWaiting: () => false,
  endEvent: () => [],
});

/**
 * Joins lines to events: one begins at each line that `begins`, of either output, and has no more bytes than an event may
 * have. Its cursor stays before the event at hand, so that its lines are read again after a death.
 * Source: moby, awslogs driver, collectBatch; every line of an event has its newline there, the last one too.
 */
export function joinLines(lines: LineAssembler, begins: BeginsEvent): EventAssembler {
  let event: { readonly timestampMs: number; readonly texts: string[]; bytes: number } | undefined;
  let stored = lines.cursor();

  const end = (cursor: LogCursor): NewLogEvent[] => {
    stored = cursor;
    if (!event) return [];
    const ended = { timestampMs: event.timestampMs, message: event.texts.join('') };
    event = undefined;
    return [ended];
  };

  const take = ({ timestampMs, message }: NewLogEvent, before: LogCursor): NewLogEvent[] => {
    const text = `${message}\n`;
    const bytes = Buffer.byteLength(text);
    const isFull = event !== undefined && event.bytes + bytes > MAX_MESSAGE_BYTES;
    const ended = isFull || begins(message) ? end(before) : [];
    event ??= { timestampMs, texts: [], bytes: 0 };
    event.texts.push(text);
    event.bytes += bytes;
    return ended;
  };

  /** A line that is too long for an event, or ends one that was: each of its parts is an event. */
  const takeParts = (parts: readonly NewLogEvent[]): NewLogEvent[] => [...end(lines.cursor()), ...parts];

  const isPart = ({ message }: NewLogEvent): boolean => Buffer.byteLength(message) > MAX_MESSAGE_BYTES - 4;

  return {
    add(piece: Piece) {
      const before = lines.cursor();
      const completed = lines.add(piece);
      const [first] = completed;
      if (!first) return [];
      return completed.length > 1 || isPart(first) ? takeParts(completed) : take(first, before);
    },
    flush() {
      const ended = lines.flush().flatMap((line) => take(line, stored));
      return [...ended, ...end(lines.cursor())];
    },
    endEvent: () => end(lines.cursor()),
    isWaiting: () => event !== undefined,
    cursor: () => stored,
    reached: (tail, isAll) => lines.reached(tail, isAll),
  };
}
