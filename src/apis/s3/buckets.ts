import type {
  Bucket as AwsBucket,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationRequest,
  HeadBucketRequest,
} from '@aws-sdk/client-s3';
import type { Bucket } from '../../model/s3.ts';
import type { Nothing } from '../../model/ports.ts';
import type { S3Context, S3Operation } from './dependencies.ts';
import {
  bucketAlreadyExists,
  bucketAlreadyOwned,
  bucketNotEmpty,
  invalidBucketName,
  invalidLocation,
  noSuchBucket,
} from './errors.ts';

/** A bucket by name, of whichever account: there are no permissions here. Throws NoSuchBucket. */
export function findBucket({ s3 }: S3Context, name: string): Bucket {
  const bucket = s3.getBucket(name);
  if (!bucket) throw noSuchBucket(name);
  return bucket;
}

/** Makes a bucket. One's own of the same name is no error in us-east-1. Source: S3 API reference, CreateBucket. */
export const createBucket: S3Operation<CreateBucketRequest, { Location: string }> = (
  { s3, caller, now },
  { Bucket: name = '', CreateBucketConfiguration: configuration },
) => {
  if (!/^(?!xn--)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
    throw invalidBucketName(name);
  const before = s3.getBucket(name);
  if (before && before.account !== caller.account) throw bucketAlreadyExists(name);
  if (before && caller.region !== 'us-east-1') throw bucketAlreadyOwned(name);
  const region: string = configuration?.LocationConstraint ?? caller.region;
  // It is answered in a header. `EU` is the first region's name of old.
  if (region !== 'EU' && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw invalidLocation(region);
  if (!before) s3.putBucket({ name, account: caller.account, region, createdAt: now(), settings: {} });
  return { Location: `/${name}` };
};

/** Deletes an empty bucket. */
export const deleteBucket: S3Operation<DeleteBucketRequest, Nothing> = (context, { Bucket: name = '' }) => {
  findBucket(context, name);
  if ([...context.s3.listObjects(name, { prefix: '', after: '' }).take(1)].length > 0)
    throw bucketNotEmpty(name);
  for (const { id } of context.s3.listUploads(name)) context.s3.endUpload(id, undefined);
  context.s3.deleteBucket(name);
  return {};
};

export const headBucket: S3Operation<HeadBucketRequest, { BucketRegion: string }> = (
  context,
  { Bucket: name = '' },
) => ({ BucketRegion: findBucket(context, name).region });

/** The caller's own buckets. */
export const listBuckets: S3Operation<{ Prefix?: string }, { Buckets: AwsBucket[]; Owner: typeof OWNER }> = (
  { s3, caller },
  { Prefix: prefix = '' },
) => ({
  Buckets: s3
    .listBuckets(caller.account)
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, createdAt, region }) => ({ Name: name, CreationDate: createdAt, BucketRegion: region })),
  Owner: OWNER,
});

/** Of us-east-1 nothing is told. Source: S3 API reference, GetBucketLocation. */
export const getBucketLocation: S3Operation<GetBucketLocationRequest, { LocationConstraint?: string }> = (
  context,
  { Bucket: name = '' },
) => {
  const { region } = findBucket(context, name);
  return region === 'us-east-1' ? {} : { LocationConstraint: region };
};

/** Everything here is one owner's. */
export const OWNER = { ID: '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a' } as const;
