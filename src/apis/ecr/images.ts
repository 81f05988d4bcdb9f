import { createHash } from 'node:crypto';
import type {
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  BatchGetImageRequest,
  BatchGetImageResponse,
  DescribeImagesRequest,
  DescribeImagesResponse,
  Image,
  ImageDetail,
  ImageFailure,
  ImageIdentifier,
  ListImagesRequest,
  ListImagesResponse,
  PutImageRequest,
  PutImageResponse,
} from '@aws-sdk/client-ecr';
import {
  DEFAULT_MEDIA_TYPE,
  imageOf,
  registryPath,
  type EcrImage,
  type Repository,
} from '../../model/ecr.ts';
import { findRepository, type EcrOperation } from './dependencies.ts';
import { digestMismatch, imageExists, imageNotFound, invalidParameter, tagIsImmutable } from './errors.ts';

const isMeant = ({ digest, tags }: EcrImage, { imageDigest, imageTag }: ImageIdentifier): boolean =>
  (imageDigest === undefined || imageDigest === digest) &&
  (imageTag === undefined || tags.includes(imageTag)) &&
  (imageDigest !== undefined || imageTag !== undefined);

const isTagged = ({ tags }: EcrImage, status: string | undefined): boolean =>
  status === undefined || status === 'ANY' || (status === 'TAGGED') === tags.length > 0;

/** An id for each tag, and one for an image without. */
const idsOf = ({ digest, tags }: EcrImage): ImageIdentifier[] =>
  tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));

export const listImages: EcrOperation<ListImagesRequest, ListImagesResponse> = (context, input) => ({
  imageIds: context.ecr
    .listImages(findRepository(context, input))
    .filter((image) => isTagged(image, input.filter?.tagStatus))
    .flatMap(idsOf),
});

const detail = ({ scope, name }: Repository, image: EcrImage): ImageDetail => ({
  registryId: scope.account,
  repositoryName: name,
  imageDigest: image.digest,
  ...(image.tags.length > 0 && { imageTags: [...image.tags] }),
  imageSizeInBytes: image.sizeBytes,
  imagePushedAt: image.pushedAt,
  imageManifestMediaType: image.mediaType,
});

/** Throws ImageNotFoundException for one that is named and not there. */
export const describeImages: EcrOperation<DescribeImagesRequest, DescribeImagesResponse> = (
  context,
  input,
) => {
  const repository = findRepository(context, input);
  const images = context.ecr.listImages(repository);
  if (!input.imageIds)
    return {
      imageDetails: images
        .filter((image) => isTagged(image, input.filter?.tagStatus))
        .map((image) => detail(repository, image)),
    };
  const found = input.imageIds.map((id) => {
    const image = images.find((one) => isMeant(one, id));
    if (!image) throw imageNotFound(repository, id);
    return image;
  });
  return { imageDetails: [...new Set(found)].map((image) => detail(repository, image)) };
};

const missing = (imageId: ImageIdentifier): ImageFailure => ({
  imageId,
  failureCode: 'ImageNotFound',
  failureReason: 'Requested image not found',
});

const shape = (
  { scope, name }: Repository,
  { digest, manifest, mediaType }: EcrImage,
  tag?: string,
): Image => ({
  registryId: scope.account,
  repositoryName: name,
  imageId: { imageDigest: digest, ...(tag !== undefined && { imageTag: tag }) },
  imageManifest: manifest,
  imageManifestMediaType: mediaType,
});

/** Manifests; those that are not there are told, and are no error. */
export const batchGetImage: EcrOperation<BatchGetImageRequest, BatchGetImageResponse> = (
  context,
  { imageIds = [], ...input },
) => {
  const repository = findRepository(context, input);
  const images = context.ecr.listImages(repository);
  const found = imageIds.map((id) => [id, images.find((image) => isMeant(image, id))] as const);
  return {
    images: found.flatMap(([{ imageTag }, image]) => (image ? [shape(repository, image, imageTag)] : [])),
    failures: found.flatMap(([id, image]) => (image ? [] : [missing(id)])),
  };
};

/** By its tag an image loses that tag, and goes with its last; by its digest it goes with all its tags. */
export const batchDeleteImage: EcrOperation<BatchDeleteImageRequest, BatchDeleteImageResponse> = async (
  context,
  { imageIds = [], ...input },
) => {
  const repository = findRepository(context, input);
  const { ecr, registry } = context;
  const deleted: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  const gone: string[] = [];
  for (const id of imageIds) {
    const image = ecr.listImages(repository).find((one) => isMeant(one, id));
    if (!image) {
      failures.push(missing(id));
      continue;
    }
    const { imageTag } = id;
    const kept = imageTag === undefined ? [] : image.tags.filter((tag) => tag !== imageTag);
    deleted.push(...(imageTag === undefined ? idsOf(image) : [{ imageDigest: image.digest, imageTag }]));
    if (kept.length > 0) ecr.putImage({ ...image, tags: kept });
    else {
      ecr.deleteImage(image);
      gone.push(image.digest);
    }
  }
  if (gone.length > 0) await registry.deleteManifests(registryPath(repository.scope, repository.name), gone);
  return { imageIds: deleted, failures };
};

/** Stores a manifest whose layers are there: as a rule, one that is there already under a further tag. */
export const putImage: EcrOperation<PutImageRequest, PutImageResponse> = async (context, input) => {
  const repository = findRepository(context, input);
  const { imageManifest: manifest = '', imageTag: tag } = input;
  const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  if (input.imageDigest !== undefined && input.imageDigest !== digest)
    throw digestMismatch(input.imageDigest);
  const images = context.ecr.listImages(repository);
  const before = images.find((image) => image.digest === digest);
  const tagged = images.find(({ tags }) => tag !== undefined && tags.includes(tag));
  if (tag !== undefined && tagged && tagged === before) throw imageExists(repository, tag);
  if (tag !== undefined && tagged && repository.isImmutable) throw tagIsImmutable(repository, tag);
  const declared = declaredType(manifest);
  const mediaType = input.imageManifestMediaType ?? declared ?? before?.mediaType ?? DEFAULT_MEDIA_TYPE;
  if (!before)
    await context.registry.putManifest(
      registryPath(repository.scope, repository.name),
      digest,
      manifest,
      mediaType,
    );
  // Both may have changed meanwhile.
  const present = context.ecr.listImages(findRepository(context, input));
  const image = imageOf(repository, present, { digest, mediaType, manifest, tag, pushedAt: context.now() });
  context.ecr.putImage(image);
  return { image: shape(repository, image, tag) };
};

/** Throws InvalidParameterException. */
function declaredType(manifest: string): string | undefined {
  try {
    const read = JSON.parse(manifest || '{}') as { readonly mediaType?: unknown } | null;
    if (read !== null) return typeof read.mediaType === 'string' ? read.mediaType : undefined;
  } catch {
    // Refused below: the parser's own words would differ from version to version.
  }
  throw invalidParameter('imageManifest', 'Invalid JSON syntax');
}
