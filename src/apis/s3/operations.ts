import { bindActions, type Api } from '../../model/api.ts';
import { AwsError } from '../../model/aws-error.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts';
import type { S3Dependencies } from './dependencies.ts';
import { createHttp } from './http.ts';
import { listObjects, listObjectsV2 } from './list.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
  uploadPartCopy,
} from './multipart.ts';
import {
  copyObject,
  deleteObject,
  deleteObjects,
  getObject,
  getObjectTagging,
  headObject,
  putObject,
  putObjectTagging,
} from './objects.ts';
import { deleteBucketSetting, getBucketSetting, putBucketSetting } from './settings.ts';
import { s3Head } from './wire.ts';

/**
 * Every action that is built. Those of buckets, ListObjectsV2, GetObject and PutObject take AWS's members when they are called within
 * the process; `…BucketSetting` stand for all of `PutBucketPolicy`, `GetBucketEncryption`….
 */
export const operations = {
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  ListBuckets: listBuckets,
  GetBucketLocation: getBucketLocation,
  PutBucketSetting: putBucketSetting,
  GetBucketSetting: getBucketSetting,
  DeleteBucketSetting: deleteBucketSetting,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  PutObjectTagging: putObjectTagging,
  GetObjectTagging: getObjectTagging,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
} as const;

const refuse = (_action: string, path: string): AwsError =>
  new AwsError('InvalidRequest', `The value at ${path} is not valid.`);

/** S3, served where there is no upstream. It also takes what nobody signed: public addresses of objects. */
export function createS3Api(dependencies: S3Dependencies): Api {
  const actions = bindActions(operations, dependencies);
  return {
    ...s3Head,
    serve: createHttp(actions),
    actions,
    missingMember: refuse,
    invalidEnum: refuse,
    invalidValue: refuse,
  };
}
