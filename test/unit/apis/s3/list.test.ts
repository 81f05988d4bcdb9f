import fc from 'fast-check';
import t from 'tap';
import { createS3Api, type operations } from '../../../../src/apis/s3/operations.ts';
import type { Listing } from '../../../../src/apis/s3/list.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createS3Store, s3Migrations } from '../../../../src/store/s3/store.ts';
import { createCaller } from '../../../support/api-caller.ts';
import { CALLER } from '../../../support/ecs-api.ts';

const s3 = createS3Store(openDatabase(':memory:', [s3Migrations]), t.testdir());
const { call, refusal } = createCaller<typeof operations>(
  createS3Api({ s3, now: () => new Date(0), newId: () => 'id' }),
);

/** A bucket that has objects of these names. */
async function fill(keys: readonly string[]): Promise<void> {
  for (const { key } of [...s3.listObjects('bucket', { prefix: '', after: '' })])
    s3.deleteObject('bucket', key);
  for (const key of keys)
    s3.putObject({
      bucket: 'bucket',
      key,
      bodies: [],
      size: 0,
      etag: 'e',
      checksums: {},
      headers: {},
      metadata: {},
      tags: {},
      modifiedAt: new Date(0),
    });
}

t.before(() => call('CreateBucket', { Bucket: 'bucket' }));

t.test('pages of any size, put together, are what is there', async (t) => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'ü', '~'), minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 25 }),
      fc.constantFrom('', 'a', 'a/', '/'),
      fc.constantFrom('', '/', 'b'),
      fc.integer({ min: 1, max: 7 }),
      async (keys, Prefix, Delimiter, MaxKeys) => {
        await fill(keys);
        const found: string[] = [];
        for (let After: string | undefined = ''; After !== undefined;) {
          const page: Listing = await call('ListObjects', {
            Bucket: 'bucket',
            Prefix,
            Delimiter,
            MaxKeys,
            After,
          });
          found.push(...page.objects.map((object) => object.key), ...page.commonPrefixes);
          After = page.next;
        }
        const below = keys.filter((one) => one.startsWith(Prefix));
        const expected = below.map((one) => {
          const at = Delimiter === '' ? -1 : one.indexOf(Delimiter, Prefix.length);
          return at < 0 ? one : one.slice(0, at + Delimiter.length);
        });
        t.strictSame(found.sort(), [...new Set(expected)].sort());
      },
    ),
    { numRuns: 200 },
  );
});

t.test('buckets: names, owners, and what is in them', async (t) => {
  t.match(await refusal('CreateBucket', { Bucket: 'No_Bucket' }), /^InvalidBucketName/);
  const other = { ...CALLER, account: '2'.repeat(12) };
  t.match(await refusal('CreateBucket', { Bucket: 'bucket' }, other), /^BucketAlreadyExists/);
  const elsewhere = { ...CALLER, region: 'eu-west-1' };
  t.match(await refusal('CreateBucket', { Bucket: 'bucket' }, elsewhere), /^BucketAlreadyOwnedByYou/);
  await fill(['x']);
  t.match(await refusal('DeleteBucket', { Bucket: 'bucket' }), /^BucketNotEmpty/);
  t.match(await refusal('HeadBucket', { Bucket: 'none' }), /^NoSuchBucket/);
  t.same((await call('ListBuckets', {}, other)).Buckets, []);
});

t.test('a folder is passed over without reading what is in it', async (t) => {
  await fill(['a/1', ...Array.from({ length: 100 }, (_, index) => `b/${index}`), 'c']);
  let read = 0;
  const counting = createCaller<typeof operations>(
    createS3Api({
      s3: {
        ...s3,
        listObjects: (bucket, range) =>
          s3.listObjects(bucket, range).map((object) => {
            read += 1;
            return object;
          }),
      },
      now: () => new Date(0),
      newId: () => 'id',
    }),
  );
  const { commonPrefixes }: Listing = await counting.call('ListObjects', {
    Bucket: 'bucket',
    Delimiter: '/',
  });
  t.strictSame(commonPrefixes, ['a/', 'b/']);
  t.equal(read, 3);
});
