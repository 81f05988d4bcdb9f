import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { createEventDelivery } from '../../../src/gateway/put-events.ts';
import type { EcsEvent } from '../../../src/model/ecs-event.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createEventStore } from '../../../src/store/ecs/events.ts';
import { ecsMigrations } from '../../../src/store/ecs/store.ts';
import { until } from '../../support/poll.ts';

const event = (name: string, more: Partial<EcsEvent> = {}): EcsEvent => ({
  version: '0',
  id: name,
  'detail-type': 'ECS Service Action',
  source: 'aws.ecs',
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: [`arn:${name}`],
  detail: { name },
  ...more,
});

type Call = {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly names: readonly string[];
};

/** An upstream that is told what to answer, and a store with deliveries to it. */
async function setUp(t: Test, keptEvents?: number) {
  const calls: Call[] = [];
  let answer = (names: readonly string[]): { status: number; body: string } => ({
    status: 200,
    body: JSON.stringify({ FailedEntryCount: 0, Entries: names.map((EventId) => ({ EventId })) }),
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { Entries } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        Entries: { Detail: string }[];
      };
      const names = Entries.map(({ Detail }) => (JSON.parse(Detail) as { name: string }).name);
      calls.push({ headers: request.headers, url: request.url ?? '', names });
      const { status, body } = answer(names);
      // 0: never.
      if (status !== 0) response.writeHead(status).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines: { level: number; msg: string; [member: string]: unknown }[] = [];
  const logger = pino(
    { level: 'debug' },
    { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[0]) },
  );
  const events = createEventStore(openDatabase(':memory:', [ecsMigrations]), keptEvents);
  const upstreamUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  const closings: (() => Promise<void>)[] = [];
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(closings.map((close) => close()));
  });
  return {
    calls,
    lines,
    events,
    upstreamUrl,
    names: () => calls.flatMap((call) => call.names),
    answerWith(next: typeof answer) {
      answer = next;
    },
    start() {
      const now = (): Date => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
      const delivery = createEventDelivery({ events, upstreamUrl, now, random: () => 0, logger });
      closings.push(() => delivery.close());
      return delivery;
    },
  };
}

t.test('events are put in order, ten a call and one account and region a call', async (t) => {
  const world = await setUp(t);
  world.start();
  const names = Array.from({ length: 12 }, (_, index) => String(index));
  world.events.append([
    ...names.map((name) => event(name)),
    event('west', { region: 'us-west-2' }),
    event('other', { account: '000000000000', region: 'us-west-2' }),
  ]);
  await until('all came', () => world.names().length === 14);
  t.same(
    world.calls.map((call) => call.names),
    [names.slice(0, 10), names.slice(10), ['west'], ['other']],
  );
  t.match(world.calls[0], {
    url: '/base',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      'x-amz-date': '20260102T030405Z',
      authorization: /^AWS4-HMAC-SHA256 Credential=123456789012\/20260102\/eu-west-1\/events\/aws4_request, /,
    },
  });
  t.match(world.calls[3]?.headers.authorization, /Credential=000000000000\/20260102\/us-west-2\//);
});

t.test('an upstream that is named for the first time gets what happens from then on', async (t) => {
  const world = await setUp(t);
  world.events.append([event('before')]);
  world.start();
  world.events.append([event('after')]);
  await until('it came', () => world.names().length > 0);
  t.same(world.names(), ['after']);
});

t.test('a call that fails is made again until it succeeds, and told once', async (t) => {
  const world = await setUp(t);
  const good = JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
  const answers = [
    { status: 503, body: 'away' },
    { status: 200, body: '<html>' },
    { status: 200, body: '{}' },
    { status: 200, body: good },
  ];
  world.answerWith(() => answers.shift() ?? { status: 200, body: good });
  world.start();
  world.events.append([event('a')]);
  await until('it was delivered', () => world.events.delivered(world.upstreamUrl) === 1);
  t.same(world.names(), ['a', 'a', 'a', 'a']);
  await until('that was told', () => world.lines.some(({ level }) => level === 30));
  t.equal(world.lines.filter(({ level }) => level === 40).length, 1);
  world.events.append([event('b')]);
  await until('the next one', () => world.events.delivered(world.upstreamUrl) === 2);
  t.same(world.names(), ['a', 'a', 'a', 'a', 'b']);
});

t.test('an entry that the upstream refuses is logged and not put again', async (t) => {
  const world = await setUp(t);
  world.answerWith(() => ({
    status: 200,
    body: JSON.stringify({
      FailedEntryCount: 1,
      Entries: [
        { EventId: '1' },
        {
          ErrorCode: 'NotAuthorizedForSourceException',
          ErrorMessage: 'Not authorized for the source.',
        },
      ],
    }),
  }));
  world.start();
  world.events.append([event('a'), event('b')]);
  await until('it was told', () => world.lines.length > 0);
  t.match(world.lines, [{ level: 40, code: 'NotAuthorizedForSourceException', resources: ['arn:b'] }]);
  t.equal(world.events.delivered(world.upstreamUrl), 2);
});

t.test('what was not delivered is delivered after the next start, and nothing twice', async (t) => {
  const world = await setUp(t);
  const first = world.start();
  world.events.append([event('a')]);
  await until('it was delivered', () => world.events.delivered(world.upstreamUrl) === 1);
  await first.close();
  world.events.append([event('b')]);
  world.start();
  await until('it was delivered', () => world.events.delivered(world.upstreamUrl) === 2);
  t.same(world.names(), ['a', 'b']);
});

t.test('closing delivers what is there', async (t) => {
  const world = await setUp(t);
  const delivery = world.start();
  world.events.append([event('a')]);
  await delivery.close();
  t.equal(world.events.delivered(world.upstreamUrl), 1);
});

t.test('closing waits for no upstream that does not answer', async (t) => {
  const world = await setUp(t);
  world.answerWith(() => ({ status: 0, body: '' }));
  const delivery = world.start();
  world.events.append([event('a')]);
  await until('it was asked', () => world.calls.length > 0);
  await delivery.close();
  t.equal(world.events.delivered(world.upstreamUrl), 0);
});

t.test('what is no longer kept is told', async (t) => {
  const world = await setUp(t, 2);
  world.answerWith((names) =>
    world.calls.length === 1
      ? { status: 503, body: '' }
      : { status: 200, body: JSON.stringify({ Entries: names.map(() => ({})) }) },
  );
  world.start();
  world.events.append([event('a')]);
  await until('it was refused', () => world.lines.length === 1);
  world.events.append([event('b'), event('c'), event('d')]);
  await until('they were delivered', () => world.events.delivered(world.upstreamUrl) === 4);
  t.same(world.names(), ['a', 'c', 'd']);
  t.match(world.lines[1], { level: 40, events: 2 });
});
