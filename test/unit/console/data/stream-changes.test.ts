import { once } from 'node:events';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { MAX_WAITING } from '../../../../src/console/data/stream-changes.ts';
import type { Change } from '../../../../src/model/console-ports.ts';
import { consoleGateway, createFakeFeed } from '../../../support/console.ts';
import { until } from '../../../support/poll.ts';
import { readFrames } from '../../../support/server-sent-events.ts';

async function setUp(t: Test) {
  const feed = createFakeFeed();
  const { server } = await consoleGateway(t, { changes: feed });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { feed, server, url: `${url}/_ecsidecar/api/changes` };
}

const task = (id: string): Change => ({ kind: 'task', arn: `arn:${id}\n\ndata: "forged"` });

t.test('changes come as they are told, each as one event', async (t) => {
  const { feed, url } = await setUp(t);
  const reader = await readFrames(url);
  await until('it listens', () => feed.listeners.size === 1);
  feed.tell(task('a'), { kind: 'cluster', arn: 'arn:c' });
  await until('both', () => reader.frames.length === 2);
  t.same(reader.frames, [
    { event: 'change', data: task('a') },
    { event: 'change', data: { kind: 'cluster', arn: 'arn:c' } },
  ]);
  reader.close();
  await until('it is gone', () => feed.listeners.size === 0);
});

t.test('who connects again is told to read everything anew', async (t) => {
  const { feed, url } = await setUp(t);
  const first = await readFrames(url);
  await until('the id', () => first.text().includes('id: 1\n\n'));
  const again = await readFrames(url, { 'Last-Event-ID': '1' });
  await until('reset', () => again.frames.length === 1);
  t.same(again.frames[0], { event: 'reset', data: {} });
  feed.tell(task('a'));
  await until('the change', () => first.frames.length === 1 && again.frames.length === 2);
  t.equal(first.frames[0]?.event, 'change');
  first.close();
  again.close();
});

t.test('a client that does not read costs no more than its bound, and is reset once it does', async (t) => {
  const { feed, url, server } = await setUp(t);
  const slow = connect(Number(new URL(url).port), '127.0.0.1');
  await once(slow, 'connect');
  const accepted = once(server.server, 'request');
  slow.write('GET /_ecsidecar/api/changes HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [, response] = (await accepted) as [unknown, { writableNeedDrain: boolean; writableLength: number }];
  slow.pause();
  await until('it listens', () => feed.listeners.size === 1);
  let told = 0;
  const tellMany = (): void => {
    feed.tell(...Array.from({ length: 500 }, () => task(`${told++}${'x'.repeat(500)}`)));
  };
  await until('its connection is full', () => {
    if (!response.writableNeedDrain) tellMany();
    return response.writableNeedDrain;
  });
  const waiting = response.writableLength;
  for (let round = 0; round * 500 <= MAX_WAITING + 500; round++) tellMany();
  t.equal(response.writableLength, waiting, 'nothing more is written');
  let text = '';
  slow.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  slow.resume();
  await until('reset', () => text.includes('event: reset'));
  feed.tell(task('after'));
  await until('it goes on', () => text.includes('arn:after'));
  t.ok(text.indexOf('event: reset') < text.indexOf('arn:after'));
  slow.destroy();
  await until('it is gone', () => feed.listeners.size === 0);
});

t.test('streams end when the server closes', async (t) => {
  const { feed, url, server } = await setUp(t);
  const reader = await readFrames(url);
  await until('it listens', () => feed.listeners.size === 1);
  await server.close();
  await reader.ended;
  t.equal(feed.listeners.size, 0);
});
