import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import { AwsError } from '../../model/aws-error.ts';
import type { Repository } from '../../model/ecr.ts';

// Source of the words: answers of ECR, as moto and LocalStack's tests have them.

export const invalidParameter = (path: string, rule: string): AwsError =>
  new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${path}' failed to satisfy constraint: '${rule}'`,
  );

export const registryMismatch = (id: string): AwsError =>
  invalidParameter('registryId', `must satisfy regular expression '[0-9]{12}'; it is ${JSON.stringify(id)}`);

export const repositoryNotFound = (name: string, registryId: string): AwsError =>
  new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );

const within = ({ name, scope }: Repository): string =>
  `the repository with name '${name}' in the registry with id '${scope.account}'`;

export const repositoryExists = ({ name, scope }: Repository): AwsError =>
  new AwsError(
    'RepositoryAlreadyExistsException',
    `The repository with name '${name}' already exists in the registry with id '${scope.account}'`,
  );

export const repositoryNotEmpty = ({ name, scope }: Repository): AwsError =>
  new AwsError(
    'RepositoryNotEmptyException',
    `The repository with name '${name}' in registry with id '${scope.account}' cannot be deleted because it still contains images`,
  );

export const imageNotFound = (
  repository: Repository,
  { imageDigest = 'null', imageTag = 'null' }: ImageIdentifier,
): AwsError =>
  new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within ${within(repository)}`,
  );

export const imageExists = (repository: Repository, tag: string): AwsError =>
  new AwsError(
    'ImageAlreadyExistsException',
    `Image with tag '${tag}' already exists in ${within(repository)}`,
  );

/** The wording is ours. */
export const digestMismatch = (digest: string): AwsError =>
  new AwsError(
    'ImageDigestDoesNotMatchException',
    `The digest '${digest}' is not that of the image's manifest`,
  );

export const tagIsImmutable = ({ name }: Repository, tag: string): AwsError =>
  new AwsError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the repository is immutable.`,
  );

export const noPolicy = (repository: Repository): AwsError =>
  new AwsError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for ${within(repository)}`,
  );

export const noLifecyclePolicy = (repository: Repository): AwsError =>
  new AwsError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for ${within(repository)}`,
  );
