import fc from 'fast-check';
import t from 'tap';
import {
  createLineAssembler,
  createPieceReader,
  MAX_MESSAGE_BYTES,
  sinceOf,
  type Piece,
} from '../../../../src/executors/compose/log-lines.ts';
import type { LogCursor, NewLogEvent } from '../../../../src/model/log-event.ts';

const time = (nanoseconds: number): string => `2026-01-02T03:04:05.${String(nanoseconds).padStart(9, '0')}Z`;
const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

const piece = (output: Piece['output'], at: number, text: string | Buffer): Piece => ({
  output,
  time: time(at),
  text: Buffer.from(text),
});

const frame = ({ output, time: at, text }: Piece): Buffer => {
  const payload = Buffer.concat([Buffer.from(`${at} `), text]);
  const header = Buffer.alloc(8);
  header[0] = output === 'stdout' ? 1 : 2;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};

/** Cuts bytes at these places, taken modulo the length. */
const cutAt = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const sorted = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
};

const places = fc.array(fc.nat(), { maxLength: 12 });
const content = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '🙂', '\r', ' ', '\0'), maxLength: 12 });
/** What an engine gives: lines of two outputs, some cut into parts of one time, in the order of their times. */
const script = fc
  .array(
    fc.record({
      output: fc.constantFrom('stdout' as const, 'stderr' as const),
      step: fc.nat(2),
      parts: fc.array(content, { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((written) => {
    let at = 0;
    return written.flatMap(({ output, step, parts }) => {
      at += step;
      return parts.map((text, index) => piece(output, at, index === parts.length - 1 ? `${text}\n` : text));
    });
  });

/** The lines of both outputs, each in its order: what a follower must store, by the plain way. */
const expectedLines = (pieces: readonly Piece[]): Record<Piece['output'], string[]> => {
  const linesOf = (wanted: Piece['output']): string[] =>
    Buffer.concat(pieces.filter(({ output }) => output === wanted).map(({ text }) => text))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  return { stdout: linesOf('stdout'), stderr: linesOf('stderr') };
};

/** Feeds pieces and tells the messages by output. */
const feed = (
  pieces: readonly Piece[],
  from: LogCursor,
): { lines: Record<Piece['output'], string[]>; cursors: LogCursor[]; tail: NewLogEvent[] } => {
  const assembler = createLineAssembler(from);
  const lines: Record<Piece['output'], string[]> = { stdout: [], stderr: [] };
  const cursors = pieces.map((one) => {
    lines[one.output].push(...assembler.add(one).map(({ message }) => message));
    return assembler.cursor();
  });
  return { lines, cursors, tail: assembler.flush() };
};

/** What an engine sends after `since`: it leaves out pieces with an earlier time. */
const after = (pieces: readonly Piece[], since: string): Piece[] => {
  const [seconds = '0', fraction = ''] = since.split('.');
  const earliest =
    since === '0'
      ? ''
      : `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
  return pieces.filter(({ time: at }) => at >= earliest);
};

t.test('frames are found in any cut of the stream', (t) => {
  fc.assert(
    fc.property(script, places, (pieces, cuts) => {
      const reader = createPieceReader({ tty: false });
      const found = cutAt(Buffer.concat(pieces.map(frame)), cuts).flatMap((chunk) => reader.read(chunk));
      t.same([...found, ...reader.end()], pieces);
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test("a terminal's stream, which has no frames, gives the same lines in any cut", (t) => {
  fc.assert(
    fc.property(script, places, fc.boolean(), (written, cuts, endsWithin) => {
      // A line's parts bear one time, and no other line has it.
      let line = 0;
      const pieces = written.map(({ text }) => {
        const made = piece('stdout', line, text);
        if (text.at(-1) === 0x0a) line += 1;
        return made;
      });
      if (endsWithin) pieces.push(piece('stdout', line, 'no end'));
      const bytes = Buffer.concat(
        pieces.map(({ time: at, text }) => Buffer.concat([Buffer.from(`${at} `), text])),
      );
      const reader = createPieceReader({ tty: true });
      const found = cutAt(bytes, cuts).flatMap((chunk) => reader.read(chunk));
      const { lines, tail } = feed([...found, ...reader.end()], {});
      t.same([...lines.stdout, ...tail.map(({ message }) => message)], expectedLines(pieces).stdout);
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('a reader that begins again at any point neither loses nor doubles a line of either output', (t) => {
  fc.assert(
    fc.property(script, fc.array(fc.nat(), { maxLength: 4 }), (pieces, stops) => {
      const stored: Record<Piece['output'], string[]> = { stdout: [], stderr: [] };
      let cursor: LogCursor = {};
      for (const stop of [...stops, pieces.length]) {
        const sent = after(pieces, sinceOf(cursor));
        const isLast = stop === pieces.length && sent.length > 0;
        const taken = isLast ? sent : sent.slice(0, stop % (sent.length + 1));
        const { lines, cursors } = feed(taken, cursor);
        // The cursor is saved only together with lines.
        if (lines.stdout.length + lines.stderr.length > 0) cursor = cursors.at(-1) ?? cursor;
        stored.stdout.push(...lines.stdout);
        stored.stderr.push(...lines.stderr);
      }
      const { lines } = feed(after(pieces, sinceOf(cursor)), cursor);
      stored.stdout.push(...lines.stdout);
      stored.stderr.push(...lines.stderr);
      t.same(stored, expectedLines(pieces));
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test(
  'parts of two outputs that come in turn are joined each with its own, and read again when cut off',
  (t) => {
    const pieces = [
      piece('stderr', 1, 'E1'),
      piece('stdout', 2, 'a\n'),
      piece('stdout', 3, 'b\n'),
      piece('stderr', 1, 'E2\n'),
    ];
    const { lines, cursors } = feed(pieces, {});
    t.same(lines, { stdout: ['a', 'b'], stderr: ['E1E2'] });
    const cursor = cursors[2]!;
    t.equal(sinceOf(cursor), '0', 'the beginning of the line of stderr must come again');
    t.same(feed(pieces, cursor).lines, { stdout: [], stderr: ['E1E2'] });
    t.end();
  },
);

t.test('a line has the time of its first part, in milliseconds', (t) => {
  const assembler = createLineAssembler({});
  assembler.add(piece('stdout', 7_900_000, 'a'));
  t.same(assembler.add(piece('stdout', 9_000_000, 'b\n')), [{ timestampMs: START_MS + 7, message: 'ab' }]);
  t.end();
});

t.test('an empty line makes no event; a carriage return stays', (t) => {
  // Source: moby, awslogs driver, processEvent: what has no bytes is no event.
  const { lines } = feed(
    [piece('stdout', 1, '\n'), piece('stdout', 2, 'a\r\n'), piece('stdout', 3, '\r\n')],
    {},
  );
  t.same(lines.stdout, ['a\r', '\r']);
  t.end();
});

t.test('bytes that are no UTF-8 become replacement characters', (t) => {
  t.same(feed([piece('stdout', 1, Buffer.from([0x61, 0xff, 0x62, 0x0a]))], {}).lines.stdout, ['a\ufffdb']);
  t.end();
});

t.test('the clock of the engine may go back without loss', (t) => {
  const { lines } = feed([piece('stdout', 5, 'a\n'), piece('stdout', 1, 'b\n')], {});
  t.same(lines.stdout, ['a', 'b']);
  const cursor = { stdout: { time: time(5), pieces: 1 } };
  const resumed = feed(
    [piece('stdout', 5, 'a\n'), piece('stdout', 6, 'b\n'), piece('stdout', 3, 'c\n')],
    cursor,
  );
  t.same(resumed.lines.stdout, ['b', 'c'], 'also once a reader that began again is beyond its cursor');
  t.end();
});

t.test('a last line without an end is told when the container is over', (t) => {
  const { lines, tail } = feed([piece('stdout', 1, 'a\n'), piece('stdout', 2, 'b')], {});
  t.same(lines.stdout, ['a']);
  t.same(tail, [{ timestampMs: START_MS, message: 'b' }]);
  t.end();
});

const parts = (line: Buffer, end: string): Piece[] => {
  const made: Piece[] = [];
  for (let at = 0; at < line.length; at += 16_384) {
    made.push(piece('stdout', 1, line.subarray(at, at + 16_384)));
  }
  const last = made.pop()!;
  return [...made, { ...last, text: Buffer.concat([last.text, Buffer.from(end)]) }];
};

t.test('a line longer than an event is cut between characters, and nothing of it is lost', (t) => {
  // Source: moby, awslogs driver: maximumBytesPerEvent = 262144 - 26.
  for (const text of ['a'.repeat(700_000), `x${'é'.repeat(300_000)}`, `xy${'🙂'.repeat(140_000)}`]) {
    const { lines } = feed(parts(Buffer.from(text), '\n'), {});
    t.ok(lines.stdout.join('') === text, 'all of it');
    t.ok(
      lines.stdout.length === 3 && lines.stdout.every((line) => Buffer.byteLength(line) <= MAX_MESSAGE_BYTES),
    );
  }
  const exact = 'a'.repeat(MAX_MESSAGE_BYTES);
  t.same(
    feed(parts(Buffer.from(exact), '\n'), {}).lines.stdout.map(({ length }) => length),
    [MAX_MESSAGE_BYTES],
  );
  t.end();
});

t.test(
  'a line without an end does not grow in memory: what is full is told, and skipped by a reader that begins again',
  (t) => {
    const text = Array.from({ length: 90_000 }, (_, index) => String(index).padStart(7, '0')).join(' ');
    const pieces = [
      piece('stdout', 0, 'before\n'),
      ...parts(Buffer.from(text), '\n'),
      piece('stdout', 2, 'after\n'),
    ];
    for (const cut of [17, 18, 30, 33, 34, 44]) {
      const first = feed(pieces.slice(0, cut), {});
      const second = feed(after(pieces, sinceOf(first.cursors.at(-1)!)), first.cursors.at(-1)!);
      t.ok(first.lines.stdout.length > (cut > 17 ? 1 : 0), 'told before its end');
      const all = [...first.lines.stdout, ...second.lines.stdout];
      t.equal(all.length, 5);
      t.ok(all.join('') === `before${text}after`, `cut after ${cut} pieces`);
    }
    t.end();
  },
);

t.test('whether all was read is seen by the last pieces alone', (t) => {
  const pieces = [
    piece('stdout', 1, 'a\n'),
    piece('stdout', 2, 'b\n'),
    piece('stderr', 2, 'e\n'),
    piece('stdout', 2, 'c\n'),
  ];
  const reached = (read: number, tail: readonly Piece[], isAll = false): boolean => {
    const assembler = createLineAssembler({});
    for (const one of pieces.slice(0, read)) assembler.add(one);
    const fresh = createLineAssembler(assembler.cursor());
    t.equal(fresh.reached(tail, isAll), assembler.reached(tail, isAll), 'a cursor knows as much');
    return assembler.reached(tail, isAll);
  };
  t.equal(reached(4, pieces), true);
  t.equal(reached(3, pieces), false, 'the second line of that time is missing');
  t.equal(reached(4, pieces.slice(1)), false, 'more of that time may be before');
  t.equal(reached(4, pieces, true), true);
  t.equal(reached(0, [], true), true, 'nothing was written');
  t.equal(reached(0, pieces.slice(0, 1), true), false);
  t.end();
});

t.test('reading goes on at the earlier of two outputs, or a second before the only one', (t) => {
  const at = (nanoseconds: number) => ({ time: time(nanoseconds), pieces: 1 });
  t.equal(sinceOf({}), '0');
  t.equal(sinceOf({ stdout: at(5), stderr: at(3) }), `${START_MS / 1000}.000000003`);
  t.equal(sinceOf({ stdout: at(5) }), String(START_MS / 1000 - 1));
  t.end();
});
