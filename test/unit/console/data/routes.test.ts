import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import type { SidecarInfo } from '../../../../src/model/console-ports.ts';
import { consoleGateway } from '../../../support/console.ts';

const get = (url: string, headers: Record<string, string> = {}) =>
  ({ method: 'GET', url: `/_ecsidecar/api${url}`, headers: { host: 'localhost', ...headers } }) as const;

const info: SidecarInfo = {
  version: '1.2.3',
  defaultScope: { account: '000000000000', region: 'us-east-1' },
  scopes: [{ account: '000000000000', region: 'us-east-1' }],
  dataDir: '/data',
  endpoint: 'http://127.0.0.1:4566',
  health: { executor: 'docker' },
  options: ['ECS_DOCKER_FLAGS'],
};

t.test('info is what the port tells; nothing is loaded before the first request', async (t) => {
  const { server, loads } = await consoleGateway(t, { info: () => info });
  await server.inject(get('/../health'));
  t.equal(loads(), 0);
  const answer = await server.inject(get('/info'));
  t.same(answer.json(), info);
  t.match(answer.headers, { 'content-type': /^application\/json/, 'cache-control': 'no-store' });
  await server.inject(get('/info'));
  t.equal(loads(), 1);
});

t.test('doctor tells each finding, and whether all is well', async (t) => {
  const findings = [
    { what: 'engine', ok: true, text: 'Docker 20.10' },
    { what: 'port', ok: false, text: 'is in use. Stop it, or set GATEWAY_LISTEN.' },
  ];
  const { server } = await consoleGateway(t, { examine: () => Promise.resolve(findings) });
  t.same((await server.inject(get('/doctor'))).json(), { ok: false, findings });
});

t.test('schemas are answered by their names, and nothing else is', async (t) => {
  const { server } = await consoleGateway(t, {});
  const folder = new URL('../../../../schemas/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  t.ok(names.includes('ecs.json'));
  for (const name of names) {
    const answer = await server.inject(get(`/schemas/${name}`));
    t.equal(answer.body, readFileSync(new URL(name, folder), 'utf8'));
  }
  for (const name of ['generate.ts', 'none.json', '..%2Fpackage.json', '%2Fetc%2Fpasswd', 'ecs.json%00']) {
    const answer = await server.inject(get(`/schemas/${name}`));
    t.equal(answer.statusCode, 404, name);
  }
  t.match((await server.inject(get('/schemas/none.json'))).json<{ message: string }>().message, /ecs\.json/);
});

t.test('other sites and other hosts are refused, and nothing is loaded for them', async (t) => {
  const { server, loads } = await consoleGateway(t, { info: () => info });
  for (const headers of [
    { host: 'evil.example' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])
    for (const url of [
      ...['/info', '/changes', '/doctor', '/schemas/ecs.json'],
      ...['/tasks/x/compose', '/tasks/x/details', '/tasks/x/stats'],
    ])
      t.equal((await server.inject(get(url, headers))).statusCode, 403, `${url} ${JSON.stringify(headers)}`);
  for (const headers of [{ host: 'evil.example' }, { origin: 'http://evil.example' }]) {
    const payload = { family: 'f' };
    const answer = await server.inject({ ...get('/preview', headers), method: 'POST', payload });
    t.equal(answer.statusCode, 403, JSON.stringify(headers));
  }
  t.equal(loads(), 0);
  const own = { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' };
  t.equal((await server.inject(get('/info', own))).statusCode, 200);
});

t.test('nothing is written through these routes, and there are no others', async (t) => {
  const { server } = await consoleGateway(t, { info: () => info });
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'] as const) {
    const answer = await server.inject({ ...get('/info'), method });
    t.equal(answer.statusCode, 404, method);
  }
  t.equal((await server.inject(get('/none'))).statusCode, 404);
});

t.test('a port that fails is logged and tells nothing of the inside; the next request goes on', async (t) => {
  let isBroken = true;
  const { server, lines } = await consoleGateway(t, {
    info() {
      if (isBroken) throw new Error('a secret of the inside');
      return info;
    },
  });
  const answer = await server.inject(get('/info'));
  t.equal(answer.statusCode, 500);
  t.notMatch(answer.body, /secret/);
  t.match(lines.join(''), /a secret of the inside/);
  isBroken = false;
  t.equal((await server.inject(get('/info'))).statusCode, 200);
});
