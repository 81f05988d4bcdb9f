import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'tap';
import { createLocalCalls } from '../../../src/gateway/local-calls.ts';
import { served, type Api } from '../../../src/model/api.ts';
import { AwsError } from '../../../src/model/aws-error.ts';

const refuse = (_action: string, path: string): AwsError => new AwsError('Missing', path);
const api: Api = {
  service: 'ecs',
  wire: { protocol: 'awsJson', targetPrefix: 'X', timestamps: 'epochSeconds' },
  schema: 'ecs',
  actions: { DeleteCluster: (_context, input) => ({ got: input }) },
  missingMember: refuse,
  invalidEnum: refuse,
  invalidValue: refuse,
};
const caller = { account: '111111111111', region: 'eu-west-1', principalArn: 'arn:aws:iam::1:root' };
const context = { caller, signal: new AbortController().signal };

test('an action of ours is called in the process, with the check of its input', async (t) => {
  const calls = createLocalCalls({ apis: () => [served(api)] });
  t.strictSame(
    await calls.call('ecs', 'DeleteCluster', { cluster: 'c', unknown: 1, other: undefined }, context),
    {
      got: { cluster: 'c' },
    },
  );
  await t.rejects(calls.call('ecs', 'DeleteCluster', {}, context), { code: 'Missing', message: 'cluster' });
});

test('what nobody serves is told apart from what failed', async (t) => {
  const calls = createLocalCalls({ apis: () => [served(api)] });
  await t.rejects(calls.call('ssm', 'GetParameter', {}, context), { name: 'NotServedError' });
});

test('other services are called at the upstream in the caller’s scope, and fail in its words', async (t) => {
  const seen: { target: unknown; authorization: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { 'x-amz-target': target, authorization = '' } = request.headers;
      seen.push({ target, authorization, body });
      if (String(target).endsWith('GetParameter')) response.end('{"Parameter":{"Value":"v"}}');
      else response.writeHead(400).end('{"__type":"com.amazonaws#ParameterNotFound","message":"no"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const upstreamUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const calls = createLocalCalls({ apis: () => [served(api)], upstreamUrl });
  t.strictSame(await calls.call('ssm', 'GetParameter', { Name: 'n' }, context), {
    Parameter: { Value: 'v' },
  });
  t.match(seen[0], { target: 'AmazonSSM.GetParameter', body: '{"Name":"n"}' });
  t.match(seen[0]?.authorization, /Credential=111111111111\/\d{8}\/eu-west-1\/ssm\/aws4_request/);
  await t.rejects(calls.call('ssm', 'DeleteParameter', {}, context), {
    code: 'ParameterNotFound',
    message: 'no',
  });
});

test('objects of S3, which templates of stacks are, are read from the upstream', async (t) => {
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer(({ url, headers: { authorization } }, response) => {
    seen.push({ url, authorization });
    if (url?.endsWith('.json')) response.end('{"Resources":{}}');
    else
      response
        .writeHead(404)
        .end('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const upstreamUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const calls = createLocalCalls({ apis: () => [served(api)], upstreamUrl });
  const read = (Key: string) => calls.call('s3', 'GetObject', { Bucket: 'bucket', Key }, context);
  const { Body } = await read('dir/a b.json');
  t.equal(Buffer.from(Body as Uint8Array).toString(), '{"Resources":{}}');
  t.equal(seen[0]?.url, '/bucket/dir/a%20b.json');
  t.match(seen[0]?.authorization, /Credential=111111111111\/\d{8}\/eu-west-1\/s3\/aws4_request/);
  await t.rejects(read('none'), {
    code: 'NoSuchKey',
    message: 'The specified key does not exist.',
    status: 404,
  });
});
