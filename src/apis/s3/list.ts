import type { _Object, CommonPrefix, ListObjectsV2Request } from '@aws-sdk/client-s3';
import type { S3Object } from '../../model/s3.ts';
import { findBucket } from './buckets.ts';
import type { S3Operation } from './dependencies.ts';

const MAX_KEYS = 1000;
/** Sorts behind every key that begins with what stands before it. */
const LAST = '\u{10ffff}';

export type ListInput = {
  readonly Bucket: string;
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  /** Only what comes behind this key, or this common prefix. */
  readonly After?: string | undefined;
  readonly MaxKeys?: number | undefined;
};

export type Listing = {
  readonly objects: readonly S3Object[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix, where there are more. */
  readonly next: string | undefined;
};

/** AWS's form of a listing, for calls within the process. */
export const listObjectsV2: S3Operation<
  ListObjectsV2Request,
  {
    Contents: _Object[];
    CommonPrefixes: CommonPrefix[];
    IsTruncated: boolean;
    NextContinuationToken?: string;
  }
> = async (context, { ContinuationToken, StartAfter, Bucket = '', ...input }) => {
  const { objects, commonPrefixes, next } = await listObjects(context, {
    ...input,
    Bucket,
    After: ContinuationToken ?? StartAfter ?? '',
  });
  return {
    Contents: objects.map(({ key, size, etag, modifiedAt }) => ({
      Key: key,
      Size: size,
      ETag: `"${etag}"`,
      LastModified: modifiedAt,
    })),
    CommonPrefixes: commonPrefixes.map((one) => ({ Prefix: one })),
    IsTruncated: next !== undefined,
    ...(next !== undefined && { NextContinuationToken: next }),
  };
};

/** Keys in their order; those with the delimiter behind the prefix are told as one common prefix. */
export const listObjects: S3Operation<ListInput, Listing> = (context, input) => {
  const { Bucket: bucket, Prefix: prefix = '', Delimiter: delimiter = '' } = input;
  findBucket(context, bucket);
  const max = Math.min(input.MaxKeys ?? MAX_KEYS, MAX_KEYS);
  const objects: S3Object[] = [];
  const commonPrefixes: string[] = [];
  let last = input.After ?? '';
  // A common prefix that was told on the page before stands for all below it.
  let after = delimiter !== '' && last.endsWith(delimiter) && last !== prefix ? last + LAST : last;
  for (;;) {
    let skipped = false;
    for (const object of context.s3.listObjects(bucket, { prefix, after })) {
      if (objects.length + commonPrefixes.length >= max)
        return { objects, commonPrefixes, next: max === 0 ? undefined : last };
      const at = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      last = at < 0 ? object.key : object.key.slice(0, at + delimiter.length);
      if (at < 0) objects.push(object);
      else commonPrefixes.push(last);
      after = at < 0 ? last : last + LAST;
      skipped = at >= 0;
      if (skipped) break;
    }
    if (!skipped) return { objects, commonPrefixes, next: undefined };
  }
};
