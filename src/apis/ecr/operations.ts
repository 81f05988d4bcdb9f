import { bindActions, type Api } from '../../model/api.ts';
import { sharedRefusals } from '../../model/violation.ts';
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
import { ecrHead } from './wire.ts';

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
    ...ecrHead,
    actions: bindActions(operations, dependencies),
    schema: 'ecr',
    ...sharedRefusals((_shown, path, rule) => invalidParameter(path, rule)),
  };
}
