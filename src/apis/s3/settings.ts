import { AwsError } from '../../model/aws-error.ts';
import type { Nothing } from '../../model/ports.ts';
import { findBucket, OWNER } from './buckets.ts';
import type { S3Operation } from './dependencies.ts';
import { malformedPolicy, missingBody } from './errors.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

type Setting = { readonly initial: string } | { readonly missing: readonly [code: string, message: string] };

/**
 * Documents about a bucket that are stored and answered as they were put; nothing here acts on them. By the name of their
 * query, with what S3 says of a bucket that was given none. Source: S3 API reference; LocalStack's recordings of S3.
 */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  accelerate: { initial: `<AccelerateConfiguration ${NAMESPACE}/>` },
  acl: {
    initial: `<AccessControlPolicy ${NAMESPACE}><Owner><ID>${OWNER.ID}</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${OWNER.ID}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`,
  },
  cors: { missing: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'] },
  encryption: {
    initial: `<ServerSideEncryptionConfiguration ${NAMESPACE}><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`,
  },
  lifecycle: { missing: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'] },
  logging: { initial: `<BucketLoggingStatus ${NAMESPACE}/>` },
  notification: { initial: `<NotificationConfiguration ${NAMESPACE}/>` },
  'object-lock': {
    missing: [
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
    ],
  },
  ownershipControls: {
    initial: `<OwnershipControls ${NAMESPACE}><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`,
  },
  policy: { missing: ['NoSuchBucketPolicy', 'The bucket policy does not exist'] },
  publicAccessBlock: {
    initial: `<PublicAccessBlockConfiguration ${NAMESPACE}><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
  },
  replication: {
    missing: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  },
  requestPayment: {
    initial: `<RequestPaymentConfiguration ${NAMESPACE}><Payer>BucketOwner</Payer></RequestPaymentConfiguration>`,
  },
  tagging: { missing: ['NoSuchTagSet', 'The TagSet does not exist'] },
  versioning: { initial: `<VersioningConfiguration ${NAMESPACE}/>` },
  website: {
    missing: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
  },
};

type Named = { readonly Bucket: string; readonly Setting: string };

/** Stores a document about a bucket. Ours, for all of PutBucketPolicy, PutBucketEncryption… */
export const putBucketSetting: S3Operation<Named & { readonly Document: string }, Nothing> = (
  context,
  { Bucket: name, Setting: setting, Document: document },
) => {
  const bucket = findBucket(context, name);
  if (document === '') throw missingBody();
  if (setting === 'policy' && !isPolicy(document)) throw malformedPolicy();
  context.s3.putBucket({ ...bucket, settings: { ...bucket.settings, [setting]: document } });
  return {};
};

function isPolicy(document: string): boolean {
  try {
    JSON.parse(document);
    return document.startsWith('{');
  } catch {
    return false;
  }
}

/** A document as it was put, or what S3 says without one. Throws S3's error where it has one for that. */
export const getBucketSetting: S3Operation<Named, { Document: string }> = (
  context,
  { Bucket: name, Setting: setting },
) => {
  const document = findBucket(context, name).settings[setting];
  if (document !== undefined) return { Document: document };
  const known = SETTINGS[setting];
  if (known && 'initial' in known) return { Document: known.initial };
  const [code, message] = known?.missing ?? ['NotImplemented', 'This setting is not known here.'];
  throw new AwsError(code, message, { status: 404, members: { BucketName: name } });
};

export const deleteBucketSetting: S3Operation<Named, Nothing> = (
  context,
  { Bucket: name, Setting: setting },
) => {
  const bucket = findBucket(context, name);
  const kept = Object.entries(bucket.settings).filter(([key]) => key !== setting);
  context.s3.putBucket({ ...bucket, settings: Object.fromEntries(kept) });
  return {};
};
