import type {
  DeleteResourcePolicyRequest,
  GetResourcePolicyRequest,
  PutResourcePolicyRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-secrets-manager';
import { tagRecord, withoutTags } from '../../model/tags.ts';
import type { Nothing } from '../../model/ports.ts';
import { findSecret, secretArn, type SecretsOperation } from './dependencies.ts';

type Named = { readonly ARN: string; readonly Name: string };

export const tagResource: SecretsOperation<TagResourceRequest, Nothing> = (context, { SecretId, Tags }) => {
  const secret = findSecret(context, SecretId);
  context.secrets.put({ ...secret, tags: { ...secret.tags, ...tagRecord(Tags) } });
  return {};
};

export const untagResource: SecretsOperation<UntagResourceRequest, Nothing> = (
  context,
  { SecretId, TagKeys },
) => {
  const secret = findSecret(context, SecretId);
  context.secrets.put({ ...secret, tags: withoutTags(secret.tags, TagKeys) });
  return {};
};

/** Stored and answered; nothing acts on it. */
export const putResourcePolicy: SecretsOperation<PutResourcePolicyRequest, Named> = (
  context,
  { SecretId, ResourcePolicy: policy = '' },
) => {
  const secret = findSecret(context, SecretId);
  context.secrets.put({ ...secret, policy });
  return { ARN: secretArn(secret), Name: secret.name };
};

export const getResourcePolicy: SecretsOperation<
  GetResourcePolicyRequest,
  Named & { ResourcePolicy?: string }
> = (context, { SecretId }) => {
  const secret = findSecret(context, SecretId);
  return {
    ARN: secretArn(secret),
    Name: secret.name,
    ...(secret.policy !== undefined && { ResourcePolicy: secret.policy }),
  };
};

export const deleteResourcePolicy: SecretsOperation<DeleteResourcePolicyRequest, Named> = (
  context,
  { SecretId },
) => {
  const { policy: _policy, ...secret } = findSecret(context, SecretId);
  context.secrets.put(secret);
  return { ARN: secretArn(secret), Name: secret.name };
};
