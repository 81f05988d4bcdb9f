import type { Readable } from 'node:stream';
import t from 'tap';
import { createS3Api, type operations } from '../../../../src/apis/s3/operations.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createS3Store, s3Migrations } from '../../../../src/store/s3/store.ts';
import { createCaller } from '../../../support/api-caller.ts';

t.test('a copy into an upload that is not there lets go of what it would have read', async (t) => {
  const s3 = createS3Store(openDatabase(':memory:', [s3Migrations]), t.testdir());
  const opened: Readable[] = [];
  const api = createS3Api({
    s3: {
      ...s3,
      readBodies(bodies, range) {
        const body = s3.readBodies(bodies, range);
        opened.push(body);
        return body;
      },
    },
    now: () => new Date(0),
    newId: () => 'id',
  });
  const { call, refusal } = createCaller<typeof operations>(api);
  await call('CreateBucket', { Bucket: 'bucket' });
  const Source = { Bucket: 'bucket', Key: 'from' };
  s3.putObject({
    bucket: 'bucket',
    key: 'from',
    bodies: [],
    size: 0,
    etag: 'e',
    checksums: {},
    headers: {},
    metadata: {},
    tags: {},
    modifiedAt: new Date(0),
  });
  const asked = { Bucket: 'bucket', Key: 'to', UploadId: 'none', PartNumber: 1, Source };
  t.match(await refusal('UploadPartCopy', asked), /^NoSuchUpload/);
  t.match(opened, [{ destroyed: true }]);
});
