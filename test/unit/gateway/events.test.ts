import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { createGateway } from '../../../src/gateway/server.ts';
import type { EcsEvent } from '../../../src/model/ecs-event.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createEventStore } from '../../../src/store/ecs/events.ts';
import { ecsMigrations } from '../../../src/store/ecs/store.ts';
import { readEvents, type EventReader } from '../../support/event-stream.ts';
import { until } from '../../support/poll.ts';

const event = (id: string, text = ''): EcsEvent => ({
  version: '0',
  id,
  'detail-type': 'ECS Service Action',
  source: 'aws.ecs',
  account: '123456789012',
  region: 'eu-west-1',
  time: '2026-01-01T00:00:00Z',
  resources: [],
  detail: { text },
});

async function setUp(t: Test, more: { breaks?: boolean } = {}) {
  const lines: string[] = [];
  const events = createEventStore(openDatabase(':memory:', [ecsMigrations]));
  const server = await createGateway({
    apis: [],
    health: () => ({}),
    events: {
      ...events,
      listAfter(sequence, limit) {
        if (more.breaks === true) throw new Error('the disk is gone');
        return events.listAfter(sequence, limit);
      },
    },
    allowedHosts: [],
    logger: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
  });
  t.teardown(() => server.close());
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { events, server, url, lines };
}

const ids = ({ events }: EventReader): number[] => events.map(({ id }) => id);

t.test('a reader gets what happens from now on, with its sequence and kind', async (t) => {
  const { events, url } = await setUp(t);
  events.append([event('before')]);
  const reader = await readEvents(url);
  const text = 'two\nlines, and \r, and ü';
  events.append([event('a', text), event('b')]);
  await until('both', () => reader.events.length === 2);
  t.same(reader.events[0], { id: 2, type: 'ECS Service Action', event: event('a', text) });
  t.equal(reader.events[1]?.id, 3);
  reader.close();
});

t.test('a reader goes on after the id that it names; the header counts more than the address', async (t) => {
  const { events, url } = await setUp(t);
  events.append(['a', 'b', 'c'].map((id) => event(id)));
  const cases: readonly (readonly [number[], Parameters<typeof readEvents>[1]])[] = [
    [[1, 2, 3], { query: '?after=0' }],
    [[3], { query: '?after=2' }],
    [[2, 3], { headers: { 'Last-Event-ID': '1' } }],
    [[3], { query: '?after=0', headers: { 'Last-Event-ID': '2' } }],
    // Of a data folder that is no more.
    [[1, 2, 3], { headers: { 'Last-Event-ID': '900' } }],
  ];
  for (const [wanted, asked] of cases) {
    const reader = await readEvents(url, asked);
    await until('all', () => reader.events.length >= wanted.length);
    t.same(ids(reader), wanted, JSON.stringify(asked));
    reader.close();
  }
});

t.test('what is no id is refused', async (t) => {
  const { url } = await setUp(t);
  for (const query of ['?after=', '?after=x', '?after=-1', '?after=1e3'])
    await t.rejects(readEvents(url, { query }), /answered with 400: .*are numbers/);
});

t.test('nobody from another site reads them', async (t) => {
  const { url } = await setUp(t);
  await t.rejects(readEvents(url, { headers: { host: 'evil.example' } }), /answered with 403/);
  await t.rejects(readEvents(url, { headers: { origin: 'http://evil.example' } }), /answered with 403/);
  await t.rejects(readEvents(url, { headers: { 'sec-fetch-site': 'cross-site' } }), /answered with 403/);
});

t.test('thousands of events come whole and in order', async (t) => {
  const { events, url } = await setUp(t);
  events.append(Array.from({ length: 5000 }, (_, index) => event(String(index), 'x'.repeat(500))));
  const reader = await readEvents(url, { query: '?after=0' });
  await until('all', () => reader.events.length === 5000);
  t.same(
    ids(reader),
    Array.from({ length: 5000 }, (_, index) => index + 1),
  );
  reader.close();
});

t.test('a client that does not read holds up no other and costs no more than a few events', async (t) => {
  const { events, url, server } = await setUp(t);
  events.append(Array.from({ length: 8000 }, (_, index) => event(String(index), 'x'.repeat(2000))));
  const { port } = new URL(url);
  const idle = connect(Number(port), '127.0.0.1');
  await once(idle, 'connect');
  const accepted = once(server.server, 'request');
  idle.write('GET /_ecsidecar/events?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [, response] = (await accepted) as [unknown, { writableLength: number }];
  await until('its connection is full', () => response.writableLength > 0);
  const reader = await readEvents(url, { query: '?after=7990' });
  await until('the other got its events', () => reader.events.length === 10);
  t.ok(response.writableLength < 1_000_000, `${response.writableLength} bytes wait`);
  reader.close();
  idle.destroy();
});

t.test('streams end when the server closes, whole', async (t) => {
  const { events, url, server } = await setUp(t);
  const reader = await readEvents(url);
  events.append([event('a')]);
  await until('it came', () => reader.events.length === 1);
  await server.close();
  await reader.ended;
  t.match(reader.text(), /\n\n$/);
});

t.test('events that cannot be read end the stream and nothing else', async (t) => {
  const { url, lines } = await setUp(t, { breaks: true });
  await t.rejects(readEvents(url, { query: '?after=0' }));
  t.match(lines.join(''), /the disk is gone/);
});
