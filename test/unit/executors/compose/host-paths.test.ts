import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { isInFolders } from '../../../../src/executors/compose/host-paths.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'ecsidecar-paths-')));
t.teardown(() => {
  rmSync(base, { recursive: true });
});
mkdirSync(join(base, 'in/below'), { recursive: true });
mkdirSync(join(base, 'out'));
symlinkSync(join(base, 'out'), join(base, 'in/link'));
symlinkSync(join(base, 'in'), join(base, 'alias'));

const isIn = (path: string, canSee = true, folders = ['in']) =>
  isInFolders(
    `${base}/${path}`,
    folders.map((folder) => `${base}/${folder}`),
    () => canSee,
  );

t.test('whether a path lies in a folder', async (t) => {
  const cases: [path: string, seen: boolean, unseen: boolean][] = [
    ['in', true, true],
    ['in/', true, true],
    ['in/below', true, true],
    ['in/not/there', true, true],
    ['in/below/../x', true, true],
    ['in/../out', false, false],
    ['in/below/../../out', false, false],
    ['inside', false, false],
    ['out', false, false],
    ['', false, false],
    ['in/link', false, true],
    ['in/link/not/there', false, true],
    ['in//link', false, true],
  ];
  for (const [path, seen, unseen] of cases) {
    t.equal(await isIn(path), seen, path);
    t.equal(await isIn(path, false), unseen, `${path}, where the disk cannot be looked at`);
  }
});

t.test('a folder may be written with a slash at its end, or be a symlink itself', async (t) => {
  t.ok(await isIn('in/below', true, ['in/']));
  t.ok(await isIn('alias/below', true, ['alias']));
  t.notOk(await isIn('alias/link', true, ['alias']));
  t.ok(await isInFolders('/anything', ['/'], () => true));
});
