import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import t from 'tap';
import { aws, awsJson, failure, python } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { credentials, startSidecar } from '../support/sidecar.ts';

const sidecar = await startSidecar();
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-s3-'));
t.teardown(async () => {
  await sidecar.remove();
  await rm(folder, { recursive: true, force: true });
});

const files = async (): Promise<string[]> =>
  (await readdir(join(sidecar.dataDir, 's3'), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

t.test('the AWS CLI makes a bucket, copies files there and back, lists and removes them', async (t) => {
  const [here, back] = [join(folder, 'here'), join(folder, 'back')];
  await mkdir(join(here, 'deep/er'), { recursive: true });
  const large = randomBytes(20 * 1024 * 1024);
  await writeFile(join(here, 'a b+c&d.txt'), 'hello');
  await writeFile(join(here, 'empty'), '');
  await writeFile(join(here, 'deep/er/ü.json'), '{}');
  await writeFile(join(here, 'large.bin'), large);
  await aws(sidecar, 's3', 'mb', 's3://cli-bucket');
  t.match(await aws(sidecar, 's3', 'ls'), /cli-bucket/);
  await aws(sidecar, 's3', 'sync', here, 's3://cli-bucket/x');
  t.match(await aws(sidecar, 's3', 'ls', 's3://cli-bucket/x/'), /PRE deep\/\n.* 5 a b\+c&d.txt/);
  t.equal(
    (await aws(sidecar, 's3', 'sync', here, 's3://cli-bucket/x')).trim(),
    '',
    'nothing is copied a second time',
  );
  await aws(sidecar, 's3', 'cp', 's3://cli-bucket/x/large.bin', 's3://cli-bucket/y/copy.bin');
  await aws(sidecar, 's3', 'sync', 's3://cli-bucket', back);
  t.same(
    await Promise.all(
      ['x/a b+c&d.txt', 'x/empty', 'x/deep/er/ü.json'].map((name) => readFile(join(back, name), 'utf8')),
    ),
    ['hello', '', '{}'],
  );
  for (const name of ['x/large.bin', 'y/copy.bin'])
    t.ok(large.equals(await readFile(join(back, name))), `${name}, which came in parts, is whole`);
  const head = await awsJson<{ ETag: string; ContentLength: number }>(
    sidecar,
    ...['s3api', 'head-object', '--bucket', 'cli-bucket', '--key', 'x/large.bin'],
  );
  t.match(head, { ContentLength: large.length, ETag: /^"[0-9a-f]{32}-\d+"$/ });
  t.match(await failure(aws(sidecar, 's3', 'rb', 's3://cli-bucket')), /BucketNotEmpty/);
  await aws(sidecar, 's3', 'rb', 's3://cli-bucket', '--force');
  t.equal((await aws(sidecar, 's3', 'ls')).trim(), '');
  await until('the files of the bodies are gone', async () => (await files()).length === 0);
});

t.test('boto3 puts, reads parts of, copies, tags and conditionally writes objects', async (t) => {
  const printed = await python(
    sidecar,
    `
import boto3, os, json
from botocore.exceptions import ClientError
s3 = boto3.client('s3', endpoint_url=os.environ['ENDPOINT'])
s3.create_bucket(Bucket='boto-bucket')
put = s3.put_object(Bucket='boto-bucket', Key='k', Body=b'0123456789', ContentType='text/plain',
                    Metadata={'who': 'me'}, ContentMD5='eB5eJF1ptWaXm4bijSPyxw==', Tagging='a=1&b=2')
def code(call, **args):
    try:
        call(**args)
    except ClientError as error:
        return error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode']
got = s3.get_object(Bucket='boto-bucket', Key='k', Range='bytes=2-4')
s3.copy_object(Bucket='boto-bucket', Key='copy', CopySource={'Bucket': 'boto-bucket', 'Key': 'k'})
copied = s3.head_object(Bucket='boto-bucket', Key='copy')
upload = s3.create_multipart_upload(Bucket='boto-bucket', Key='aborted')['UploadId']
s3.upload_part(Bucket='boto-bucket', Key='aborted', UploadId=upload, PartNumber=1, Body=b'x')
pending = [one['Key'] for one in s3.list_multipart_uploads(Bucket='boto-bucket')['Uploads']]
s3.abort_multipart_upload(Bucket='boto-bucket', Key='aborted', UploadId=upload)
for number in range(5):
    s3.put_object(Bucket='boto-bucket', Key=f'p/{number}/x', Body=b'')
pages = [[one['Prefix'] for one in page.get('CommonPrefixes', [])] for page in
         s3.get_paginator('list_objects_v2').paginate(Bucket='boto-bucket', Prefix='p/', Delimiter='/', PaginationConfig={'PageSize': 2})]
old = [one['Key'] for one in s3.list_objects(Bucket='boto-bucket', MaxKeys=2)['Contents']]
print(json.dumps({
  'etag': put['ETag'],
  'range': [got['Body'].read().decode(), got['ContentRange'], got['ContentType'], got['Metadata']],
  'tail': s3.get_object(Bucket='boto-bucket', Key='k', Range='bytes=-3')['Body'].read().decode(),
  'copied': [copied['ContentLength'], copied['Metadata'], s3.get_object_tagging(Bucket='boto-bucket', Key='copy')['TagSet']],
  'codes': [
    code(s3.get_object, Bucket='boto-bucket', Key='none'),
    code(s3.get_object, Bucket='no-bucket', Key='none'),
    code(s3.head_object, Bucket='boto-bucket', Key='none'),
    code(s3.get_object, Bucket='boto-bucket', Key='k', Range='bytes=99-'),
    code(s3.get_object, Bucket='boto-bucket', Key='k', IfNoneMatch=put['ETag']),
    code(s3.get_object, Bucket='boto-bucket', Key='k', IfMatch='"x"'),
    code(s3.put_object, Bucket='boto-bucket', Key='k', Body=b'x', ContentMD5='eB5eJF1ptWaXm4bijSPyxw=='),
    code(s3.put_object, Bucket='no-bucket', Key='k', Body=b'x'),
    code(s3.delete_bucket, Bucket='no-bucket'),
    code(s3.get_bucket_policy, Bucket='boto-bucket'),
  ],
  'pending': pending, 'pages': pages, 'old': old,
  'location': s3.get_bucket_location(Bucket='boto-bucket')['LocationConstraint'],
  'encryption': s3.get_bucket_encryption(Bucket='boto-bucket')['ServerSideEncryptionConfiguration']['Rules'][0]['ApplyServerSideEncryptionByDefault'],
  'deleted': [one['Key'] for one in s3.delete_objects(Bucket='boto-bucket', Delete={'Objects': [{'Key': 'k'}, {'Key': 'none'}]})['Deleted']],
}))
s3.put_bucket_versioning(Bucket='boto-bucket', VersioningConfiguration={'Status': 'Enabled'})
assert s3.get_bucket_versioning(Bucket='boto-bucket')['Status'] == 'Enabled'
s3.put_bucket_policy(Bucket='boto-bucket', Policy='{"a":1}')
assert s3.get_bucket_policy(Bucket='boto-bucket')['Policy'] == '{"a":1}'
s3.put_bucket_tagging(Bucket='boto-bucket', Tagging={'TagSet': [{'Key': 'k', 'Value': 'v'}]})
assert s3.get_bucket_tagging(Bucket='boto-bucket')['TagSet'] == [{'Key': 'k', 'Value': 'v'}]
s3.delete_bucket_tagging(Bucket='boto-bucket')
assert code(s3.get_bucket_tagging, Bucket='boto-bucket')[0] == 'NoSuchTagSet'
`,
  );
  t.strictSame(JSON.parse(printed), {
    etag: '"781e5e245d69b566979b86e28d23f2c7"',
    range: ['234', 'bytes 2-4/10', 'text/plain', { who: 'me' }],
    tail: '789',
    copied: [
      10,
      { who: 'me' },
      [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    ],
    codes: [
      ['NoSuchKey', 404],
      ['NoSuchBucket', 404],
      ['404', 404],
      ['InvalidRange', 416],
      ['304', 304],
      ['PreconditionFailed', 412],
      ['BadDigest', 400],
      ['NoSuchBucket', 404],
      ['NoSuchBucket', 404],
      ['NoSuchBucketPolicy', 404],
    ],
    pending: ['aborted'],
    pages: [['p/0/', 'p/1/'], ['p/2/', 'p/3/'], ['p/4/']],
    old: ['copy', 'k'],
    location: null,
    encryption: { SSEAlgorithm: 'AES256' },
    deleted: ['k', 'none'],
  });
});

t.test("today's SDK, which sends chunks with checksums in trailers, is understood", async (t) => {
  const s3 = new S3Client({ endpoint: sidecar.url, region: 'us-east-1', credentials, forcePathStyle: true });
  t.teardown(() => {
    s3.destroy();
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'sdk-bucket' }));
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    const Body = randomBytes(300_000);
    const put = await s3.send(
      new PutObjectCommand({ Bucket: 'sdk-bucket', Key: `${ChecksumAlgorithm}/ä`, Body, ChecksumAlgorithm }),
    );
    t.type(put[`Checksum${ChecksumAlgorithm}`], 'string');
    const got = await s3.send(
      new GetObjectCommand({ Bucket: 'sdk-bucket', Key: `${ChecksumAlgorithm}/ä`, ChecksumMode: 'ENABLED' }),
    );
    t.equal(got[`Checksum${ChecksumAlgorithm}`], put[`Checksum${ChecksumAlgorithm}`]);
    t.equal(got.ContentEncoding, undefined, 'the wire form is no encoding of the object');
    t.ok(Body.equals(Buffer.from(await got.Body!.transformToByteArray())));
  }
  await writeFile(join(folder, 'streamed'), 'streamed');
  const Body = createReadStream(join(folder, 'streamed'));
  await s3.send(new PutObjectCommand({ Bucket: 'sdk-bucket', Key: 'stream', Body, ContentLength: 8 }));
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'sdk-bucket', Prefix: 'CRC64' }));
  t.match(listed.Contents, [{ Key: 'CRC64NVME/ä', Size: 300_000 }]);
});

t.test('buckets are reached by their host names, and objects without a signature', async (t) => {
  await aws(sidecar, 's3', 'mb', 's3://host-bucket');
  await writeFile(join(folder, 'one'), 'found');
  await aws(sidecar, 's3', 'cp', join(folder, 'one'), 's3://host-bucket/dir/one');
  const { port } = new URL(sidecar.url);
  const get = async (host: string, path: string): Promise<string> => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers: { host: `${host}:${port}` } }, resolve)
        .on('error', reject)
        .end();
    });
    return `${response.statusCode} ${await text(response)}`;
  };
  for (const host of [
    'host-bucket.s3.localhost.localstack.cloud',
    'host-bucket.s3.us-east-1.localhost.localstack.cloud',
    'host-bucket.s3.localhost',
    'host-bucket.localhost',
  ])
    t.equal(await get(host, '/dir/one'), '200 found', host);
  for (const host of [
    'localhost.localstack.cloud',
    's3.localhost.localstack.cloud',
    'localhost',
    '127.0.0.1',
  ])
    t.equal(await get(host, '/host-bucket/dir/one'), '200 found', host);
  t.match(await get('host-bucket.s3.evil.example', '/dir/one'), /^403 /);
  t.match(await get('localhost', '/host-bucket/none'), /^404 [^]*<Code>NoSuchKey<\/Code>/);
  const presigned = await aws(sidecar, 's3', 'presign', 's3://host-bucket/dir/one');
  t.equal(await (await fetch(presigned.trim())).text(), 'found');
});

t.test('objects outlive kill -9, and half an upload leaves nothing', async (t) => {
  await aws(sidecar, 's3', 'mb', 's3://kept-bucket');
  const body = randomBytes(1024 * 1024);
  await writeFile(join(folder, 'kept'), body);
  await aws(sidecar, 's3', 'cp', join(folder, 'kept'), 's3://kept-bucket/kept');
  const before = await files();
  const half = request(`${sidecar.url}/kept-bucket/half`, {
    method: 'PUT',
    headers: { 'content-length': 1_000_000 },
  });
  half.on('error', () => undefined);
  half.write(randomBytes(500_000));
  await until('the half is on the disk', async () => (await files()).some((name) => name.endsWith('.tmp')));
  await sidecar.kill();
  t.ok((await files()).some((name) => name.endsWith('.tmp')));
  await sidecar.restart();
  await until('the half is swept', async () => (await files()).length === before.length);
  const printed = await awsJson<{ Contents: { Key: string }[] }>(
    sidecar,
    ...['s3api', 'list-objects-v2', '--bucket', 'kept-bucket'],
  );
  t.same(
    printed.Contents.map(({ Key }) => Key),
    ['kept'],
  );
  await aws(sidecar, 's3', 'cp', 's3://kept-bucket/kept', join(folder, 'again'));
  const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  t.equal(sum(await readFile(join(folder, 'again'))), sum(body));
});
