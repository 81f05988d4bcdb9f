import fc from 'fast-check';
import t from 'tap';
import {
  createLineAssembler,
  MAX_MESSAGE_BYTES,
  type Piece,
} from '../../../../src/executors/compose/log-lines.ts';
import {
  compileMultiline,
  joinLines,
  type EventAssembler,
} from '../../../../src/executors/compose/multiline.ts';
import type { LogCursor, NewLogEvent } from '../../../../src/model/log-event.ts';

const begins = compileMultiline('^A');
const assembler = (from: LogCursor = {}): EventAssembler =>
  joinLines(createLineAssembler(from, { keepsEmpty: true }), begins);

const piece = (output: Piece['output'], at: number, text: string): Piece => ({
  output,
  time: `2026-01-02T03:04:05.${String(at).padStart(9, '0')}Z`,
  text: Buffer.from(text),
});
const messages = (events: readonly NewLogEvent[]): string[] => events.map(({ message }) => message);

t.test(
  'an event goes from a line that matches to the next one, of both outputs, with empty lines',
  async (t) => {
    const one = assembler();
    const pieces = ['A1\n', ' at x\n', '\n', ' at y\n', 'A2\n', 'A3'].map((text, index) =>
      piece(index % 2 === 0 ? 'stdout' : 'stderr', index * 1_000_000, text),
    );
    const events = pieces.flatMap((added) => one.add(added));
    t.same(messages(events), ['A1\n at x\n\n at y\n']);
    t.equal(events[0]?.timestampMs, Date.UTC(2026, 0, 2, 3, 4, 5), 'the time of its first line');
    t.ok(one.isWaiting());
    t.same(messages(one.flush()), ['A2\n', 'A3\n']);
    t.notOk(one.isWaiting());
  },
);

t.test('what is at hand can be ended before the next event begins', async (t) => {
  const one = assembler();
  one.add(piece('stdout', 1, 'A1\n'));
  t.same(one.cursor(), {}, 'its lines are read again after a death');
  t.same(messages(one.endEvent()), ['A1\n']);
  t.match(one.cursor(), { stdout: { pieces: 1 } });
  t.same(one.endEvent(), []);
  t.same(messages(one.add(piece('stdout', 2, 'more\n'))), []);
  t.same(messages(one.flush()), ['more\n']);
});

t.test('an event never has more bytes than the driver lets it have', async (t) => {
  const one = assembler();
  const line = `${'x'.repeat(10_000)}\n`;
  const events = Array.from({ length: 60 }, (_, at) => one.add(piece('stdout', at, line))).flat();
  events.push(...one.add(piece('stdout', 61, `${'é'.repeat(300_000)}\n`)), ...one.flush());
  for (const { message } of events) t.ok(Buffer.byteLength(message) <= MAX_MESSAGE_BYTES);
  t.equal(
    events
      .map(({ message }) => message)
      .join('')
      .replaceAll('\n', '').length,
    60 * 10_000 + 300_000,
  );
});

const script = fc
  .array(
    fc.record({
      output: fc.constantFrom('stdout' as const, 'stderr' as const),
      step: fc.nat(2),
      parts: fc.array(fc.constantFrom('', 'A', 'b', 'é', ' A'), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 14 },
  )
  .map((written) => {
    let at = 0;
    return written.flatMap(({ output, step, parts }) => {
      at += step;
      return parts.map((text, index) => piece(output, at, index === parts.length - 1 ? `${text}\n` : text));
    });
  });

t.test('killed anywhere, with events ended anywhere: no line is lost, doubled or out of order', async (t) => {
  fc.assert(
    fc.property(
      script,
      fc.array(fc.nat(20), { maxLength: 4 }),
      fc.array(fc.nat(20)),
      (pieces, deaths, pauses) => {
        const whole = assembler();
        const expected = [...pieces.flatMap((added) => whole.add(added)), ...whole.flush()];
        const stored: NewLogEvent[] = [];
        let cursor: LogCursor = {};
        const store = (one: EventAssembler, events: readonly NewLogEvent[]): void => {
          if (events.length === 0) return;
          stored.push(...events);
          cursor = one.cursor();
        };
        for (const death of [...deaths, pieces.length]) {
          const one = assembler(cursor);
          pieces.slice(0, death).forEach((added, index) => {
            store(one, one.add(added));
            if (pauses.includes(index)) store(one, one.endEvent());
          });
          if (death === pieces.length) store(one, one.flush());
        }
        const text = (events: readonly NewLogEvent[]): string => messages(events).join('');
        if (pauses.length === 0) t.strictSame(messages(stored), messages(expected));
        if (text(stored) !== text(expected)) throw new Error(`${text(stored)} is not ${text(expected)}`);
      },
    ),
    { numRuns: 2000 },
  );
});

t.test('a pattern takes time linear in the line, and is Docker’s', async (t) => {
  t.notOk(compileMultiline('^(a+)+$')(`${'a'.repeat(200_000)}b`.slice(0, 16_000) + 'b'));
  t.ok(compileMultiline('(?i)^\\[error\\]')('[ERROR] x'));
  t.throws(() => compileMultiline('(?=a)'), {
    kind: 'cannotStart',
    message:
      /^failed to initialize logging driver: awslogs could not parse multiline pattern key "\(\?=a\)": error parsing regexp: /,
  });
});
