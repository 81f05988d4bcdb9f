import type {
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../model/aws-error.ts';
import { findSecret, lookUp, secretArn, type SecretsOperation } from './dependencies.ts';
import { attachedElsewhere, invalidParameter, notAttached } from './errors.ts';
import { matching, versionId, withVersion } from './secrets.ts';
import { CURRENT, findVersion, moveStage, valueOf } from './versions.ts';

/** SecretBinary is base64 on the wire. */
type Got = Omit<GetSecretValueResponse, 'SecretBinary' | '$metadata'> & { readonly SecretBinary?: string };

export const getSecretValue: SecretsOperation<GetSecretValueRequest, Got> = (context, input) => {
  const secret = findSecret(context, input.SecretId);
  const version = findVersion(secret, input);
  return {
    ARN: secretArn(secret),
    Name: secret.name,
    VersionId: version.id,
    ...(version.string !== undefined && { SecretString: version.string }),
    ...(version.binary !== undefined && { SecretBinary: version.binary }),
    VersionStages: [...version.stages],
    CreatedDate: version.createdAt,
  };
};

/** The present values of secrets that are named, where those that are not there are told and are no error, or that filters match. */
export const batchGetSecretValue: SecretsOperation<
  BatchGetSecretValueRequest,
  Omit<BatchGetSecretValueResponse, 'SecretValues'> & { SecretValues: Got[] }
> = async (context, { SecretIdList, Filters }) => {
  if ((SecretIdList === undefined) === (Filters === undefined))
    // The wording is ours.
    throw invalidParameter('You must provide either SecretIdList or Filters, not both.');
  const ids =
    SecretIdList ??
    matching(context, Filters)
      .filter(({ deletedAt }) => !deletedAt)
      .map(secretArn);
  const SecretValues: Got[] = [];
  const Errors: NonNullable<BatchGetSecretValueResponse['Errors']> = [];
  for (const SecretId of ids) {
    try {
      SecretValues.push(await getSecretValue(context, { SecretId }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues, Errors };
};

/** Stores a further version; it is AWSCURRENT unless its labels are given. */
export const putSecretValue: SecretsOperation<PutSecretValueRequest, PutSecretValueResponse> = (
  context,
  input,
) => {
  const secret = findSecret(context, input.SecretId);
  const value = valueOf(input);
  if (!value) throw invalidParameter('You must provide either SecretString or SecretBinary.');
  const id = versionId(context, input);
  const stages = input.VersionStages ?? [CURRENT];
  const changed = withVersion(context, secret, { id, ...value }, stages);
  context.secrets.put(changed);
  const { stages: given = [] } = changed.versions.find((version) => version.id === id) ?? {};
  return { ARN: secretArn(secret), Name: secret.name, VersionId: id, VersionStages: [...given] };
};

/** Moves a label from one version to another, or takes it away. */
export const updateSecretVersionStage: SecretsOperation<
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse
> = (context, { SecretId, VersionStage: stage = '', MoveToVersionId: to, RemoveFromVersionId: from }) => {
  const secret = findSecret(context, SecretId);
  if (to !== undefined) findVersion(secret, { VersionId: to });
  const holder = secret.versions.find(({ stages }) => stages.includes(stage))?.id;
  if (from !== undefined && holder !== from) throw notAttached(stage, from);
  if (from === undefined && holder !== undefined && holder !== to) throw attachedElsewhere(stage, holder);
  context.secrets.put({ ...secret, versions: moveStage(secret.versions, stage, to) });
  return { ARN: secretArn(secret), Name: secret.name };
};

export const listSecretVersionIds: SecretsOperation<
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse
> = (context, { SecretId, IncludeDeprecated: areAll = false }) => {
  const secret = lookUp(context, SecretId);
  return {
    ARN: secretArn(secret),
    Name: secret.name,
    Versions: secret.versions
      .filter(({ stages }) => areAll || stages.length > 0)
      .map(({ id, stages, createdAt }) => ({
        VersionId: id,
        VersionStages: [...stages],
        CreatedDate: createdAt,
      })),
  };
};
