import type { Body, Bucket, Part, S3Object, S3Store, Upload } from '../../model/s3.ts';
import { createTransaction, type Database, type Migrations } from '../database.ts';
import { text } from '../ecs/document.ts';
import { createBodies } from './bodies.ts';

export const s3Migrations: Migrations = {
  group: 's3',
  steps: [
    `
  CREATE TABLE s3_bucket (name TEXT PRIMARY KEY, account TEXT NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE s3_object (
    bucket TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE s3_upload (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE s3_part (
    upload_id TEXT NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (upload_id, number)
  ) STRICT, WITHOUT ROWID;
`,
  ],
};

export type S3Database = S3Store & {
  /** Deletes the files of bodies that earlier runs left behind. */
  sweep(startedMs: number): Promise<void>;
};

/** S3's buckets and objects in the database, their bodies as files in a folder. */
export function createS3Store(database: Database, folder: string): S3Database {
  const transaction = createTransaction(database);
  const bodies = createBodies(folder);
  const prepared = {
    bucket: database.prepare('SELECT document FROM s3_bucket WHERE name = ?'),
    buckets: database.prepare('SELECT document FROM s3_bucket WHERE account = ? ORDER BY name'),
    putBucket: database.prepare('INSERT OR REPLACE INTO s3_bucket VALUES (?, ?, ?)'),
    deleteBucket: database.prepare('DELETE FROM s3_bucket WHERE name = ?'),
    object: database.prepare('SELECT document FROM s3_object WHERE bucket = ? AND key = ?'),
    objects: database.prepare(`
      SELECT document FROM s3_object
      WHERE bucket = ?1 AND key > ?2 AND key >= ?3 AND key < ?3 || char(1114111) ORDER BY key
    `),
    putObject: database.prepare('INSERT OR REPLACE INTO s3_object VALUES (?, ?, ?)'),
    deleteObject: database.prepare('DELETE FROM s3_object WHERE bucket = ? AND key = ?'),
    upload: database.prepare('SELECT document FROM s3_upload WHERE id = ?'),
    uploads: database.prepare('SELECT document FROM s3_upload WHERE bucket = ? ORDER BY key, id'),
    putUpload: database.prepare('INSERT OR REPLACE INTO s3_upload VALUES (?, ?, ?, ?)'),
    deleteUpload: database.prepare('DELETE FROM s3_upload WHERE id = ?'),
    part: database.prepare('SELECT document FROM s3_part WHERE upload_id = ? AND number = ?'),
    parts: database.prepare('SELECT document FROM s3_part WHERE upload_id = ? ORDER BY number'),
    putPart: database.prepare('INSERT OR REPLACE INTO s3_part VALUES (?, ?, ?)'),
    deleteParts: database.prepare('DELETE FROM s3_part WHERE upload_id = ?'),
    usedIds: database.prepare(`
      SELECT body.value ->> 'id' AS id FROM s3_object, json_each(document, '$.bodies') AS body
      UNION ALL SELECT document ->> '$.body.id' FROM s3_part
    `),
  };

  type Row = Record<string, unknown>;
  const toBucket = (row: Row): Bucket => revived(row, 'createdAt') as Bucket;
  const toObject = (row: Row): S3Object => revived(row, 'modifiedAt') as S3Object;
  const toUpload = (row: Row): Upload => revived(row, 'startedAt') as Upload;
  const toPart = (row: Row): Part => revived(row, 'modifiedAt') as Part;
  const optional = <T>(row: Row | undefined, read: (row: Row) => T): T | undefined => row && read(row);

  const getObject: S3Store['getObject'] = (bucket, key) =>
    optional(prepared.object.get(bucket, key), toObject);
  /** Returns the bodies that are no longer used; they may go once this is committed. */
  const saveObject = (object: S3Object): Body[] => {
    const before = getObject(object.bucket, object.key);
    prepared.putObject.run(object.bucket, object.key, JSON.stringify(object));
    return (before?.bodies ?? []).filter(isNoneOf(object.bodies));
  };
  const listParts: S3Store['listParts'] = (uploadId) => prepared.parts.all(uploadId).map(toPart);

  return {
    ...bodies,
    getBucket: (name) => optional(prepared.bucket.get(name), toBucket),
    putBucket(bucket) {
      prepared.putBucket.run(bucket.name, bucket.account, JSON.stringify(bucket));
    },
    deleteBucket(name) {
      prepared.deleteBucket.run(name);
    },
    listBuckets: (account) => prepared.buckets.all(account).map(toBucket),
    getObject,
    putObject(object) {
      bodies.dropBodies(saveObject(object));
    },
    deleteObject(bucket, key) {
      const before = getObject(bucket, key);
      prepared.deleteObject.run(bucket, key);
      if (before) bodies.dropBodies(before.bodies);
    },
    listObjects: (bucket, { prefix, after }) => prepared.objects.iterate(bucket, after, prefix).map(toObject),
    getUpload: (id) => optional(prepared.upload.get(id), toUpload),
    putUpload(upload) {
      prepared.putUpload.run(upload.id, upload.bucket, upload.key, JSON.stringify(upload));
    },
    listUploads: (bucket) => prepared.uploads.all(bucket).map(toUpload),
    putPart(uploadId, part) {
      const before = optional(prepared.part.get(uploadId, part.number), toPart);
      prepared.putPart.run(uploadId, part.number, JSON.stringify(part));
      if (before) bodies.dropBodies([before.body]);
    },
    listParts,
    endUpload(id, object) {
      const parts = listParts(id);
      const replaced = transaction(() => {
        const unused = object ? saveObject(object) : [];
        prepared.deleteParts.run(id);
        prepared.deleteUpload.run(id);
        return unused;
      });
      const left = parts.map(({ body }) => body).filter(isNoneOf(object?.bodies ?? []));
      bodies.dropBodies([...replaced, ...left]);
    },
    async sweep(startedMs) {
      const used = new Set(prepared.usedIds.all().map((row) => row['id']));
      await bodies.sweep((id) => used.has(id), startedMs);
    },
  };
}

function isNoneOf(others: readonly Body[]): (body: Body) => boolean {
  const ids = new Set(others.map(({ id }) => id));
  return ({ id }) => !ids.has(id);
}

function revived(row: Record<string, unknown>, dateMember: string): unknown {
  const document = JSON.parse(text(row, 'document')) as Record<string, unknown>;
  return { ...document, [dateMember]: new Date(document[dateMember] as string) };
}
