import { createHash } from 'node:crypto';
import type { Body, ObjectHead, Part, S3Object, Upload } from '../../model/s3.ts';
import type { Nothing } from '../../model/ports.ts';
import { findBucket } from './buckets.ts';
import { measure, type Expected } from './checksums.ts';
import { checkWrite, parseRange, type Conditions } from './conditions.ts';
import type { S3Context, S3Operation } from './dependencies.ts';
import { entityTooSmall, invalidArgument, invalidPart, invalidPartOrder, noSuchUpload } from './errors.ts';
import { asStream, checkKey, findObject, quoted, type BodyInput, type Named } from './objects.ts';

/** Source: S3 user guide, multipart upload limits. */
const MAX_PART_NUMBER = 10_000;
const MIN_PART_BYTES = 5 * 1024 * 1024;

type OfUpload = Named & { readonly UploadId: string };

function findUpload(context: S3Context, { Bucket: bucket, Key: key, UploadId: id }: OfUpload): Upload {
  findBucket(context, bucket);
  const upload = context.s3.getUpload(id);
  if (upload?.bucket !== bucket || upload.key !== key) throw noSuchUpload(id);
  return upload;
}

export const createMultipartUpload: S3Operation<
  Named & { readonly Head: ObjectHead },
  { UploadId: string }
> = (context, { Bucket: bucket, Key: key, Head: head }) => {
  findBucket(context, bucket);
  checkKey(key);
  const id = createHash('sha256').update(context.newId()).digest('base64url');
  context.s3.putUpload({ ...head, id, bucket, key, startedAt: context.now() });
  return { UploadId: id };
};

/** Stores a part in place of the one of the same number. */
export const uploadPart: S3Operation<
  OfUpload & {
    readonly PartNumber: number;
    readonly Body: BodyInput;
    readonly Expected?: Expected;
  },
  Part
> = async (context, input) => {
  findUpload(context, input);
  const { PartNumber: number } = input;
  if (!(number >= 1 && number <= MAX_PART_NUMBER))
    throw invalidArgument(
      `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
      'partNumber',
      String(number),
    );
  const { body, measured } = measure(asStream(input.Body), input.Expected ?? {});
  const written = await context.s3.writeBody(body);
  try {
    findUpload(context, input);
    const part = { ...measured(), number, body: written, modifiedAt: context.now() };
    context.s3.putPart(input.UploadId, part);
    return part;
  } catch (error) {
    context.s3.dropBodies([written]);
    throw error;
  }
};

/** A part out of an object that is there. */
export const uploadPartCopy: S3Operation<
  OfUpload & { readonly PartNumber: number; readonly Source: Named; readonly Range?: string },
  Part
> = async (context, { Source: from, Range: range, ...input }) => {
  const source = findObject(context, from);
  const body = context.s3.readBodies(source.bodies, parseRange(range, source.size));
  try {
    return await uploadPart(context, { ...input, Body: body });
  } finally {
    // One that nobody reads to its end would hold its files for ever.
    body.destroy();
  }
};

export type CompletedPart = { readonly number: number; readonly etag: string };

/** Makes an object of the parts that are named, in their order. The others are deleted. */
export const completeMultipartUpload: S3Operation<
  OfUpload &
    Conditions & {
      readonly Parts: readonly CompletedPart[];
      readonly Checksums: Readonly<Record<string, string>>;
    },
  S3Object
> = (context, input) => {
  const { headers, metadata, tags, bucket, key } = findUpload(context, input);
  const { s3, now } = context;
  checkWrite(key, s3.getObject(bucket, key), input);
  const uploaded = new Map(s3.listParts(input.UploadId).map((part) => [part.number, part]));
  const parts = input.Parts.map(({ number, etag }, index) => {
    if (index > 0 && number <= (input.Parts[index - 1]?.number ?? 0)) throw invalidPartOrder();
    const part = uploaded.get(number);
    if (part?.etag !== etag.replaceAll('"', '')) throw invalidPart({ PartNumber: number });
    return part;
  });
  if (parts.length === 0) throw invalidPart();
  if (parts.slice(0, -1).some(({ body }) => body.size < MIN_PART_BYTES)) throw entityTooSmall();
  const bodies: Body[] = parts.map(({ body }) => body);
  const sums = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  const object: S3Object = {
    headers,
    metadata,
    tags,
    bucket,
    key,
    bodies,
    size: bodies.reduce((sum, { size }) => sum + size, 0),
    // Source: S3 user guide, checking object integrity: of the parts' digests, and how many there are.
    etag: `${createHash('md5').update(sums).digest('hex')}-${parts.length}`,
    checksums: input.Checksums,
    modifiedAt: now(),
  };
  s3.endUpload(input.UploadId, object);
  return object;
};

export const abortMultipartUpload: S3Operation<OfUpload, Nothing> = (context, input) => {
  findUpload(context, input);
  context.s3.endUpload(input.UploadId, undefined);
  return {};
};

export const listParts: S3Operation<OfUpload, { Parts: object[] }> = (context, input) => {
  findUpload(context, input);
  return {
    Parts: context.s3.listParts(input.UploadId).map(({ number, etag, body, modifiedAt }) => ({
      PartNumber: number,
      LastModified: modifiedAt,
      ETag: quoted(etag),
      Size: body.size,
    })),
  };
};

export const listMultipartUploads: S3Operation<
  { readonly Bucket: string; readonly Prefix?: string },
  { Uploads: object[] }
> = (context, { Bucket: bucket, Prefix: prefix = '' }) => {
  findBucket(context, bucket);
  return {
    Uploads: context.s3
      .listUploads(bucket)
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ id, key, startedAt }) => ({
        Key: key,
        UploadId: id,
        StorageClass: 'STANDARD',
        Initiated: startedAt,
      })),
  };
};
