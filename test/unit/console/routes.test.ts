import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fastify from 'fastify';
import t, { type Test } from 'tap';
import { createPage } from '../../../src/console/routes.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function setUp(t: Test, isBuilt = true) {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-page-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const build = async (index: string): Promise<void> => {
    await mkdir(join(folder, 'web/assets'), { recursive: true });
    await writeFile(join(folder, 'web/index.html'), index);
    await writeFile(join(folder, 'web/favicon.svg'), '<svg/>');
    await writeFile(join(folder, 'web/assets/main-abc.js'), 'run();');
    await writeFile(join(folder, 'web/assets/main-abc.js.gz'), gzipSync('run();'));
    await writeFile(join(folder, 'web/.made-of'), 'sources');
  };
  await writeFile(join(folder, 'secret.html'), 'secret');
  if (isBuilt) await build('<p>page');
  const server = fastify();
  const page = createPage(join(folder, 'web'));
  server.all('/_ecsidecar/*', async (request, reply) => {
    if (!(await page(request, reply))) await reply.code(404).send('not served');
  });
  t.teardown(() => server.close());
  const get = (path: string, headers: Record<string, string> = {}) =>
    server.inject({ method: 'GET', url: `/_ecsidecar/${path}`, headers });
  return { folder, build, server, get };
}

t.test('the page may run, show and reach nothing but its own, and be shown in no other', async (t) => {
  const { get } = await setUp(t);
  const { statusCode, headers, body } = await get('', HTML);
  t.equal(statusCode, 200);
  t.equal(body, '<p>page');
  t.equal(headers['content-type'], 'text/html; charset=utf-8');
  const policy = String(headers['content-security-policy']);
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ])
    t.ok(policy.split('; ').includes(part), part);
  t.notMatch(policy, /unsafe|\*|http/);
  t.equal(headers['x-content-type-options'], 'nosniff');
  t.equal(headers['referrer-policy'], 'no-referrer');
});

t.test("the page's own addresses are answered with the page, for browsers alone", async (t) => {
  const { get, server } = await setUp(t);
  for (const path of ['clusters', 'clusters/a%2Fb', 'task-definitions/web/7?tab=json', '..%2fsecret.html'])
    t.equal((await get(path, HTML)).body, '<p>page', path);
  t.equal((await get('clusters')).statusCode, 404);
  t.equal((await get('clusters', { accept: 'application/json' })).statusCode, 404);
  t.equal((await get('api/nothing', HTML)).statusCode, 404);
  t.equal((await get('assets/gone-abc.js', HTML)).statusCode, 404);
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    const answer = await server.inject({ method, url: '/_ecsidecar/clusters', headers: HTML });
    t.equal(answer.statusCode, 404, method);
  }
});

t.test('no path of a request becomes a path of a file', async (t) => {
  const { get } = await setUp(t);
  for (const path of [
    '../secret.html',
    '..%2fsecret.html',
    'assets/../../secret.html',
    'assets/..%2f..%2fsecret.html',
    'assets/%2e%2e/%2e%2e/secret.html',
    'assets\\..\\..\\secret.html',
    'assets/main-abc.js%00.html',
    'assets//main-abc.js',
    'assets/main-abc.js.gz',
    '.made-of',
    '/etc/passwd',
    'assets/__proto__',
    'assets/constructor',
  ]) {
    for (const headers of [HTML, {}]) {
      const { body } = await get(path, headers);
      t.ok(body === 'not served' || body === '<p>page' || body.includes('Not Found'), `${path}: ${body}`);
    }
  }
});

t.test('files are sent compressed as the client takes them, once', async (t) => {
  const { get, server } = await setUp(t);
  const plain = await get('assets/main-abc.js');
  t.equal(plain.body, 'run();');
  t.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  t.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  const zipped = await get('assets/main-abc.js', { 'accept-encoding': 'gzip, deflate, br' });
  t.equal(zipped.headers['content-encoding'], 'gzip');
  t.same(zipped.rawPayload, gzipSync('run();'));
  t.equal((await get('assets/main-abc.js', { 'accept-encoding': 'gzip;q=0' })).body, 'run();');
  const again = await get('assets/main-abc.js', { 'if-none-match': String(plain.headers.etag) });
  t.equal(again.statusCode, 304);
  t.equal(again.body, '');
  const index = await get('clusters', HTML);
  t.equal(index.headers['cache-control'], 'no-cache');
  t.equal((await get('tasks', { ...HTML, 'if-none-match': String(index.headers.etag) })).statusCode, 304);
  const head = await server.inject({ method: 'HEAD', url: '/_ecsidecar/favicon.svg' });
  t.equal(head.headers['content-length'], '6');
  t.equal(head.body, '');
});

t.test('where the page is not built it is said how; a build is served without restart', async (t) => {
  const { get, build, folder } = await setUp(t, false);
  const before = await get('clusters', HTML);
  t.equal(before.statusCode, 503);
  t.match(before.body, 'npm run setup');
  t.match(before.headers['content-security-policy'], "default-src 'none'");
  t.equal((await get('clusters')).statusCode, 404);
  await build('<p>one');
  t.equal((await get('clusters', HTML)).body, '<p>one');
  await build('<p>two');
  await writeFile(join(folder, 'web/assets/main-def.js'), 'more();');
  await utimes(join(folder, 'web/index.html'), 1, 1);
  t.equal((await get('clusters', HTML)).body, '<p>two');
  t.equal((await get('assets/main-def.js')).body, 'more();');
});
