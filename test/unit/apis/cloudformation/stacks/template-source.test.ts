import { Readable } from 'node:stream';
import t from 'tap';
import { objectOf, readObject } from '../../../../../src/apis/cloudformation/stacks/template-source.ts';

t.test('addresses of S3 name a bucket and a key', (t) => {
  const cases: [string, string | undefined][] = [
    ['https://bucket.s3.eu-west-1.amazonaws.com/a/b%20c', 'bucket a/b c'],
    ['http://localhost:4566/bucket/key', 'bucket key'],
    ['https://bucket.s3.amazonaws.com/', undefined],
    ['http://localhost:4566/bucket/', undefined],
    ['http://localhost:4566/bucket/%zz', undefined],
    ['file:///etc/passwd', undefined],
    ['none', undefined],
  ];
  for (const [url, expected] of cases) {
    const found = objectOf(url);
    t.equal(found && `${found.bucket} ${found.key}`, expected, url);
  }
  t.end();
});

t.test(
  'of an object that is too large for a template no more is read than it takes to see that',
  async (t) => {
    let made = 0;
    const body = Readable.from(
      (function* () {
        for (; made < 100; made++) yield Buffer.alloc(100_000, 'x');
      })(),
    );
    const context = {
      calls: { call: () => Promise.resolve({ Body: body }) },
      caller: { account: '000000000000', region: 'us-east-1', principalArn: '' },
      signal: new AbortController().signal,
    };
    const reading = readObject(context, { bucket: 'b', key: 'k' });
    await t.rejects(reading, { code: 'ValidationError', message: /1000000 bytes/ });
    t.ok(made < 100);
    t.ok(body.destroyed);
  },
);
