import type { LogCursor, NewLogEvent, OutputCursor } from '../../model/log-event.ts';

/** What one write of a container became: `time` is the engine's, with nanoseconds; `text` is a line or a part of one. */
export type Piece = { readonly output: 'stdout' | 'stderr'; readonly time: string; readonly text: Buffer };

/** Longest message of an event. Source: moby, awslogs driver: 262,144 bytes less 26 of overhead. */
export const MAX_MESSAGE_BYTES = 262_144 - 26;

/** RFC 3339 with nanoseconds, in UTC: all times of the engine are as long, and order as text. */
const TIME_LENGTH = '2026-01-01T00:00:00.000000000Z'.length;
/** The time of a cursor from before the first piece. */
const BEGINNING = '';
const NEWLINE = 0x0a;

export type PieceReader = {
  /** The pieces that the next bytes of the stream complete. */
  read(chunk: Buffer): Piece[];
  /** What is left when the stream has ended with its container: a terminal's last line may have no end. */
  end(): Piece[];
};

/**
 * Takes the bytes of the engine's log stream, in any cut, and gives the pieces that are whole. Each frame has a header
 * of eight bytes: the output, three zeros, the length. A terminal's stream has no frames: a piece goes to its newline,
 * or to where the same time stands again, since the parts of one line bear the time of its first.
 */
export function createPieceReader(options: { readonly tty: boolean }): PieceReader {
  let rest: Buffer = Buffer.alloc(0);
  const next = options.tty ? nextTerminalPiece : nextFrame;
  return {
    read(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const pieces: Piece[] = [];
      let offset = 0;
      for (let found = next(bytes, offset); found; found = next(bytes, offset)) {
        offset = found.end;
        if (found.piece) pieces.push(found.piece);
      }
      rest = bytes.subarray(offset);
      return pieces;
    },
    end() {
      const piece = options.tty ? pieceFrom('stdout', rest) : undefined;
      rest = Buffer.alloc(0);
      return piece ? [piece] : [];
    },
  };
}

type Found = { readonly end: number; readonly piece: Piece | undefined };

function nextFrame(bytes: Buffer, offset: number): Found | undefined {
  if (bytes.length - offset < 8) return undefined;
  const end = offset + 8 + bytes.readUInt32BE(offset + 4);
  if (bytes.length < end) return undefined;
  const output = bytes[offset] === 2 ? 'stderr' : 'stdout';
  return { end, piece: pieceFrom(output, bytes.subarray(offset + 8, end)) };
}

function nextTerminalPiece(bytes: Buffer, offset: number): Found | undefined {
  const newline = bytes.indexOf(NEWLINE, offset);
  const stop = newline < 0 ? bytes.length : newline + 1;
  const time = bytes.subarray(offset, offset + TIME_LENGTH + 1);
  if (time.length <= TIME_LENGTH) return undefined;
  const nextPart = bytes.subarray(offset, stop).indexOf(time, time.length);
  if (nextPart < 0 && newline < 0) return undefined;
  const end = nextPart < 0 ? stop : offset + nextPart;
  return { end, piece: pieceFrom('stdout', bytes.subarray(offset, end)) };
}

function pieceFrom(output: Piece['output'], payload: Buffer): Piece | undefined {
  if (payload.length <= TIME_LENGTH) return undefined;
  return {
    output,
    time: payload.toString('latin1', 0, TIME_LENGTH),
    text: payload.subarray(TIME_LENGTH + 1),
  };
}

export type LineAssembler = {
  /** Events that the piece completed; none for a part of a line, an empty line, and a piece that was taken before. */
  add(piece: Piece): NewLogEvent[];
  /** Events of lines that ended without a newline: their container is over. */
  flush(): NewLogEvent[];
  /** How far it has come, to begin again after. A line of which a part is missing is read again from its start. */
  cursor(): LogCursor;
  /** Whether the last pieces of all output (`isAll`: there are no others) are among those added or taken before. */
  reached(tail: readonly Piece[], isAll: boolean): boolean;
};

type Output = {
  /** To be skipped; undefined once a piece beyond it came, since later times may go back with the engine's clock. */
  skipTo: OutputCursor | undefined;
  /** How many bytes of the line at hand are to be skipped. */
  skipBytes: number;
  taken: OutputCursor | undefined;
  seen: OutputCursor | undefined;
  parts: Buffer[];
  /** Length of all parts. */
  bytes: number;
  /** How many bytes of the line at hand are in events already. */
  eventBytes: number;
  /** Of the first piece of the line at hand; undefined between lines. */
  lineTime: string | undefined;
};

/**
 * Joins pieces to lines (the engine cuts lines at 16 KiB) and cuts lines that are too long for an event. Begins after
 * `from`. Empty lines make no event, unless they are kept. Source: moby, awslogs driver, processEvent.
 */
export function createLineAssembler(from: LogCursor, options = { keepsEmpty: false }): LineAssembler {
  const begin = (taken: OutputCursor | undefined): Output => ({
    skipTo: taken,
    skipBytes: taken?.lineBytes ?? 0,
    taken,
    seen: undefined,
    parts: [],
    bytes: 0,
    eventBytes: taken?.lineBytes ?? 0,
    lineTime: undefined,
  });
  const outputs: Record<Piece['output'], Output> = { stdout: begin(from.stdout), stderr: begin(from.stderr) };
  const millisecondsOf = createTimeReader();

  /** Events of what is at hand; all of it when the line is over, else as many as are full. */
  const take = (output: Output, isOver: boolean): NewLogEvent[] => {
    const timestampMs = millisecondsOf(output.lineTime ?? BEGINNING);
    const events: NewLogEvent[] = [];
    let line = output.parts.length === 1 && output.parts[0] ? output.parts[0] : Buffer.concat(output.parts);
    while (line.length > MAX_MESSAGE_BYTES) {
      const end = splitAt(line);
      events.push({ timestampMs, message: line.toString('utf8', 0, end) });
      output.eventBytes += end;
      line = line.subarray(end);
    }
    if (isOver) {
      const isWhole = output.eventBytes === 0;
      if (line.length > 0 || (options.keepsEmpty && isWhole))
        events.push({ timestampMs, message: line.toString('utf8') });
      output.taken = output.seen;
      output.parts = [];
      output.bytes = output.eventBytes = output.skipBytes = 0;
      output.lineTime = undefined;
    } else {
      const { time, pieces } = output.taken ?? { time: BEGINNING, pieces: 0 };
      output.taken = { time, pieces, lineBytes: output.eventBytes };
      output.parts = [line];
      output.bytes = line.length;
    }
    return events;
  };

  return {
    add({ output: name, time, text }) {
      const output = outputs[name];
      output.seen = { time, pieces: output.seen?.time === time ? output.seen.pieces + 1 : 1 };
      if (output.skipTo) {
        if (isWithin(output.seen, output.skipTo)) return [];
        output.skipTo = undefined;
      }
      const isOver = text[text.length - 1] === NEWLINE;
      output.lineTime ??= time;
      const body = text.subarray(output.skipBytes, isOver ? -1 : undefined);
      output.skipBytes = Math.max(0, output.skipBytes - text.length);
      output.parts.push(body);
      output.bytes += body.length;
      return isOver || output.bytes > MAX_MESSAGE_BYTES ? take(output, isOver) : [];
    },
    flush: () =>
      Object.values(outputs).flatMap((output) => (output.lineTime === undefined ? [] : take(output, true))),
    cursor() {
      const [stdout, stderr] = [outputs.stdout, outputs.stderr].map(
        // The first line of an output, as long as it has no end, must be found again though the other goes on.
        ({ taken, lineTime }) =>
          taken ?? (lineTime === undefined ? undefined : { time: BEGINNING, pieces: 0 }),
      );
      return { ...(stdout && { stdout }), ...(stderr && { stderr }) };
    },
    reached(tail, isAll) {
      const last = tail.at(-1);
      if (!last) return true;
      const ofOutput = tail.filter(({ output }) => output === last.output);
      const before = ofOutput.findLastIndex(({ time }) => time !== last.time);
      // How many bear this time is not known when the tail begins among them.
      if (before < 0 && !isAll) return false;
      const { seen, taken } = outputs[last.output];
      const position = seen ?? taken;
      return position?.time === last.time && position.pieces === ofOutput.length - 1 - before;
    },
  };
}

const isWithin = (at: OutputCursor, taken: OutputCursor): boolean =>
  at.time < taken.time || (at.time === taken.time && at.pieces <= taken.pieces);

/** Where to cut a line that is too long, before a whole character. Source: moby, awslogs driver, findValidSplit. */
function splitAt(line: Buffer): number {
  let end = MAX_MESSAGE_BYTES;
  // Bytes 10xxxxxx continue a character; none is longer than four.
  for (let back = 0; back < 3 && ((line[end] ?? 0) & 0xc0) === 0x80; back++) end -= 1;
  return end;
}

/** Milliseconds of the engine's times. Lines come many a second: the second is parsed once. */
function createTimeReader(): (time: string) => number {
  let second = '';
  let secondMs = 0;
  return (time) => {
    const prefix = time.slice(0, 19);
    if (prefix !== second) {
      second = prefix;
      secondMs = Date.parse(`${prefix}Z`);
    }
    return secondMs + Number(time.slice(20, 23));
  };
}

/** The `since` of a request that reads on from a cursor: seconds with nanoseconds behind the point; 0 for all. */
export function sinceOf({ stdout, stderr }: LogCursor): string {
  const times = [stdout, stderr].flatMap((output) => output?.time ?? []).sort();
  const [first = BEGINNING] = times;
  if (first === BEGINNING) return '0';
  const seconds = Date.parse(`${first.slice(0, 19)}Z`) / 1000;
  // What an output that was silent so far writes may bear a slightly earlier time than the other's last line.
  return times.length === 2 ? `${seconds}.${first.slice(20, 29)}` : String(seconds - 1);
}
