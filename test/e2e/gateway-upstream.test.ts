import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import t from 'tap';
import { aws, awsJson } from '../support/clients.ts';
import { credentials, startSidecar } from '../support/sidecar.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A second AWS endpoint: keeps S3 objects, answers SSM in JSON and STS in XML, and remembers what came. */
const objects = new Map<string, Buffer>();
const seen: { method: string; url: string; headers: IncomingHttpHeaders; digest: string }[] = [];
const upstream = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, digest: sha256(body) });
    if (headers['x-amz-target'] === 'AmazonSSM.DescribeParameters') {
      response
        .setHeader('content-type', 'application/x-amz-json-1.1')
        .end('{"Parameters":[{"Name":"upstream"}]}');
    } else if (method === 'POST' && body.includes('Action=')) {
      response.statusCode = 418;
      response
        .setHeader('content-type', 'text/xml')
        .end(
          '<ErrorResponse><Error><Code>Teapot</Code><Message>I am upstream</Message></Error></ErrorResponse>',
        );
    } else if (method === 'PUT') {
      objects.set(url.split('?')[0]!, body);
      response.setHeader('etag', '"1"').end();
    } else {
      const found = objects.get(url.split('?')[0]!);
      response.statusCode = found ? 200 : 404;
      response.setHeader('x-amz-meta-from', 'upstream').end(found);
    }
  });
});
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
const sidecar = await startSidecar({ UPSTREAM_ENDPOINT_URL: upstreamUrl });
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-upstream-'));
t.teardown(async () => {
  await sidecar.remove();
  upstream.closeAllConnections();
  upstream.close();
  await rm(folder, { recursive: true });
});

t.test('20 MB go to S3 and come back through the sidecar as they would without it', async (t) => {
  const bytes = randomBytes(20 * 1024 * 1024);
  const [file, back] = [join(folder, 'file'), join(folder, 'back')];
  await writeFile(file, bytes);
  const put = ['s3api', 'put-object', '--bucket', 'b', '--key', 'k', '--body', file, '--metadata', 'a=1'];
  seen.length = 0;
  await aws(sidecar, ...put);
  await aws({ url: upstreamUrl, clientEnvironment: sidecar.clientEnvironment }, ...put);
  const [through, direct] = seen;
  t.equal(through?.digest, direct?.digest);
  // The signature depends on the time and on the endpoint's port.
  const stable = ({ headers }: { headers: IncomingHttpHeaders }) =>
    Object.entries(headers)
      .filter(
        ([name]) => !['authorization', 'x-amz-date', 'host', 'connection', 'expect', 'via'].includes(name),
      )
      .sort();
  t.same(stable(through!), stable(direct!), 'the headers are unchanged');
  t.equal(through?.headers.host, new URL(sidecar.url).host, 'the Host is the one that was signed');
  await aws(sidecar, 's3api', 'get-object', '--bucket', 'b', '--key', 'k', back);
  t.equal(sha256(await readFile(back)), sha256(bytes));
});

t.test('services that are not ours are passed on, also in JSON; ours are not', async (t) => {
  t.same(await awsJson(sidecar, 'ssm', 'describe-parameters'), { Parameters: [{ Name: 'upstream' }] });
  seen.length = 0;
  t.match(await awsJson(sidecar, 'ecs', 'list-clusters'), { clusterArns: [] });
  t.match(await awsJson(sidecar, 'sts', 'get-caller-identity'), { Account: '000000000000' });
  t.same(seen, []);
});

t.test('an action of a service of ours that is not built here goes on too, with its body', async (t) => {
  await t.rejects(aws(sidecar, 'sts', 'get-federation-token', '--name', 'me'), /Teapot.*I am upstream/);
  t.match(seen.at(-1), { method: 'POST', headers: { 'content-type': /x-www-form-urlencoded/ } });
  t.equal(seen.at(-1)?.digest, sha256(Buffer.from('Action=GetFederationToken&Version=2011-06-15&Name=me')));
});

t.test('an upstream that is away is told in words', async (t) => {
  const lonely = await startSidecar({ UPSTREAM_ENDPOINT_URL: 'http://127.0.0.1:9' });
  t.teardown(() => lonely.remove());
  const answer = await fetch(`${lonely.url}/bucket/key`);
  t.equal(answer.status, 502);
  t.match(
    await answer.text(),
    /The upstream at UPSTREAM_ENDPOINT_URL \(http:\/\/127\.0\.0\.1:9\) did not answer/,
  );
});

t.test('an access key of twelve digits is the account', async (t) => {
  const client = new STSClient({
    endpoint: sidecar.url,
    region: 'eu-west-1',
    credentials: { ...credentials, accessKeyId: '123456789012' },
  });
  t.match(await client.send(new GetCallerIdentityCommand({})), { Account: '123456789012' });
  client.destroy();
});
