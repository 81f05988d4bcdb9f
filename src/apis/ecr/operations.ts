import { bindActions, type Api } from '../../model/api.ts';
import type { EcrDependencies } from './dependencies.ts';
import { invalidParameter } from './errors.ts';
import { batchDeleteImage, batchGetImage, describeImages, listImages, putImage } from './images.ts';
import {
  createRepository,
  deleteRepository,
  describeRepositories,
  getAuthorizationToken,
} from './repositories.ts';
import {
  deleteLifecyclePolicy,
  deleteRepositoryPolicy,
  getLifecyclePolicy,
  getRepositoryPolicy,
  listTagsForResource,
  putImageScanningConfiguration,
  putImageTagMutability,
  putLifecyclePolicy,
  setRepositoryPolicy,
  tagResource,
  untagResource,
} from './settings.ts';

/** Every action that is built, by its AWS name. */
export const operations = {
  CreateRepository: createRepository,
  DescribeRepositories: describeRepositories,
  DeleteRepository: deleteRepository,
  GetAuthorizationToken: getAuthorizationToken,
  ListImages: listImages,
  DescribeImages: describeImages,
  BatchGetImage: batchGetImage,
  BatchDeleteImage: batchDeleteImage,
  PutImage: putImage,
  SetRepositoryPolicy: setRepositoryPolicy,
  GetRepositoryPolicy: getRepositoryPolicy,
  DeleteRepositoryPolicy: deleteRepositoryPolicy,
  PutLifecyclePolicy: putLifecyclePolicy,
  GetLifecyclePolicy: getLifecyclePolicy,
  DeleteLifecyclePolicy: deleteLifecyclePolicy,
  PutImageScanningConfiguration: putImageScanningConfiguration,
  PutImageTagMutability: putImageTagMutability,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
} as const;

/** ECR, served where there is no upstream; behind it is a registry to which Docker pushes. */
export function createEcrApi(dependencies: EcrDependencies): Api {
  return {
    service: 'ecr',
    wire: {
      protocol: 'awsJson',
      targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
      timestamps: 'epochSeconds',
    },
    actions: bindActions(operations, dependencies),
    schema: 'ecr',
    missingMember: (_action, path) => invalidParameter(path, 'Member must not be null'),
    invalidEnum: (_action, path, _value, allowed) =>
      invalidParameter(path, `Member must satisfy enum value set: [${allowed.join(', ')}]`),
    invalidValue: (_action, path, _value, rule) => invalidParameter(path, rule),
  };
}
