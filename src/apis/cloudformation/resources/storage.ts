import { AwsError } from '../../../model/aws-error.ts';
import { isUnserved } from '../../../model/local-apis.ts';
import type { JsonMap } from '../../../model/stack.ts';
import {
  alreadyExists,
  generatedName,
  ignoreAbsent,
  isAbsent,
  isMadeBefore,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { awsTags, tagChanges } from './tags.ts';

const bucketAttributes = ({ scope, physicalId: name = '' }: ResourceContext): JsonMap => ({
  Arn: `arn:aws:s3:::${name}`,
  DomainName: `${name}.s3.amazonaws.com`,
  RegionalDomainName: `${name}.s3.${scope.region}.amazonaws.com`,
  DualStackDomainName: `${name}.s3.dualstack.${scope.region}.amazonaws.com`,
  WebsiteURL: `http://${name}.s3-website-${scope.region}.amazonaws.com`,
});

/** The name that a bucket has, or is given. */
export const bucketName = (context: ResourceContext): string =>
  textOf(context.properties, 'BucketName') ?? generatedName(context, 63).toLowerCase();

/** As the document that S3 has of them. Upstreams that only make a bucket are not asked for more. */
async function putTags(context: ResourceContext): Promise<void> {
  const { physicalId, call } = context;
  const tags = awsTags(context, 's3').map(
    ({ Key, Value }) => `<Tag><Key>${escaped(Key)}</Key><Value>${escaped(Value)}</Value></Tag>`,
  );
  await call('s3', 'PutBucketSetting', {
    Bucket: physicalId,
    Setting: 'tagging',
    Document: `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${tags.join('')}</TagSet></Tagging>`,
  }).catch((error: unknown) => {
    if (!isUnserved(error)) throw error;
  });
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** `AWS::S3::Bucket`: `Ref` is its name. Its settings beyond the bucket and its tags are kept in the stack alone. */
export const s3Bucket: ResourceHandler = {
  serviceName: 'S3',
  isTagged: true,
  createOnly: ['BucketName'],
  nameOf: bucketName,
  attributesOf: bucketAttributes,
  async create(context) {
    const { physicalId = '', call, isRetry } = context;
    // In us-east-1 S3 takes a bucket that is there for the one that is asked for.
    const isThere = await call('s3', 'HeadBucket', { Bucket: physicalId }).then(
      () => true,
      (error: unknown) => {
        // The answer to a HEAD has no code.
        if (error instanceof AwsError && error.status === 404) return false;
        throw error;
      },
    );
    if (isThere && !isRetry) throw alreadyExists(context);
    await call('s3', 'CreateBucket', { Bucket: physicalId }).catch((error: unknown) => {
      if (!isMadeBefore(error, context)) throw error;
    });
    await putTags(context);
    return { kind: 'done', physicalId, attributes: bucketAttributes(context) };
  },
  async update(context) {
    await putTags(context);
    return { kind: 'done', physicalId: context.physicalId ?? '', attributes: bucketAttributes(context) };
  },
  async read({ physicalId, call }) {
    await call('s3', 'HeadBucket', { Bucket: physicalId });
    return { BucketName: physicalId ?? '' };
  },
  async remove({ physicalId, call }) {
    await call('s3', 'DeleteBucket', { Bucket: physicalId }).catch(ignoreAbsent);
    return 'done';
  },
};

/** `Custom::S3AutoDeleteObjects` of the CDK: its function does not run here, so its work is done here. */
export const s3AutoDeleteObjects: ResourceHandler = {
  createOnly: ['BucketName'],
  nameOf: (context) => generatedName(context),
  create: ({ physicalId = '' }) => Promise.resolve({ kind: 'done', physicalId }),
  update: ({ physicalId = '' }) => Promise.resolve({ kind: 'done', physicalId }),
  async remove({ properties, call }) {
    const Bucket = textOf(properties, 'BucketName');
    const listed = await call('s3', 'ListObjectsV2', { Bucket }).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
      return {};
    });
    const { Contents = [] } = listed as { readonly Contents?: readonly { readonly Key?: string }[] };
    for (const { Key } of Contents) await call('s3', 'DeleteObject', { Bucket, Key });
    return Contents.length === 0 ? 'done' : { afterMs: 1 };
  },
};

type Repository = { readonly repositoryArn?: string; readonly repositoryUri?: string };

const repositoryAttributes = ({ repositoryArn = '', repositoryUri = '' }: Repository): JsonMap => ({
  Arn: repositoryArn,
  RepositoryUri: repositoryUri,
});

async function describeRepository({ call, physicalId }: ResourceContext): Promise<Repository> {
  const { repositories = [] } = (await call('ecr', 'DescribeRepositories', {
    repositoryNames: [physicalId],
  })) as { readonly repositories?: readonly Repository[] };
  return repositories[0] ?? {};
}

/** `AWS::ECR::Repository`: `Ref` is its name. */
export const ecrRepository: ResourceHandler = {
  serviceName: 'Ecr',
  isTagged: true,
  createOnly: ['RepositoryName', 'EncryptionConfiguration'],
  nameOf: (context) => textOf(context.properties, 'RepositoryName') ?? generatedName(context).toLowerCase(),
  async create(context) {
    const { physicalId = '', properties, call } = context;
    await call('ecr', 'CreateRepository', {
      repositoryName: physicalId,
      imageTagMutability: properties['ImageTagMutability'],
      tags: awsTags(context, 'ecr'),
    }).catch((error: unknown) => {
      if (!isMadeBefore(error, context)) throw error;
    });
    return {
      kind: 'done',
      physicalId,
      attributes: repositoryAttributes(await describeRepository(context)),
    };
  },
  async update(context) {
    const { physicalId = '', properties, before = {}, call } = context;
    const repository = await describeRepository(context);
    if (properties['ImageTagMutability'] !== before['ImageTagMutability'])
      await call('ecr', 'PutImageTagMutability', {
        repositoryName: physicalId,
        imageTagMutability: properties['ImageTagMutability'] ?? 'MUTABLE',
      });
    const { put, gone } = tagChanges(context);
    const resourceArn = repository.repositoryArn;
    const tags = [...put].map(([Key, Value]) => ({ Key, Value }));
    if (gone.length > 0) await call('ecr', 'UntagResource', { resourceArn, tagKeys: gone });
    if (tags.length > 0) await call('ecr', 'TagResource', { resourceArn, tags });
    return { kind: 'done', physicalId, attributes: repositoryAttributes(repository) };
  },
  async remove({ physicalId, properties, call }) {
    const force = textOf(properties, 'EmptyOnDelete') === 'true';
    await call('ecr', 'DeleteRepository', { repositoryName: physicalId, force }).catch(ignoreAbsent);
    return 'done';
  },
};
