import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { hashOfSources } from '../../../src/setup/page.mjs';

t.test('the page is built again when what it is made of changes, not when files are touched', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'ecsidecar-page-'));
  t.teardown(() => rm(root, { recursive: true }));
  const write = (path: string, text: string): Promise<void> => writeFile(join(root, path), text);
  await mkdir(join(root, 'src/console/web/pages'), { recursive: true });
  await write('package-lock.json', '{}');
  await write('src/console/vite.config.ts', 'config');
  await write('src/console/web/main.tsx', 'main');
  await write('src/console/web/pages/list.tsx', 'list');
  const first = hashOfSources(root);

  await utimes(join(root, 'src/console/web/main.tsx'), 1, 1);
  await write('src/console/routes.ts', 'the server');
  t.equal(hashOfSources(root), first);

  const seen = new Set([first]);
  const changes: [string, string][] = [
    ['package-lock.json', '{"packages":{}}'],
    ['src/console/vite.config.ts', 'another'],
    ['src/console/web/pages/list.tsx', 'longer list'],
    ['src/console/web/pages/new.tsx', ''],
  ];
  for (const [path, text] of changes) {
    await write(path, text);
    const hash = hashOfSources(root);
    t.notOk(seen.has(hash), path);
    seen.add(hash);
  }
});
