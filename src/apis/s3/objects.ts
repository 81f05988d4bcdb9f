import { Readable } from 'node:stream';
import type { ObjectHead, S3Object } from '../../model/s3.ts';
import type { Nothing } from '../../model/ports.ts';
import { findBucket } from './buckets.ts';
import { measure, type Expected } from './checksums.ts';
import { checkWrite, isUnchanged, parseRange, type Conditions } from './conditions.ts';
import type { S3Context, S3Operation } from './dependencies.ts';
import { invalidRequest, keyTooLong, noSuchKey } from './errors.ts';

/** Source: S3 user guide, object keys. */
const MAX_KEY_BYTES = 1024;
const DEFAULT_TYPE = 'binary/octet-stream';

export type Named = { readonly Bucket: string; readonly Key: string };

/** A body as it comes: streaming, or whole from a call in the process. */
export type BodyInput = AsyncIterable<Buffer> | Buffer | string;

/** `Head` and `Expected` are ours; a call in the process needs neither. */
export type PutInput = Named &
  Conditions & {
    readonly Body?: BodyInput;
    readonly ContentType?: string;
    readonly Head?: ObjectHead;
    readonly Expected?: Expected;
  };

export const asStream = (body: BodyInput = Buffer.alloc(0)): AsyncIterable<Buffer> =>
  typeof body === 'string' || Buffer.isBuffer(body)
    ? (Readable.from([Buffer.from(body)]) as AsyncIterable<Buffer>)
    : body;

const emptyHead = (contentType: string = DEFAULT_TYPE): ObjectHead => ({
  headers: { 'content-type': contentType },
  metadata: {},
  tags: {},
});

export const quoted = (etag: string): string => `"${etag}"`;

/** An object of a bucket. Throws NoSuchBucket or NoSuchKey. */
export function findObject(context: S3Context, { Bucket: bucket, Key: key }: Named): S3Object {
  findBucket(context, bucket);
  const object = context.s3.getObject(bucket, key);
  if (!object) throw noSuchKey(key);
  return object;
}

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw keyTooLong({ Size: Buffer.byteLength(key) });
}

/** Stores an object whole, or not at all. */
export const putObject: S3Operation<
  PutInput,
  { ETag: string; Checksums: Readonly<Record<string, string>> }
> = async (context, input) => {
  const { s3, now } = context;
  const { Bucket: bucket, Key: key, Head: head = emptyHead(input.ContentType) } = input;
  findBucket(context, bucket);
  checkKey(key);
  checkWrite(key, s3.getObject(bucket, key), input);
  const { body, measured } = measure(asStream(input.Body), input.Expected ?? {});
  const written = await s3.writeBody(body);
  try {
    // Both may have changed while the body came.
    findBucket(context, bucket);
    checkWrite(key, s3.getObject(bucket, key), input);
    const bodies = [written];
    s3.putObject({ ...head, ...measured(), bucket, key, bodies, size: written.size, modifiedAt: now() });
  } catch (error) {
    s3.dropBodies([written]);
    throw error;
  }
  return { ETag: quoted(measured().etag), Checksums: measured().checksums };
};

export type ReadInput = Named & Conditions & { readonly Range?: string };

export type ReadOutput = {
  readonly object: S3Object;
  readonly range?: { readonly start: number; readonly end: number };
  /** The client has it already. */
  readonly isUnchanged: boolean;
};

/** What a read answers, before its body. */
export const headObject: S3Operation<ReadInput, ReadOutput> = (context, input) => {
  const object = findObject(context, input);
  const unchanged = isUnchanged(object, input);
  const range = parseRange(input.Range, object.size);
  return { object, isUnchanged: unchanged, ...(range && { range }) };
};

/** The same with the body. */
export const getObject: S3Operation<ReadInput, ReadOutput & { Body: Readable; ContentLength: number }> = (
  context,
  input,
) => {
  const { object, range, isUnchanged } = headObject(context, input) as ReadOutput;
  return {
    object,
    isUnchanged,
    ...(range && { range }),
    Body: isUnchanged ? Readable.from([]) : context.s3.readBodies(object.bodies, range),
    ContentLength: range ? range.end - range.start + 1 : object.size,
  };
};

/** Deletes an object; one that is not there is no error. */
export const deleteObject: S3Operation<Named, Nothing> = (context, { Bucket: bucket, Key: key }) => {
  findBucket(context, bucket);
  context.s3.deleteObject(bucket, key);
  return {};
};

/** Deletes up to a thousand objects. */
export const deleteObjects: S3Operation<
  { readonly Bucket: string; readonly Keys: readonly string[] },
  { Deleted: { Key: string }[] }
> = (context, { Bucket: bucket, Keys: keys }) => {
  findBucket(context, bucket);
  for (const key of keys) context.s3.deleteObject(bucket, key);
  return { Deleted: keys.map((key) => ({ Key: key })) };
};

/** Copies an object, with its head or with `Head`. */
export const copyObject: S3Operation<
  Named & { readonly Source: Named; readonly Head?: ObjectHead; readonly Tags?: ObjectHead['tags'] },
  S3Object
> = async (context, input) => {
  const { s3, now } = context;
  const { Bucket: bucket, Key: key, Source: from } = input;
  findBucket(context, bucket);
  checkKey(key);
  const source = findObject(context, from);
  if (from.Bucket === bucket && from.Key === key && !input.Head)
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const bodies = await s3.copyBodies(source.bodies);
  try {
    // It may have been deleted meanwhile.
    findBucket(context, bucket);
    const tags = input.Tags ?? source.tags;
    const copy = { ...source, ...input.Head, tags, bucket, key, bodies, modifiedAt: now() };
    s3.putObject(copy);
    return copy;
  } catch (error) {
    s3.dropBodies(bodies);
    throw error;
  }
};

/** Stores tags of an object in place of those that it has. */
export const putObjectTagging: S3Operation<Named & { readonly Tags: ObjectHead['tags'] }, Nothing> = (
  context,
  input,
) => {
  context.s3.putObject({ ...findObject(context, input), tags: input.Tags });
  return {};
};

export const getObjectTagging: S3Operation<Named, { Tags: ObjectHead['tags'] }> = (context, input) => ({
  Tags: findObject(context, input).tags,
});
