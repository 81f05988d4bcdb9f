import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { pino } from 'pino';
import t from 'tap';
import { createS3Api } from '../../../../src/apis/s3/operations.ts';
import { createGateway } from '../../../../src/gateway/server.ts';
import { served } from '../../../../src/model/api.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createS3Store, s3Migrations } from '../../../../src/store/s3/store.ts';

const folder = t.testdir();
const s3 = createS3Store(openDatabase(':memory:', [s3Migrations]), folder);
const lines: string[] = [];
const server = await createGateway({
  apis: [served(createS3Api({ s3, now: () => new Date(0), newId: () => 'id' }))],
  health: () => ({}),
  allowedHosts: [],
  logger: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
});
t.teardown(() => server.close());

const send = (
  method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT',
  url: string,
  payload = '',
  headers: Record<string, string> = {},
) =>
  server.inject({
    method,
    url,
    payload,
    headers: { host: 'localhost', 'content-length': String(Buffer.byteLength(payload)), ...headers },
  });

const refusal = async (...request: Parameters<typeof send>): Promise<string> => {
  const { statusCode, payload } = await send(...request);
  return `${statusCode} ${/<Error><Code>(.*?)<\/Code>/.exec(payload)?.[1] ?? payload}`;
};

t.before(async () => {
  await send('PUT', '/bucket');
});

t.test('a page that is stored cannot call the API at whose address it is opened', async (t) => {
  for (const [key, type] of Object.entries({ html: 'text/html', svg: 'image/svg+xml' })) {
    await send('PUT', `/bucket/${key}`, '<script></script>', { 'content-type': type });
    const { headers } = await send('GET', `/bucket/${key}`);
    t.equal(headers['content-type'], type);
    t.match(headers['content-security-policy'], /^sandbox (?!.*allow-same-origin)/);
  }
  await send('PUT', '/bucket/pdf', '%PDF', { 'content-type': 'application/pdf' });
  t.notOk((await send('GET', '/bucket/pdf')).headers['content-security-policy'], 'no browser shows one then');
});

t.test('headers that an address asks for are those that there can be', async (t) => {
  await send('PUT', '/bucket/key', 'body');
  const named = '/bucket/key?response-content-disposition=';
  t.equal((await send('GET', `${named}caf%C3%A9`)).headers['content-disposition'], 'caf\u00e9');
  for (const value of ['%E2%82%AC', 'a%0d%0ab'])
    t.equal(await refusal('GET', named + value), '400 InvalidArgument', value);
});

// Source: S3 user guide, user-defined object metadata.
t.test('what no header can hold is answered in another form, or counted', async (t) => {
  await send('PUT', '/bucket/stored', 'body');
  const object = s3.getObject('bucket', 'stored');
  if (!object) throw new Error('it is not stored');
  const metadata = { plain: 'x', price: '5 \u20ac', 'no name': 'y' };
  s3.putObject({ ...object, headers: { 'cache-control': 'a\nb' }, metadata });
  t.match((await send('GET', '/bucket/stored')).headers, {
    'cache-control': '=?UTF-8?B?YQpi?=',
    'x-amz-meta-plain': 'x',
    'x-amz-meta-price': '=?UTF-8?B?NSDigqw=?=',
    'x-amz-missing-meta': '1',
  });
});

t.test('the place of a bucket is a region', async (t) => {
  const configured = (place: string): string =>
    `<CreateBucketConfiguration><LocationConstraint>${place}</LocationConstraint></CreateBucketConfiguration>`;
  t.equal(await refusal('PUT', '/elsewhere', configured('\u20ac\nx')), '400 InvalidLocationConstraint');
  t.equal(await refusal('HEAD', '/elsewhere'), '404 ');
  t.equal((await send('PUT', '/elsewhere', configured('eu-west-1'))).statusCode, 200);
  t.equal((await send('HEAD', '/elsewhere')).headers['x-amz-bucket-region'], 'eu-west-1');
});

t.test(
  'an ACL that is given in headers leaves the one that there is; other settings have a body',
  async (t) => {
    t.equal((await send('PUT', '/bucket?acl', '', { 'x-amz-acl': 'private' })).statusCode, 200);
    t.match((await send('GET', '/bucket?acl')).payload, /<Permission>FULL_CONTROL</);
    t.equal(await refusal('PUT', '/bucket?cors'), '400 MissingRequestBodyError');
    t.equal(await refusal('PUT', '/bucket?policy', 'no JSON'), '400 MalformedPolicy');
  },
);

t.test('a body that is not what it is said to be is refused, in the form of S3', async (t) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const sha256 = createHash('sha256').update('another').digest('hex');
  const md5 = createHash('md5').update('another').digest('base64');
  const put = (headers: Record<string, string>) =>
    refusal('PUT', '/bucket/refused', 'body', { ...form, ...headers });
  t.equal(await put({ 'x-amz-content-sha256': sha256 }), '400 XAmzContentSHA256Mismatch');
  t.equal(await put({ 'content-md5': md5 }), '400 BadDigest');
  t.equal(await put({ 'content-md5': 'none' }), '400 InvalidDigest');
  t.equal(await refusal('GET', '/bucket/refused'), '404 NoSuchKey');
});

// Source: S3 user guide, conditional writes.
t.test('a write over what is not there yet is no write over something else', async (t) => {
  t.equal(await refusal('PUT', '/bucket/new', 'x', { 'if-match': '"e"' }), '404 NoSuchKey');
  await send('PUT', '/bucket/new', 'x');
  t.equal(await refusal('PUT', '/bucket/new', 'x', { 'if-match': '"e"' }), '412 PreconditionFailed');
});

t.test('keys come as they are, also with characters that XML escapes', async (t) => {
  await send('PUT', '/bucket/a%0D%0Ab%26', 'x');
  const { payload } = await send(
    'POST',
    '/bucket?delete',
    '<Delete><Object><Key>a&#13;&#xA;b&amp;</Key></Object></Delete>',
  );
  t.match(payload, '<Key>a&#13;\nb&amp;</Key>');
  t.equal(await refusal('GET', '/bucket/a%0D%0Ab%26'), '404 NoSuchKey');
});

t.test('a body that cannot be read breaks off at the client, and the log says why', async (t) => {
  await send('PUT', '/bucket/lost', 'x'.repeat(100));
  await rm(folder, { recursive: true });
  const url = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  await t.rejects(fetch(new URL('/bucket/lost', url)));
  t.match(lines.join(''), /an answer broke off/);
  t.match(lines.join(''), /ENOENT/);
});
