import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import t, { type Test } from 'tap';
import { createDebounce } from '../../../src/lib/debounce.ts';
import { watchFolders } from '../../../src/reload/watch-folders.ts';
import { until } from '../../support/poll.ts';

/** A watched folder of its own, with what was told of it, as paths relative to it. */
async function watched(t: Test, prepare: (folder: string) => Promise<void> = () => Promise.resolve()) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ecsidecar-watch-')));
  await prepare(folder);
  let told: string[] = [];
  let lostCount = 0;
  const stop = await watchFolders(folder, {
    onChange: (paths) => told.push(...paths.map((path) => relative(folder, path))),
    onLost: () => (lostCount += 1),
  });
  t.teardown(async () => {
    stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    stop,
    lostCount: () => lostCount,
    /** Does it, and returns what was told until a change made after it was. */
    toldOf: async (work: () => unknown): Promise<string[]> => {
      told = [];
      await work();
      const mark = `mark-${process.hrtime.bigint()}`;
      await writeFile(join(folder, mark), '');
      await until('the mark is told', () => told.includes(mark));
      return [...new Set(told)].filter((path) => !path.startsWith('mark-')).sort();
    },
    until: (path: string) => until(`${path} is told`, () => told.includes(path)),
  };
}

t.test('files that are made, written, renamed and deleted are told, wherever they lie', async (t) => {
  const { folder, toldOf } = await watched(t, async (root) => {
    await mkdir(join(root, 'a', 'b'), { recursive: true });
    await writeFile(join(root, 'a', 'b', 'old.txt'), 'x');
    await writeFile(join(root, 'root.txt'), 'x');
  });
  const at = (...names: string[]) => join(folder, ...names);
  t.same(await toldOf(() => writeFile(at('root.txt'), 'y')), ['root.txt']);
  t.same(await toldOf(() => writeFile(at('a', 'b', 'old.txt'), 'y')), ['a/b/old.txt']);
  t.same(await toldOf(() => rename(at('a', 'b', 'old.txt'), at('a', 'new.txt'))), [
    'a/b/old.txt',
    'a/new.txt',
  ]);
  t.same(await toldOf(() => rm(at('a', 'new.txt'))), ['a/new.txt']);
});

t.test('folders that come, go, move and come again are watched as they are now', async (t) => {
  const { folder, toldOf, until } = await watched(t);
  const at = (...names: string[]) => join(folder, ...names);
  // What is in a new folder may have been there before it was looked at.
  await toldOf(() => {
    mkdirSync(at('x', 'y', 'z'), { recursive: true });
    writeFileSync(at('x', 'y', 'z', 'deep.txt'), '1');
  });
  await until('x/y/z/deep.txt');
  t.same(await toldOf(() => writeFile(at('x', 'y', 'z', 'deep.txt'), '2')), ['x/y/z/deep.txt']);

  await toldOf(() => rename(at('x'), at('moved')));
  await until('moved/y/z/deep.txt');
  t.same(await toldOf(() => writeFile(at('moved', 'y', 'z', 'deep.txt'), '3')), ['moved/y/z/deep.txt']);

  await toldOf(() => rm(at('moved'), { recursive: true }));
  await toldOf(async () => {
    await mkdir(at('moved'));
    await writeFile(at('moved', 'again.txt'), '1');
  });
  await until('moved/again.txt');
  t.same(await toldOf(() => writeFile(at('moved', 'again.txt'), '2')), ['moved/again.txt']);
});

t.test('a folder in a folder of the same name is not taken for it', async (t) => {
  const { folder, toldOf, until, lostCount } = await watched(t, async (root) => {
    await mkdir(join(root, 'same', 'same'), { recursive: true });
  });
  await rm(join(folder, 'same', 'same'), { recursive: true });
  await until('same/same');
  t.same(await toldOf(() => writeFile(join(folder, 'same', 'a.txt'), '1')), ['same/a.txt']);
  t.same(await toldOf(() => rm(join(folder, 'same'), { recursive: true })), ['same', 'same/a.txt']);
  t.equal(lostCount(), 0);
});

t.test('what is never looked into is not told, and links are not followed', async (t) => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'ecsidecar-elsewhere-'));
  t.teardown(() => rm(elsewhere, { recursive: true, force: true }));
  const { folder, toldOf } = await watched(t, async (root) => {
    await mkdir(join(root, 'node_modules', 'deep'), { recursive: true });
    await mkdir(join(root, 'app'));
    await symlink(elsewhere, join(root, 'link'));
  });
  t.same(
    await toldOf(async () => {
      await writeFile(join(folder, 'node_modules', 'deep', 'a.js'), 'x');
      await mkdir(join(folder, 'app', '.git'));
      await writeFile(join(folder, 'app', '.git', 'index'), 'x');
      await writeFile(join(elsewhere, 'a.txt'), 'x');
    }),
    [],
  );
});

t.test('a folder that is gone is lost once, one that is stopped tells nothing more', async (t) => {
  const gone = await watched(t);
  await rm(gone.folder, { recursive: true });
  await until('it is lost', () => gone.lostCount() > 0);
  await mkdir(gone.folder);
  t.equal(gone.lostCount(), 1);
  await t.rejects(watchFolders(join(gone.folder, 'none'), { onChange: () => 0, onLost: () => 0 }), {
    code: 'ENOENT',
  });

  const stopped = await watched(t);
  const other = await watched(t);
  stopped.stop();
  await rm(stopped.folder, { recursive: true });
  await other.toldOf(() => undefined);
  t.equal(stopped.lostCount(), 0);
});

t.test('more changes than the system keeps lose no folder for later', async (t) => {
  const { folder, toldOf, until } = await watched(t);
  // Nothing is read of what the system tells while this runs: it keeps 16,384 events and drops the rest.
  for (let index = 0; index < 20_000; index++) writeFileSync(join(folder, String(index)), '');
  mkdirSync(join(folder, 'late'));
  await until('late');
  t.same(await toldOf(() => writeFile(join(folder, 'late', 'a.txt'), 'x')), ['late/a.txt']);
});

t.test('changes that are known by the time a pause is over belong to what came before it', async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ecsidecar-watch-')));
  const handedOver: string[][] = [];
  const gathered = createDebounce<string>({
    quietMs: () => 50,
    boundMs: 10_000,
    onReady: (paths) => handedOver.push([...paths].map((path) => relative(folder, path)).sort()),
  });
  let isTold = false;
  const stop = await watchFolders(folder, {
    onChange: (paths) => {
      gathered.add(paths);
      isTold = true;
    },
    onLost: () => undefined,
  });
  t.teardown(async () => {
    stop();
    gathered.close();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, 'first'), '');
  await until('the first is told', () => isTold);
  // As on a machine that has no time for this process.
  const end = performance.now() + 150;
  while (performance.now() < end);
  writeFileSync(join(folder, 'second'), '');
  await until('they are handed over', () => handedOver.length > 0);
  t.same(handedOver, [['first', 'second']]);
});
