import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import t from 'tap';
import type { ResourceContext } from '../../../../../src/apis/cloudformation/resources/handler.ts';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { NotServedError } from '../../../../../src/model/local-apis.ts';
import type { JsonMap } from '../../../../../src/model/stack.ts';
import { zipOf } from '../../../../support/zip.ts';
import { resourceContext } from './context.ts';

const handler = createHandlers().of('Custom::CDKBucketDeployment');

/** S3 with the sources in the bucket `assets`; pages of listings are of two keys. */
function bucketWith(files: Readonly<Record<string, string>>, sources: Readonly<Record<string, Buffer>> = {}) {
  const objects = new Map<string, Buffer>(
    Object.entries(sources).map(([key, body]) => [`assets/${key}`, body]),
  );
  for (const [key, text] of Object.entries(files)) objects.set(`site/${key}`, Buffer.from(text));
  const heads = new Map<string, unknown>();
  let tagging = '';
  const call: ResourceContext['call'] = async (_service, action, input) => {
    const name = `${String(input['Bucket'])}/${String(input['Key'])}`;
    const found = (): Buffer => {
      const body = objects.get(name);
      if (!body) throw new AwsError('NoSuchKey', 'The specified key does not exist.');
      return body;
    };
    switch (action) {
      case 'HeadObject':
        return { object: { size: found().length } };
      case 'GetObject': {
        const [, start, end] = /bytes=(\d+)-(\d+)/.exec(String(input['Range'])) ?? [];
        const body = found();
        return {
          Body: Readable.from([start === undefined ? body : body.subarray(Number(start), Number(end) + 1)]),
        };
      }
      case 'PutObject':
        objects.set(name, await buffer(Readable.from(input['Body'] as Buffer)));
        heads.set(String(input['Key']), input['Head']);
        return {};
      case 'DeleteObject':
        objects.delete(name);
        return {};
      case 'ListObjectsV2': {
        const start = `${String(input['Bucket'])}/${String(input['Prefix'])}`;
        const after = (input['ContinuationToken'] as string | undefined) ?? '';
        const keys = [...objects.keys()]
          .filter((key) => key.startsWith(start))
          .map((key) => key.replace(/^[^/]*\//, ''))
          .filter((key) => key > after)
          .sort();
        return {
          Contents: keys.slice(0, 2).map((Key) => ({ Key })),
          ...(keys.length > 2 && { NextContinuationToken: keys[1] }),
        };
      }
      case 'GetBucketSetting':
        return { Document: tagging };
      default:
        throw new NotServedError('s3', action);
    }
  };
  return {
    call,
    heads,
    /** What is in the bucket `site`. */
    files: () =>
      Object.fromEntries(
        [...objects]
          .filter(([name]) => name.startsWith('site/'))
          .map(([name, body]) => [name.slice('site/'.length), body.toString()] as const)
          .sort(),
      ),
    tag(text: string) {
      tagging = text;
    },
  };
}

const SITE = { 'index.html': '<h1>', 'img/': '', 'img/a.svg': '<svg>', 'notes.txt': 'n' };
const properties = (more: JsonMap = {}): JsonMap => ({
  SourceBucketNames: ['assets'],
  SourceObjectKeys: ['a.zip'],
  DestinationBucketName: 'site',
  ...more,
});
const context = (bucket: ReturnType<typeof bucketWith>, more: JsonMap = {}, before?: JsonMap) =>
  resourceContext({ properties: properties(more), before, call: bucket.call });

t.test(
  'files of the sources come into the bucket, the later ones win, and what is none of them goes',
  async (t) => {
    const sources = { 'a.zip': zipOf(SITE), 'b.zip': zipOf({ 'notes.txt': 'of b' }) };
    const bucket = bucketWith({ 'old.css': '', 'z/old.js': '', 'z/older.js': '' }, sources);
    const both = { SourceBucketNames: ['assets', 'assets'], SourceObjectKeys: ['a.zip', 'b.zip'] };
    t.match(await handler.create(context(bucket, both)), {
      kind: 'done',
      attributes: { DestinationBucketArn: 'arn:aws:s3:::site', SourceObjectKeys: ['a.zip', 'b.zip'] },
    });
    t.same(bucket.files(), { 'img/a.svg': '<svg>', 'index.html': '<h1>', 'notes.txt': 'of b' });
    t.match(bucket.heads.get('img/a.svg'), { headers: { 'content-type': 'image/svg+xml' } });
  },
);

t.test('with a prefix only what is below it is touched, with metadata of its own', async (t) => {
  const bucket = bucketWith({ 'app/old': '', 'application/x': 'x', y: 'y' }, { 'a.zip': zipOf(SITE) });
  await handler.create(
    context(bucket, {
      DestinationBucketKeyPrefix: 'app',
      Exclude: ['*'],
      Include: ['*.html'],
      SystemMetadata: { 'cache-control': 'no-cache' },
      UserMetadata: { Team: 'x' },
    }),
  );
  t.same(
    bucket.files(),
    { 'app/index.html': '<h1>', 'app/old': '', 'application/x': 'x', y: 'y' },
    'what is excluded is not deleted either',
  );
  t.match(bucket.heads.get('app/index.html'), {
    headers: { 'content-type': 'text/html', 'cache-control': 'no-cache' },
    metadata: { team: 'x' },
  });
});

t.test(
  'markers are put for the values of the stack, and sources that are no archives are copied',
  async (t) => {
    const config = { 'c.json': '{"url":"<<m:0>>","all":<<m:1>>}' };
    const bucket = bucketWith({ kept: '' }, { 'a.zip': zipOf(config), 'p/b.zip': Buffer.from('PK') });
    await handler.create(
      context(bucket, {
        Prune: 'false',
        SourceMarkers: [{ '<<m:0>>': 'say "$&"', '<<m:1>>': ['a'] }],
        SourceMarkersConfig: [{ jsonEscape: 'true' }],
      }),
    );
    t.same(bucket.files(), { 'c.json': '{"url":"say \\"$&\\"","all":["a"]}', kept: '' });
    await handler.create(context(bucket, { Extract: 'false', SourceObjectKeys: ['p/b.zip'] }));
    t.same(bucket.files(), { 'b.zip': 'PK' });
  },
);

t.test(
  'a deployment that moves, or goes, takes its files along unless they are retained or owned',
  async (t) => {
    const bucket = bucketWith(
      { 'one/index.html': '', 'one/more': '', other: '' },
      { 'a.zip': zipOf({ i: '' }) },
    );
    const to = (DestinationBucketKeyPrefix: string, RetainOnDelete = 'false') => ({
      DestinationBucketKeyPrefix,
      RetainOnDelete,
    });
    await handler.update?.(context(bucket, to('two'), properties(to('one'))));
    t.same(bucket.files(), { other: '', 'two/i': '' });
    await handler.remove(context(bucket, to('two', 'true')));
    bucket.tag('<Tag><Key>aws-cdk:cr-owned:two:0a1b</Key></Tag>');
    await handler.remove(context(bucket, to('two')));
    t.same(bucket.files(), { other: '', 'two/i': '' });
    bucket.tag('');
    await handler.remove(context(bucket, to('two')));
    t.same(bucket.files(), { other: '' });
  },
);

t.test(
  'what cannot be deployed fails in the words of a custom resource; without S3 it is recorded',
  async (t) => {
    const bucket = bucketWith({}, { 'a.zip': Buffer.from('no archive') });
    const failed = 'Received response status [FAILED] from custom resource. Message returned: ';
    await t.rejects(handler.create(context(bucket)), {
      message: new RegExp(`^${failed.replaceAll(/[[\]]/g, '\\$&')}End of central directory`),
    });
    await t.rejects(handler.create(context(bucketWith({}))), {
      message: `${failed}The specified key does not exist.`,
    });
    const call = (): Promise<never> => Promise.reject(new NotServedError('s3', 'HeadObject'));
    t.match(await handler.create(resourceContext({ properties: properties(), call })), {
      kind: 'done',
      note: /no files are put into its bucket here/,
    });
  },
);
