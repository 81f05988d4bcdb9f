import type {
  DeleteLifecyclePolicyRequest,
  DeleteRepositoryPolicyRequest,
  GetLifecyclePolicyRequest,
  GetRepositoryPolicyRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  PutImageScanningConfigurationRequest,
  PutImageTagMutabilityRequest,
  PutLifecyclePolicyRequest,
  SetRepositoryPolicyRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-ecr';
import { parseArn } from '../../model/arn.ts';
import type { Repository } from '../../model/ecr.ts';
import { findRepository, type EcrContext, type EcrOperation } from './dependencies.ts';
import { tagList, tagRecord, withoutTags } from '../../model/tags.ts';
import type { Nothing } from '../../model/ports.ts';
import { noLifecyclePolicy, noPolicy } from './errors.ts';

type Named = { readonly registryId: string; readonly repositoryName: string };

const named = ({ scope, name }: Repository): Named => ({ registryId: scope.account, repositoryName: name });

export const setRepositoryPolicy: EcrOperation<SetRepositoryPolicyRequest, Named & { policyText: string }> = (
  context,
  { policyText = '', ...input },
) => {
  const repository = findRepository(context, input);
  context.ecr.putRepository({ ...repository, policy: policyText });
  return { ...named(repository), policyText };
};

export const getRepositoryPolicy: EcrOperation<GetRepositoryPolicyRequest, Named & { policyText: string }> = (
  context,
  input,
) => {
  const repository = findRepository(context, input);
  if (repository.policy === undefined) throw noPolicy(repository);
  return { ...named(repository), policyText: repository.policy };
};

export const deleteRepositoryPolicy: EcrOperation<
  DeleteRepositoryPolicyRequest,
  Named & { policyText: string }
> = (context, input) => {
  const { policy, ...repository } = findRepository(context, input);
  if (policy === undefined) throw noPolicy(repository);
  context.ecr.putRepository(repository);
  return { ...named(repository), policyText: policy };
};

export const putLifecyclePolicy: EcrOperation<
  PutLifecyclePolicyRequest,
  Named & { lifecyclePolicyText: string }
> = (context, { lifecyclePolicyText = '', ...input }) => {
  const repository = findRepository(context, input);
  context.ecr.putRepository({ ...repository, lifecyclePolicy: lifecyclePolicyText });
  return { ...named(repository), lifecyclePolicyText };
};

export const getLifecyclePolicy: EcrOperation<
  GetLifecyclePolicyRequest,
  Named & { lifecyclePolicyText: string }
> = (context, input) => {
  const repository = findRepository(context, input);
  if (repository.lifecyclePolicy === undefined) throw noLifecyclePolicy(repository);
  return { ...named(repository), lifecyclePolicyText: repository.lifecyclePolicy };
};

export const deleteLifecyclePolicy: EcrOperation<
  DeleteLifecyclePolicyRequest,
  Named & { lifecyclePolicyText: string }
> = (context, input) => {
  const { lifecyclePolicy, ...repository } = findRepository(context, input);
  if (lifecyclePolicy === undefined) throw noLifecyclePolicy(repository);
  context.ecr.putRepository(repository);
  return { ...named(repository), lifecyclePolicyText: lifecyclePolicy };
};

export const putImageScanningConfiguration: EcrOperation<
  PutImageScanningConfigurationRequest,
  Named & { imageScanningConfiguration: { scanOnPush: boolean } }
> = (context, { imageScanningConfiguration, ...input }) => {
  const repository = findRepository(context, input);
  const scanOnPush = imageScanningConfiguration?.scanOnPush ?? false;
  context.ecr.putRepository({ ...repository, scanOnPush });
  return { ...named(repository), imageScanningConfiguration: { scanOnPush } };
};

export const putImageTagMutability: EcrOperation<
  PutImageTagMutabilityRequest,
  Named & { imageTagMutability: string }
> = (context, { imageTagMutability = 'MUTABLE', ...input }) => {
  const repository = findRepository(context, input);
  context.ecr.putRepository({ ...repository, isImmutable: imageTagMutability.startsWith('IMMUTABLE') });
  return { ...named(repository), imageTagMutability };
};

const findByArn = (context: EcrContext, arn: string | undefined): Repository => {
  const { resource, scope } = parseArn(arn ?? '') ?? {};
  return findRepository(context, { repositoryName: resource, registryId: scope?.account });
};

export const tagResource: EcrOperation<TagResourceRequest, Nothing> = (context, { resourceArn, tags }) => {
  const repository = findByArn(context, resourceArn);
  context.ecr.putRepository({ ...repository, tags: { ...repository.tags, ...tagRecord(tags) } });
  return {};
};

export const untagResource: EcrOperation<UntagResourceRequest, Nothing> = (
  context,
  { resourceArn, tagKeys },
) => {
  const repository = findByArn(context, resourceArn);
  context.ecr.putRepository({ ...repository, tags: withoutTags(repository.tags, tagKeys) });
  return {};
};

export const listTagsForResource: EcrOperation<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  context,
  { resourceArn },
) => ({
  tags: tagList(findByArn(context, resourceArn).tags),
});
