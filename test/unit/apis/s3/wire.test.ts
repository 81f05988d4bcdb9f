import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import t from 'tap';
import { parseBody } from '../../../../src/apis/s3/http-requests.ts';
import { decodeChunks } from '../../../../src/apis/s3/aws-chunked.ts';
import { parseRange } from '../../../../src/apis/s3/conditions.ts';
import { checkQuery, parseHead, parseTarget } from '../../../../src/apis/s3/http-requests.ts';
import { AwsError } from '../../../../src/model/aws-error.ts';

const CHUNKED =
  '4;chunk-signature=abc\r\nWiki\r\n6\r\npedia\n\r\n0;chunk-signature=def\r\nx-amz-checksum-crc32:AAAA==\r\nX-Amz-Trailer-Signature: s\r\n\r\n';

/** Decodes a body that comes in pieces of so many bytes. */
const decode = async (text: string, pieceBytes: number) => {
  const pieces = text.match(new RegExp(`[^]{1,${pieceBytes}}`, 'g')) ?? [];
  const trailers = new Map<string, string>();
  const source = Readable.from(pieces.map((piece) => Buffer.from(piece))) as AsyncIterable<Buffer>;
  const body = await buffer(Readable.from(decodeChunks(source, trailers)));
  return { body: body.toString(), trailers: Object.fromEntries(trailers) };
};

t.test('chunks are taken off wherever the network cuts them', async (t) => {
  for (let pieceBytes = 1; pieceBytes <= CHUNKED.length; pieceBytes++)
    t.strictSame(await decode(CHUNKED, pieceBytes), {
      body: 'Wikipedia\n',
      trailers: { 'x-amz-checksum-crc32': 'AAAA==', 'x-amz-trailer-signature': 's' },
    });
});

t.test('a chunked body that breaks off or is none is refused', async (t) => {
  await t.rejects(decode(CHUNKED.slice(0, 40), 7), { code: 'IncompleteBody' });
  for (const text of ['hello\r\n', '4\r\nWikipedia\r\n', '-1\r\n', 'x'.repeat(9000)])
    await t.rejects(decode(text, 100), { code: 'InvalidRequest' }, text.slice(0, 20));
});

t.test('ranges are those of RFC 9110', (t) => {
  const cases: [string | undefined, string][] = [
    [undefined, 'all'],
    ['bytes=0-4', '0-4'],
    ['bytes=5-', '5-9'],
    ['bytes=5-99', '5-9'],
    ['bytes=-3', '7-9'],
    ['bytes=-99', '0-9'],
    ['bytes=9-9', '9-9'],
    ['bytes=10-', 'InvalidRange'],
    ['bytes=-0', 'InvalidRange'],
    ['bytes=4-2', 'all'],
    ['bytes=0-1,3-4', 'all'],
    ['lines=1-2', 'all'],
    ['bytes=-', 'all'],
  ];
  for (const [header, expected] of cases) {
    let found: string;
    try {
      const range = parseRange(header, 10);
      found = range ? `${range.start}-${range.end}` : 'all';
    } catch (error) {
      found = error instanceof AwsError ? error.code : String(error);
    }
    t.equal(found, expected, String(header));
  }
  t.end();
});

t.test('bucket and key are read from path and host', (t) => {
  const cases: [host: string, url: string, bucket: string, key: string][] = [
    ['127.0.0.1:4566', '/b/k/l?x=1', 'b', 'k/l'],
    ['localhost:4566', '/', '', ''],
    ['localhost', '/b', 'b', ''],
    ['localhost', '/b/', 'b', ''],
    ['s3.localhost:4566', '/b/k', 'b', 'k'],
    ['b.localhost', '/k', 'b', 'k'],
    ['b.s3.localhost', '/', 'b', ''],
    ['b.c.s3.localhost.localstack.cloud:4566', '/k%20%C3%BC+', 'b.c', 'k ü+'],
    ['s3.eu-central-1.localhost.localstack.cloud', '/b/k', 'b', 'k'],
    ['b.s3.eu-central-1.localhost.localstack.cloud', '/k', 'b', 'k'],
    ['localhost', '/b//k/../l', 'b', '/k/../l'],
    ['ecsidecar:4566', '/b/k', 'b', 'k'],
  ];
  for (const [host, url, bucket, key] of cases) {
    const found = parseTarget({ url, headers: { host } });
    t.strictSame([found.bucket, found.key], [bucket, key], `${host} ${url}`);
  }
  t.throws(() => parseTarget({ url: '/b/%zz', headers: {} }), { code: 'InvalidURI' });
  t.end();
});

t.test('the wire form of a body is not kept as its encoding', (t) => {
  const encoding = (sent: string) => parseHead({ 'content-encoding': sent }).headers['content-encoding'];
  t.equal(encoding('aws-chunked'), undefined);
  t.equal(encoding('aws-chunked,gzip'), 'gzip');
  t.equal(encoding('gzip'), 'gzip');
  t.end();
});

t.test('a query that asks for what is not built is no plain read or write', (t) => {
  const check = (query: string) => {
    checkQuery(new URLSearchParams(query), ['prefix']);
  };
  for (const query of [
    '',
    'prefix=a',
    'x-id=PutObject',
    'X-Amz-Signature=a',
    'versionId=null',
    'response-expires=a',
  ])
    check(query);
  for (const query of ['legal-hold', 'retention&prefix=a', 'inventory&id=x'])
    t.throws(
      () => {
        check(query);
      },
      { code: 'NotImplemented' },
      query,
    );
  t.throws(
    () => {
      check('versionId=abc');
    },
    { code: 'NoSuchVersion' },
  );
  t.end();
});

t.test(
  'a checksum that is announced as a trailer is the one that is meant, whatever its name begins with',
  (t) => {
    const { Expected } = parseBody({
      method: 'PUT',
      url: '/b/k',
      headers: {
        'content-length': '0',
        'x-amz-decoded-content-length': '0',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-crc32c',
      },
      signedFor: 's3',
      body: Readable.from([]),
      bytes: () => Promise.reject(new Error('not asked for')),
      xml: () => Promise.reject(new Error('not asked for')),
    });
    t.strictSame(Expected.algorithms, ['crc32c']);
    t.end();
  },
);
