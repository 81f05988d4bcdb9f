import fc from 'fast-check';
import t from 'tap';
import type { LogEvent, LogStream } from '../../../../src/model/log-event.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createLogStore, logMigrations } from '../../../../src/store/logs/store.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const now = new Date(1_700_000_000_000);

const open = (maxBytes = 1e9, clock = () => now) =>
  createLogStore(openDatabase(':memory:', [logMigrations]), { maxBytes, now: clock });

const lines = (events: Iterable<LogEvent>): string[] => [...events].map(({ message }) => message);

t.test('groups and streams are kept by account and region, listed by name, and go with their events', (t) => {
  const logs = open();
  const group = logs.createGroup(scope, 'b', { team: 'x' });
  logs.createGroup(scope, 'a/1', {});
  logs.createGroup({ ...scope, region: 'eu-west-1' }, 'c', {});
  t.match(logs.getGroup(scope, 'b'), { name: 'b', createdAt: now, storedBytes: 0, tags: { team: 'x' } });
  t.equal(logs.getGroup({ ...scope, account: '111111111111' }, 'b'), undefined);
  const names = (filter: object) => logs.listGroups(scope, { limit: 50, ...filter }).map(({ name }) => name);
  t.same(names({}), ['a/1', 'b']);
  t.same(names({ after: 'a/1' }), ['b']);
  t.same(names({ prefix: 'a/' }), ['a/1']);
  t.same(names({ pattern: 'B' }), ['b']);
  t.same(names({ limit: 1 }), ['a/1']);
  const stream = logs.createStream(group, 's');
  logs.append(stream, [{ timestampMs: 5, message: 'é' }], 9);
  t.equal(logs.getGroup(scope, 'b')?.storedBytes, 28, 'two bytes and 26');
  t.match(logs.getStream(group, 's'), {
    firstEventAt: new Date(5),
    lastEventAt: new Date(5),
    lastIngestionAt: new Date(9),
  });
  logs.deleteGroup(group);
  t.equal(logs.getGroup(scope, 'b'), undefined);
  t.same(lines(logs.read([stream], {})), []);
  t.throws(() => logs.createGroup(scope, 'a/1', {}), /UNIQUE/);
  t.end();
});

t.test('streams are listed by name or by their last event, both ways, page by page', (t) => {
  const logs = open();
  const group = logs.createGroup(scope, 'g', {});
  for (const [name, at] of [
    ['a', 3],
    ['b', 1],
    ['c', 2],
  ] as const) {
    logs.append(logs.createStream(group, name), [{ timestampMs: at, message: '' }], 1);
  }
  const list = (orderBy: 'LogStreamName' | 'LastEventTime', descending: boolean, after?: string) =>
    logs
      .listStreams(group, { orderBy, descending, limit: 2, ...(after !== undefined && { after }) })
      .map(({ name }) => name);
  t.same([list('LogStreamName', false), list('LogStreamName', false, 'b')], [['a', 'b'], ['c']]);
  t.same([list('LogStreamName', true), list('LogStreamName', true, 'b')], [['c', 'b'], ['a']]);
  t.same([list('LastEventTime', false), list('LastEventTime', false, 'c')], [['b', 'c'], ['a']]);
  t.same([list('LastEventTime', true), list('LastEventTime', true, 'c')], [['a', 'c'], ['b']]);
  t.end();
});

t.test('any events of any streams are read in order, from and to any point, both ways', (t) => {
  const event = fc.record({ stream: fc.nat(3), at: fc.nat(20) });
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 60 }),
      fc.nat(20),
      fc.nat(21),
      fc.boolean(),
      (events, fromMs, toMs, descending) => {
        const logs = open();
        const group = logs.createGroup(scope, 'g', {});
        for (const stream of [0, 1, 2, 3]) logs.createStream(group, String(stream));
        const streams = (): LogStream[] =>
          [0, 1, 2, 3].map((stream) => logs.getStream(group, String(stream))!);
        events.forEach(({ stream, at }, index) => {
          logs.append(streams()[stream]!, [{ timestampMs: at, message: String(index) }], 1);
        });
        const expected = events
          .map(({ at }, index) => ({ at, index }))
          .filter(({ at }) => at >= fromMs && at < toMs)
          .sort((a, b) => a.at - b.at || a.index - b.index)
          .map(({ index }) => String(index));
        const found = [...logs.read(streams(), { fromMs, toMs, descending })];
        const wanted = descending ? [...expected].reverse() : expected;
        if (JSON.stringify(lines(found)) !== JSON.stringify(wanted)) return false;
        const middle = found[found.length >> 1];
        if (!middle) return true;
        const rest = logs.read(streams(), {
          fromMs,
          toMs,
          descending,
          ...(descending ? { before: middle } : { after: middle }),
        });
        return JSON.stringify(lines(rest)) === JSON.stringify(wanted.slice((found.length >> 1) + 1));
      },
    ),
    { numRuns: 60 },
  );
  t.end();
});

t.test('more events than one chunk are read without a gap', (t) => {
  const logs = open();
  const stream = logs.createStream(logs.createGroup(scope, 'g', {}), 's');
  logs.append(
    stream,
    Array.from({ length: 5000 }, (_, index) => ({ timestampMs: index >> 3, message: String(index) })),
    1,
  );
  const read = lines(logs.read([logs.getStream(logs.getGroup(scope, 'g')!, 's')!], {}));
  t.same(
    read,
    Array.from({ length: 5000 }, (_, index) => String(index)),
  );
  t.end();
});

t.test('beyond its bound the store forgets the oldest events, of whatever group', (t) => {
  const logs = open(100 * 30);
  const [a, b] = ['a', 'b'].map((name) => logs.createGroup(scope, name, {}));
  const [first, second] = [logs.createStream(a!, 's'), logs.createStream(b!, 's')];
  for (let at = 0; at < 200; at++)
    logs.append(at % 2 ? first : second, [{ timestampMs: at, message: 'abcd' }], 1);
  const left = [a!, b!].flatMap((group) => [...logs.read([logs.getStream(group, 's')!], {})]);
  const times = left.map(({ timestampMs }) => timestampMs).sort((x, y) => x - y);
  t.ok(left.length <= 100 && left.length > 90, `${left.length} of 200 are left`);
  t.same(
    times,
    Array.from({ length: left.length }, (_, index) => 200 - left.length + index),
    'the youngest of both',
  );
  t.end();
});

t.test('retention removes what is older, and nothing else', (t) => {
  const day = 86_400_000;
  const logs = open(1e9, () => new Date(10 * day));
  const group = logs.createGroup(scope, 'g', {});
  const stream = logs.createStream(group, 's');
  logs.append(
    stream,
    [0, 2.9, 3, 9].map((days) => ({ timestampMs: days * day, message: String(days) })),
    1,
  );
  logs.setRetention(group, 7);
  logs.enforceLimits();
  t.same(lines(logs.read([logs.getStream(group, 's')!], {})), ['3', '9']);
  t.equal(logs.getGroup(scope, 'g')?.retentionInDays, 7);
  logs.setRetention(group, undefined);
  t.equal(logs.getGroup(scope, 'g')?.retentionInDays, undefined);
  t.end();
});

t.test(
  'output of a container and how far it was read are stored together; a deleted group is made again',
  (t) => {
    const logs = open();
    const target = { scope, group: 'g', stream: 's' };
    const heard: string[] = [];
    logs.onAppend((stream, events) => heard.push(`${stream.name}: ${lines(events).join()}`));
    const cursor = { stdout: { time: '5', pieces: 1 } };
    logs.appendOutput(target, 'docker-id', [{ timestampMs: 1, message: 'x' }], cursor);
    t.same(logs.cursor('docker-id'), cursor);
    t.same(heard, ['s: x']);
    logs.deleteGroup(logs.getGroup(scope, 'g')!);
    logs.appendOutput(target, 'docker-id', [{ timestampMs: 2, message: 'y' }], cursor);
    t.same(lines(logs.read([logs.getStream(logs.getGroup(scope, 'g')!, 's')!], {})), ['y']);
    logs.forget('docker-id');
    t.same(logs.cursor('docker-id'), {});
    t.end();
  },
);

t.test('many old events are removed a few at a time, and all of them', async (t) => {
  const database = openDatabase(':memory:', [logMigrations]);
  const count = () => database.prepare('SELECT count(*) AS n FROM log_event').get()?.['n'];
  const logs = createLogStore(database, { maxBytes: 1e9, now: () => now });
  const [old, gone, kept] = ['old', 'gone', 'kept'].map((name) => logs.createGroup(scope, name, {}));
  const many = Array.from({ length: 15_000 }, (_, index) => ({ timestampMs: index >> 2, message: 'x' }));
  for (const group of [old!, gone!, kept!]) {
    for (const name of ['s', 't']) logs.append(logs.createStream(group, name), many, 1);
  }
  const before = logs.getStream(gone!, 't')!;
  logs.setRetention(old!, 1);
  logs.deleteGroup(gone!);
  logs.enforceLimits();
  const left = count();
  t.ok(typeof left === 'number' && left > 60_000, 'other work has its turn before all is done');
  const again = logs.createStream(logs.createGroup(scope, 'gone', {}), 's');
  t.ok(again.id > before.id, 'an id is not given twice while events bear it');
  while (count() !== 30_000) await new Promise((resolve) => setImmediate(resolve));
  t.equal(lines(logs.read([logs.getStream(kept!, 's')!], {})).length, 15_000);
  t.equal(logs.getGroup(scope, 'old')?.storedBytes, 0);
  t.equal(logs.getGroup(scope, 'kept')?.storedBytes, 30_000 * 27);
});

t.test('what cannot be stored is not counted, and the cursor stays', (t) => {
  const database = openDatabase(':memory:', [logMigrations]);
  const logs = createLogStore(database, { maxBytes: 1e9, now: () => now });
  const target = { scope, group: 'g', stream: 's' };
  logs.appendOutput(target, 'id', [{ timestampMs: 1, message: 'a' }], { stdout: { time: '1', pieces: 1 } });
  database.exec(`
    CREATE TRIGGER full_disk BEFORE INSERT ON log_event WHEN NEW.message = 'c'
    BEGIN SELECT raise(ABORT, 'database or disk is full'); END
  `);
  const events = ['b', 'c'].map((message) => ({ timestampMs: 2, message }));
  const heard: unknown[] = [];
  logs.onAppend((...given) => heard.push(given));
  t.throws(() => {
    logs.appendOutput(target, 'id', events, { stdout: { time: '2', pieces: 2 } });
  }, /full/);
  t.same(logs.cursor('id'), { stdout: { time: '1', pieces: 1 } });
  t.same(heard, []);
  t.equal(logs.getGroup(scope, 'g')?.storedBytes, 27);
  database.exec('DROP TRIGGER full_disk');
  logs.appendOutput(target, 'id', events, { stdout: { time: '2', pieces: 2 } });
  const stream = logs.getStream(logs.getGroup(scope, 'g')!, 's')!;
  t.same(lines(logs.read([stream], {})), ['a', 'b', 'c']);
  t.end();
});

t.test('reading many events and stopping early costs little, also while others are stored', (t) => {
  const logs = open();
  const group = logs.createGroup(scope, 'g', {});
  const stream = logs.createStream(group, 's');
  const many = Array.from({ length: 5000 }, (_, index) => ({ timestampMs: index, message: String(index) }));
  logs.append(stream, many, 1);
  const read: string[] = [];
  for (const { message } of logs.read([logs.getStream(group, 's')!], { descending: true })) {
    logs.append(stream, [{ timestampMs: 10_000, message: 'later' }], 2);
    read.push(message);
    if (read.length === 3) break;
  }
  t.same(read, ['4999', '4998', '4997']);
  logs.deleteStream(logs.getStream(group, 's')!);
  t.equal(logs.getStream(group, 's'), undefined);
  t.end();
});
