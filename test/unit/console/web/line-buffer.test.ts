import fc from 'fast-check';
import t from 'tap';
import { createLineBuffer } from '../../../../src/console/web/pages/logs/line-buffer.ts';

const event = (eventId: string, timestamp: number, message = eventId) => ({
  eventId,
  timestamp,
  logStreamName: 's',
  message,
});

t.test('what is read again is not added again', async (t) => {
  const buffer = createLineBuffer(100, 1000);
  t.equal(buffer.add([event('a', 1), event('b', 2)]), 2);
  t.equal(buffer.add([event('b', 2), event('c', 2)]), 1);
  t.same(
    buffer.lines.map(({ id }) => id),
    ['a', 'b', 'c'],
  );
});

t.test('a line of another stream that comes late stands where its time is', async (t) => {
  const buffer = createLineBuffer(100, 1000);
  buffer.add([event('a', 10), event('c', 30)]);
  buffer.add([event('b', 20), event('d', 40)]);
  t.same(
    buffer.lines.map(({ id }) => id),
    ['a', 'b', 'c', 'd'],
  );
});

t.test('of too many lines the oldest go, and are counted', async (t) => {
  const buffer = createLineBuffer(2, 1000);
  buffer.add([event('a', 1), event('b', 2), event('c', 3)]);
  t.same(
    buffer.lines.map(({ id }) => id),
    ['b', 'c'],
  );
  t.equal(buffer.dropped, 1);
  t.equal(buffer.newestMs, 3);
});

t.test('colours of terminals and line ends are left out of what is shown', async (t) => {
  const buffer = createLineBuffer(2, 1000);
  buffer.add([event('a', 1, '\u001b[1;31mred\u001b[0m and \u001b[2Kplain\r\n')]);
  t.equal(buffer.lines[0]?.text, 'red and plain');
});

t.test('however a log is cut into overlapping answers, each line is there once and in order', async (t) => {
  const log = Array.from({ length: 60 }, (_, index) => event(`e${index}`, Math.floor(index / 3)));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 20 }))),
      (cuts) => {
        const buffer = createLineBuffer(1000, 10);
        let end = 0;
        for (const [back, size] of [...cuts, [0, 60] as const]) {
          const start = Math.max(0, end - back);
          end = Math.min(log.length, Math.max(end, start + size));
          buffer.add(log.slice(start, end));
        }
        return (
          JSON.stringify(buffer.lines.map(({ id }) => id)) ===
          JSON.stringify(log.map(({ eventId }) => eventId))
        );
      },
    ),
  );
  t.pass('held');
});
