import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { createGateway } from '../../../src/gateway/server.ts';
import { createStsApi } from '../../../src/apis/sts/operations.ts';
import { served, type Api } from '../../../src/model/api.ts';
import { AwsError } from '../../../src/model/aws-error.ts';

const refuse = (): AwsError => new AwsError('Refused', 'refused');
const ecs: Api = {
  service: 'ecs',
  wire: { protocol: 'awsJson', targetPrefix: 'Ecs_1', timestamps: 'epochSeconds' },
  actions: { Ping: () => ({ from: 'here' }) },
  missingMember: refuse,
  invalidEnum: refuse,
  invalidValue: refuse,
};
const logs: Api = { ...ecs, service: 'logs', wire: { ...ecs.wire, targetPrefix: 'Logs_1' } as Api['wire'] };

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
const signedFor = (service: string, region = 'us-east-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, Signature=0`,
});

/** A gateway before an upstream that answers as told. Both are closed after the test. */
async function startBoth(
  t: Test,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  path = '',
): Promise<{ url: string; port: number; gateway: FastifyInstance; upstreamPort: number }> {
  const upstream = createServer(answer).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const upstreamPort = portOf(upstream);
  const gateway = await createGateway({
    apis: [ecs, logs, createStsApi({ now: () => new Date() })].map(served),
    health: () => ({}),
    allowedHosts: ['bucket.s3.example'],
    upstreamUrl: `http://127.0.0.1:${upstreamPort}${path}`,
    logger: pino({ level: 'silent' }),
  });
  const url = await gateway.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(async () => {
    upstream.closeAllConnections();
    upstream.close();
    await gateway.close();
  });
  return { url, port: portOf(gateway.server), gateway, upstreamPort };
}

/** Writes bytes to a port as they are and reads until the other side closes. */
async function raw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

t.test('path, query and headers arrive as they were sent, in order and in case', async (t) => {
  const seen: { url: string | undefined; rawHeaders: string[] }[] = [];
  const { port } = await startBoth(t, ({ url, rawHeaders }, response) => {
    seen.push({ url, rawHeaders });
    response.end();
  });
  const paths = [
    '/bucket//a/../b/%2E%2e/x%20y%2Fz+?versionId&list-type=2&a=%zz&a=1',
    '/bucket/%zz',
    '/..',
    '//host/path',
    '/a?b?c#d',
  ];
  for (const path of paths) {
    const headers =
      'Host: bucket.s3.example:4566\r\nX-Amz-Meta-B: 1\r\nx-amz-meta-a: 2\r\nX-Amz-Meta-B: 3\r\nAuthorization: AWS4 x\r\n';
    await raw(port, `GET ${path} HTTP/1.1\r\n${headers}X-Gone: 1\r\nConnection: close, X-Gone\r\n\r\n`);
    const { url, rawHeaders } = seen.pop()!;
    t.equal(url, path);
    const sent = [...'Host: bucket.s3.example:4566'.split(': '), 'X-Amz-Meta-B', '1', 'x-amz-meta-a', '2'];
    t.same(rawHeaders.slice(0, 10), [...sent, 'X-Amz-Meta-B', '3', 'Authorization', 'AWS4 x']);
    t.notOk(rawHeaders.includes('X-Gone'), 'but those of this hop');
  }
});

t.test("the upstream's own path comes before the request's", async (t) => {
  const { url } = await startBoth(t, (request, response) => response.end(request.url), '/base/');
  t.equal(await (await fetch(`${url}/bucket/key?x=1`)).text(), '/base/bucket/key?x=1');
});

t.test('20 MB stream through in both directions without being gathered', async (t) => {
  const bytes = randomBytes(20 * 1024 * 1024);
  const digest = createHash('sha256').update(bytes).digest('hex');
  let firstChunkCame: () => void = () => undefined;
  const firstChunk = new Promise<void>((resolve) => (firstChunkCame = resolve));
  const { port } = await startBoth(t, (request, response) => {
    request.once('data', () => {
      firstChunkCame();
    });
    response.setHeader('etag', '"x"');
    request.pipe(response);
  });
  const outgoing = httpRequest({ port, host: '127.0.0.1', method: 'PUT', path: '/b/k' });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.write(bytes.subarray(0, 1000));
  await firstChunk;
  t.pass('the upstream has the beginning before the client has sent the end');
  outgoing.end(bytes.subarray(1000));
  const [answer] = await answered;
  const hash = createHash('sha256');
  for await (const chunk of answer) hash.update(chunk as Buffer);
  t.equal(hash.digest('hex'), digest);
  t.equal(answer.headers.etag, '"x"');
});

t.test('the answer comes back with its status and headers, but never allows other sites', async (t) => {
  const { port } = await startBoth(t, (_request, response) => {
    const headers = ['X-Amz-Id', '1', 'Access-Control-Allow-Origin', '*', 'x-amzn-RequestId', 'theirs'];
    response.writeHead(418, 'I am a teapot', [...headers, 'Keep-Alive', 'timeout=1']).end('x');
  });
  const answer = await raw(port, 'GET /b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  t.match(answer, /^HTTP\/1\.1 418 I am a teapot\r\nX-Amz-Id: 1\r\n/);
  t.equal(answer.match(/x-amzn-requestid/gi)?.length, 1);
  t.notMatch(answer, /access-control|timeout=1/i);
});

t.test('HEAD, 204 and 304 have no body, and the connection goes on', async (t) => {
  const { port } = await startBoth(t, ({ method, url }, response) => {
    if (method === 'HEAD') response.setHeader('content-length', '5000');
    else response.statusCode = Number(url?.slice(1));
    response.end();
  });
  const host = 'Host: localhost\r\n';
  const all = `HEAD /k HTTP/1.1\r\n${host}\r\nDELETE /204 HTTP/1.1\r\n${host}\r\nGET /304 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
  const answers = await raw(port, all);
  t.same(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 204', 'HTTP/1.1 304']);
  t.match(answers, /content-length: 5000/i);
});

t.test('when the client leaves, the upstream is left too', async (t) => {
  let upstreamLeft: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (upstreamLeft = resolve));
  const { port } = await startBoth(t, (_request, response) => {
    response.once('close', upstreamLeft);
    response.write('the beginning');
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  await t.resolves(left);
});

t.test('an answer that breaks off breaks off for the client: half an object is none', async (t) => {
  const { url } = await startBoth(t, (_request, response) => {
    response.write('half of it', () => response.destroy());
  });
  const answer = await fetch(`${url}/b/k`);
  await t.rejects(answer.text());
});

t.test(
  'an upstream that answers before it took the body is heard, and the next request served',
  async (t) => {
    const { url } = await startBoth(t, (_request, response) => {
      response.writeHead(403).end('no');
    });
    for (const attempt of ['first', 'second']) {
      const answer = await fetch(`${url}/b/k`, { method: 'PUT', body: randomBytes(5_000_000) });
      t.equal(answer.status, 403, attempt);
      t.equal(await answer.text(), 'no');
    }
  },
);

t.test('an upstream that does not answer is told in the form that the client reads', async (t) => {
  const { url, gateway } = await startBoth(t, (_request, response) => response.destroy());
  const target = { 'x-amz-target': 'AmazonSQS.SendMessage', 'content-type': 'application/x-amz-json-1.0' };
  const json = await fetch(url, { method: 'POST', headers: target, body: '{}' });
  t.equal(json.status, 502);
  t.match(await json.json(), { __type: 'ServiceUnavailableException', message: /UPSTREAM_ENDPOINT_URL/ });
  const s3 = await fetch(`${url}/b/k`, { headers: signedFor('s3') });
  t.match(await s3.text(), /<Code>ServiceUnavailableException<\/Code>/);
  t.match(s3.headers.get('x-amzn-requestid'), /^[0-9a-f-]{36}$/);
  await gateway.close();
});

t.test('an upstream that is this very sidecar is found out', async (t) => {
  const gateways: { port?: number } = {};
  const { url, port } = await startBoth(t, (request, response) => {
    const { method, url: path, headers } = request;
    request.pipe(
      httpRequest({ port: gateways.port, host: '127.0.0.1', method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  gateways.port = port;
  const answer = await fetch(`${url}/b/k`);
  t.equal(answer.status, 508);
  t.match(await answer.text(), /leads back to this sidecar/);
});

t.test('what of Logs and STS is not built here goes on with its body; of ECS nothing does', async (t) => {
  const { url } = await startBoth(t, (request, response) => {
    response.setHeader('x-from', 'upstream');
    request.pipe(response);
  });
  const post = (headers: Record<string, string>, body: string) =>
    fetch(url, { method: 'POST', headers, body });
  const started = await post({ 'x-amz-target': 'Logs_1.StartQuery' }, '{"a":1}');
  t.equal(started.headers.get('x-from'), 'upstream');
  t.equal(await started.text(), '{"a":1}');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const headers of [{ ...form, ...signedFor('sts') }, form]) {
    const answer = await post(headers, 'Action=AssumeRoleWithSAML&Version=2011-06-15&RoleArn=a%2Fb');
    t.equal(await answer.text(), 'Action=AssumeRoleWithSAML&Version=2011-06-15&RoleArn=a%2Fb');
  }
  const nothing = await post({ 'x-amz-target': 'Ecs_1.Nothing' }, '{}');
  t.match(await nothing.json(), { __type: 'UnknownOperationException' });
  const here = await post({ 'x-amz-target': 'Ecs_1.Ping' }, '{}');
  t.same(await here.json(), { from: 'here' });
});

t.test('a region of another form is the upstream’s own affair, and refused for what is ours', async (t) => {
  const { url } = await startBoth(t, (_request, response) => response.end('fine'));
  t.equal(await (await fetch(`${url}/b/k`, { headers: signedFor('s3', 'auto') })).text(), 'fine');
  const headers = { ...signedFor('ecs', '..'), 'x-amz-target': 'Ecs_1.Ping' };
  const refused = await fetch(url, { method: 'POST', headers, body: '{}' });
  t.equal(refused.status, 403);
  t.match(await refused.json(), { __type: 'InvalidSignatureException' });
});
