import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { createBodies } from '../../../../src/store/s3/bodies.ts';
import { until } from '../../../support/poll.ts';

const folder = t.testdir();
const bodies = createBodies(folder);
const write = (content: string) =>
  bodies.writeBody(Readable.from([Buffer.from(content)]) as AsyncIterable<Buffer>);
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

t.test('bytes are read over the borders of bodies', async (t) => {
  const parts = [await write('0123'), await write('45'), await write('6789')];
  const read = (start: number, end: number) => text(bodies.readBodies(parts, { start, end }));
  for (let start = 0; start < 10; start++)
    for (let end = start; end < 10; end++)
      t.equal(await read(start, end), '0123456789'.slice(start, end + 1), `${start}-${end}`);
  t.equal(await text(bodies.readBodies(parts)), '0123456789');
  bodies.dropBodies(parts);
  await until('the files are gone', () => files().length === 0);
});

t.test('what is deleted while it is read is read to its end, then it is gone', async (t) => {
  const parts = [await write('first'), await write('second')];
  const stream = bodies.readBodies(parts);
  bodies.dropBodies(parts);
  t.equal(await text(stream), 'firstsecond');
  await until('the files are gone', () => files().length === 0);
  const unread = await write('unread');
  const left = bodies.readBodies([unread]);
  bodies.dropBodies([unread]);
  t.same(files(), [unread.id]);
  left.destroy();
  await until('the file is gone', () => files().length === 0);
});

t.test('a body that breaks off leaves nothing; the sweep takes what nothing refers to', async (t) => {
  const broken = Readable.from(
    (function* () {
      yield Buffer.from('half');
      throw new Error('broke off');
    })(),
  ) as AsyncIterable<Buffer>;
  await t.rejects(bodies.writeBody(broken), { message: 'broke off' });
  t.same(files(), []);
  const [kept, orphan] = [await write('kept'), await write('orphan')];
  await bodies.sweep((id) => id === kept.id, 0);
  t.same(files().sort(), [kept.id, orphan.id].sort(), 'what is newer than the start is left alone');
  await bodies.sweep((id) => id === kept.id, Date.now() + 10_000);
  t.same(files(), [kept.id]);
});

t.test('what is deleted while it is copied is copied whole; a copy that fails leaves nothing', async (t) => {
  const parts = [await write('first'), await write('second')];
  const copying = bodies.copyBodies(parts);
  bodies.dropBodies(parts);
  const copies = await copying;
  t.equal(await text(bodies.readBodies(copies)), 'firstsecond');
  await until('the originals are gone', () => files().length === 2 + 1);
  const gone = { id: '00'.repeat(20), size: 1 };
  await t.rejects(bodies.copyBodies([...copies, gone]), { code: 'ENOENT' });
  bodies.dropBodies(copies);
  await until('only what the test before left is there', () => files().length === 1);
});
