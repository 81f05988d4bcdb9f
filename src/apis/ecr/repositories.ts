import type {
  CreateRepositoryRequest,
  CreateRepositoryResponse,
  DeleteRepositoryRequest,
  DeleteRepositoryResponse,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse,
  GetAuthorizationTokenRequest,
  GetAuthorizationTokenResponse,
  Repository as AwsRepository,
} from '@aws-sdk/client-ecr';
import { pageByName } from '../../lib/paging.ts';
import { registryPath, type Repository } from '../../model/ecr.ts';
import { tagRecord } from '../../model/tags.ts';
import { checkRange } from '../../model/violation.ts';
import { findRepository, type EcrContext, type EcrOperation } from './dependencies.ts';
import { invalidParameter, repositoryExists, repositoryNotEmpty } from './errors.ts';

const NAME = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
const MAX_DESCRIBED = 1000;
const DEFAULT_DESCRIBED = 100;

export const repositoryArn = ({ scope, name }: Repository): string =>
  `arn:aws:ecr:${scope.region}:${scope.account}:repository/${name}`;

/** `repositoryUri` names this sidecar's registry as the engine reaches it, so that it can be pushed to and pulled from. */
const shape = ({ registry }: Pick<EcrContext, 'registry'>, repository: Repository): AwsRepository => ({
  repositoryArn: repositoryArn(repository),
  registryId: repository.scope.account,
  repositoryName: repository.name,
  repositoryUri: `${registry.host()}/${registryPath(repository.scope, repository.name)}`,
  createdAt: repository.createdAt,
  imageTagMutability: repository.isImmutable ? 'IMMUTABLE' : 'MUTABLE',
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: (repository.encryption ?? {
    encryptionType: 'AES256',
  }) as AwsRepository['encryptionConfiguration'],
});

export const createRepository: EcrOperation<CreateRepositoryRequest, CreateRepositoryResponse> = (
  context,
  input,
) => {
  const { ecr, caller, now } = context;
  const { repositoryName: name = '', encryptionConfiguration: encryption } = input;
  // Source: ECR API reference, CreateRepository.
  if (name.length < 2 || name.length > 256)
    throw invalidParameter('repositoryName', 'Member must have length between 2 and 256');
  if (!new RegExp(`^${NAME}$`).test(name))
    throw invalidParameter('repositoryName', `must satisfy regular expression '${NAME}'`);
  const scope = { account: caller.account, region: caller.region };
  const before = ecr.getRepository(scope, name);
  if (before) throw repositoryExists(before);
  const repository: Repository = {
    scope,
    name,
    createdAt: now(),
    isImmutable: input.imageTagMutability?.startsWith('IMMUTABLE') ?? false,
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    tags: tagRecord(input.tags),
    ...(encryption?.encryptionType !== undefined && {
      encryption: {
        encryptionType: encryption.encryptionType,
        ...(encryption.kmsKey !== undefined && { kmsKey: encryption.kmsKey }),
      },
    }),
  };
  ecr.putRepository(repository);
  return { repository: shape(context, repository) };
};

/** Deletes a repository; with `force`, with its images. */
export const deleteRepository: EcrOperation<DeleteRepositoryRequest, DeleteRepositoryResponse> = async (
  context,
  input,
) => {
  const repository = findRepository(context, input);
  const images = context.ecr.listImages(repository);
  if (images.length > 0 && input.force !== true) throw repositoryNotEmpty(repository);
  context.ecr.deleteRepository(repository);
  const path = registryPath(repository.scope, repository.name);
  if (images.length > 0)
    await context.registry.deleteManifests(
      path,
      images.map(({ digest }) => digest),
    );
  return { repository: shape(context, repository) };
};

/** Those that are named, or all. */
export const describeRepositories: EcrOperation<DescribeRepositoriesRequest, DescribeRepositoriesResponse> = (
  context,
  { repositoryNames, registryId, nextToken, maxResults = DEFAULT_DESCRIBED },
) => {
  if (repositoryNames)
    return {
      repositories: repositoryNames.map((repositoryName) =>
        shape(context, findRepository(context, { repositoryName, registryId })),
      ),
    };
  const { caller, ecr } = context;
  const all = ecr.listRepositories({ account: registryId ?? caller.account, region: caller.region });
  checkRange(
    (_shown, path, rule) => invalidParameter(path, rule),
    'maxResults',
    maxResults,
    1,
    MAX_DESCRIBED,
  );
  const page = pageByName('DescribeRepositories', all, nextToken, maxResults);
  // The wording is ours.
  if (!page) throw invalidParameter('nextToken', 'must be the token of an earlier answer');
  return {
    repositories: page.items.map((one) => shape(context, one)),
    ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
  };
};

/** A password for `docker login`; it is good for the registries of all accounts. */
export const getAuthorizationToken: EcrOperation<
  GetAuthorizationTokenRequest,
  GetAuthorizationTokenResponse
> = ({ registry }) => {
  const { password, expiresAt } = registry.password();
  return {
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
        expiresAt,
        proxyEndpoint: `http://${registry.host()}`,
      },
    ],
  };
};
