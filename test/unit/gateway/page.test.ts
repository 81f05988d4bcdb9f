import { pino } from 'pino';
import t from 'tap';
import { createGateway } from '../../../src/gateway/server.ts';

const server = await createGateway({
  apis: [],
  health: () => ({ status: 'fine' }),
  allowedHosts: [],
  logger: pino({ level: 'silent' }),
});
t.teardown(() => server.close());

const html = { accept: 'text/html,*/*;q=0.8' };
const byLink = {
  ...html,
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};
const get = (url: string, headers: Record<string, string>) => server.inject({ method: 'GET', url, headers });

t.test('a browser at the root is led to the page; a program and a signed request are not', async (t) => {
  const led = await get('/', html);
  t.equal(led.statusCode, 302);
  t.equal(led.headers.location, '/_ecsidecar/');
  t.equal((await get('/', {})).json<{ name: string }>().name, 'ecsidecar');
  t.equal((await get('/', { accept: '*/*' })).statusCode, 200);
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request';
  t.not((await get('/', { ...html, authorization })).statusCode, 302);
});

t.test('a link of another site may open the page, but no data and not in a frame', async (t) => {
  t.equal((await get('/', byLink)).statusCode, 302);
  // 503 where the page is not built.
  for (const path of ['', 'clusters', 'tasks/default/1'])
    t.match((await get(`/_ecsidecar/${path}`, byLink)).headers['content-type'], 'text/html', path);
  for (const url of ['/_ecsidecar/health', '/_ecsidecar/%68ealth', '/_localstack/health', '/bucket/key'])
    t.equal((await get(url, byLink)).statusCode, 403, url);
  for (const change of [
    { 'sec-fetch-dest': 'iframe' },
    { 'sec-fetch-mode': 'no-cors' },
    { accept: '*/*' },
    { host: 'example.com' },
    { origin: 'http://example.com' },
  ])
    t.equal(
      (await get('/_ecsidecar/clusters', { ...byLink, ...change })).statusCode,
      403,
      JSON.stringify(change),
    );
  const post = await server.inject({ method: 'POST', url: '/_ecsidecar/clusters', headers: byLink });
  t.equal(post.statusCode, 403);
});
