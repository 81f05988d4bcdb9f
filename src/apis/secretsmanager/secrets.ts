import { randomBytes } from 'node:crypto';
import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  DescribeSecretRequest,
  DescribeSecretResponse,
  ListSecretsRequest,
  ListSecretsResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
  SecretListEntry,
  UpdateSecretRequest,
  UpdateSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { pageByName } from '../../lib/paging.ts';
import { parseArn } from '../../model/arn.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { Scope } from '../../model/caller.ts';
import type { SecretVersion, StoredSecret } from '../../model/secret.ts';
import { tagList, tagRecord } from '../../model/tags.ts';
import { checkRange } from '../../model/violation.ts';
import { findSecret, lookUp, secretArn, type SecretsContext, type SecretsOperation } from './dependencies.ts';
import { invalidNextToken, invalidParameter, invalidRequest, violation } from './errors.ts';
import { addVersion, CURRENT, valueOf } from './versions.ts';

const DAY_MS = 24 * 60 * 60_000;
const MAX_LISTED = 100;

/** The same id for the same request, where the client gives one. */
export const versionId = (
  { newId }: SecretsContext,
  { ClientRequestToken }: { ClientRequestToken?: string | undefined },
): string => ClientRequestToken ?? newId();

/**
 * A secret with a further version. One that is there already, with the same value, is no error.
 * Throws ResourceExistsException.
 */
export function withVersion(
  { now }: SecretsContext,
  secret: StoredSecret,
  version: Omit<SecretVersion, 'createdAt' | 'stages'>,
  stages: readonly string[],
): StoredSecret {
  const before = secret.versions.find(({ id }) => id === version.id);
  if (before) {
    if (isSame(before, version)) return secret;
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${version.id} because that value is already in use for a version of secret ${secretArn(secret)}.`,
    );
  }
  const versions = addVersion(secret.versions, { ...version, stages: [], createdAt: now() }, stages);
  return { ...secret, versions, changedAt: now() };
}

type Value = Pick<SecretVersion, 'string' | 'binary'>;

const isSame = (one: Value, other: Value): boolean =>
  one.string === other.string && one.binary === other.binary;

/**
 * Makes a secret, with or without a first value. The same request again, by its token, is no error. Source: Secrets Manager
 * API reference, CreateSecret.ClientRequestToken.
 */
export const createSecret: SecretsOperation<CreateSecretRequest, CreateSecretResponse> = (context, input) => {
  const { secrets, caller, now } = context;
  const { Name: name = '', Description: description, KmsKeyId: keyId } = input;
  // Source: Secrets Manager API reference, CreateSecret.
  if (name.length < 1 || name.length > 512)
    throw violation(`'${name}'`, 'name', 'Member must have length between 1 and 512');
  if (!/^[\w/+=.@-]+$/.test(name))
    throw new AwsError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  const before = secrets.get(caller, name);
  const isGone = before?.deletedAt !== undefined && before.deletedAt <= now();
  if (before?.deletedAt && !isGone)
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  const value = valueOf(input);
  if (before && !isGone) {
    const { ClientRequestToken: id } = input;
    if (value && id !== undefined && before.versions.some((one) => one.id === id && isSame(one, value)))
      return { ARN: secretArn(before), Name: name, VersionId: id };
    throw new AwsError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  const made: StoredSecret = {
    ...newSecret(context, caller, name),
    ...(description !== undefined && { description }),
    ...(keyId !== undefined && { keyId }),
    tags: tagRecord(input.Tags),
  };
  const id = versionId(context, input);
  const secret = value ? withVersion(context, made, { id, ...value }, [CURRENT]) : made;
  secrets.put(secret);
  return { ARN: secretArn(secret), Name: name, ...(value && { VersionId: id }) };
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const suffix = (): string => [...randomBytes(6)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

/** Changes what is said of a secret, and its value where one is given. */
export const updateSecret: SecretsOperation<UpdateSecretRequest, UpdateSecretResponse> = (context, input) => {
  const secret = findSecret(context, input.SecretId);
  const value = valueOf(input);
  const id = versionId(context, input);
  const described: StoredSecret = {
    ...secret,
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.KmsKeyId !== undefined && { keyId: input.KmsKeyId }),
    changedAt: context.now(),
  };
  context.secrets.put(value ? withVersion(context, described, { id, ...value }, [CURRENT]) : described);
  return { ARN: secretArn(secret), Name: secret.name, ...(value && { VersionId: id }) };
};

/** Marks a secret to be deleted after its recovery window, or deletes it at once. */
export const deleteSecret: SecretsOperation<DeleteSecretRequest, DeleteSecretResponse> = (context, input) => {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: isForced = false } = input;
  if (days !== undefined && isForced)
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  if (days !== undefined && (days < 7 || days > 30))
    throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  const now = context.now();
  const secret = isForced ? lookUpForced(context, input.SecretId) : findSecret(context, input.SecretId);
  const deletedAt = isForced ? now : new Date(now.getTime() + (days ?? 30) * DAY_MS);
  // One that was never there is deleted like any other.
  if (isForced) context.secrets.delete(secret);
  else context.secrets.put({ ...secret, deletedAt });
  return { ARN: secretArn(secret), Name: secret.name, DeletionDate: deletedAt };
};

/**
 * A secret that is to be deleted at once, or what stands for one that is not there. Source: Secrets Manager API reference,
 * DeleteSecret.ForceDeleteWithoutRecovery: that is no error.
 */
function lookUpForced(context: SecretsContext, id = ''): StoredSecret {
  try {
    return lookUp(context, id);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const arn = parseArn(id);
    const name = arn?.resource ?? id;
    return { ...newSecret(context, arn?.scope ?? context.caller, name), ...(arn && { arnName: name }) };
  }
}

/** A secret without a value. */
const newSecret = ({ now }: SecretsContext, { account, region }: Scope, name: string): StoredSecret => ({
  scope: { account, region },
  name,
  arnName: `${name}-${suffix()}`,
  tags: {},
  versions: [],
  createdAt: now(),
  changedAt: now(),
});

/** Takes a deletion back that is not done yet. */
export const restoreSecret: SecretsOperation<RestoreSecretRequest, RestoreSecretResponse> = (
  context,
  { SecretId },
) => {
  const { deletedAt, ...secret } = lookUp(context, SecretId);
  if (deletedAt) context.secrets.put(secret);
  return { ARN: secretArn(secret), Name: secret.name };
};

const entry = (secret: StoredSecret): SecretListEntry => ({
  ARN: secretArn(secret),
  Name: secret.name,
  ...(secret.description !== undefined && { Description: secret.description }),
  ...(secret.keyId !== undefined && { KmsKeyId: secret.keyId }),
  LastChangedDate: secret.changedAt,
  CreatedDate: secret.createdAt,
  ...(secret.deletedAt && { DeletedDate: secret.deletedAt }),
  Tags: tagList(secret.tags),
});

const stagesById = ({ versions }: StoredSecret): Record<string, string[]> =>
  Object.fromEntries(
    versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, [...stages]]),
  );

export const describeSecret: SecretsOperation<DescribeSecretRequest, DescribeSecretResponse> = (
  context,
  { SecretId },
) => {
  const secret = lookUp(context, SecretId);
  return { ...entry(secret), RotationEnabled: false, VersionIdsToStages: stagesById(secret) };
};

export const listSecrets: SecretsOperation<ListSecretsRequest, ListSecretsResponse> = (context, input) => {
  const { now } = context;
  const { MaxResults: limit = MAX_LISTED, NextToken: token, IncludePlannedDeletion: areAll = false } = input;
  const found = matching(context, input.Filters).filter(
    ({ deletedAt }) => deletedAt === undefined || (areAll && deletedAt > now()),
  );
  checkRange(violation, 'maxResults', limit, 1, MAX_LISTED);
  const page = pageByName('ListSecrets', found, token, limit);
  if (!page) throw invalidNextToken();
  return {
    SecretList: page.items.map((one) => ({ ...entry(one), SecretVersionsToStages: stagesById(one) })),
    ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
  };
};

/** Filters are alternatives within one, and all count. Source: Secrets Manager API reference, ListSecrets. */
export const matching = (
  { secrets, caller }: SecretsContext,
  filters: ListSecretsRequest['Filters'] = [],
): StoredSecret[] =>
  secrets
    .list(caller)
    .filter((secret) =>
      filters.every(({ Key: key = 'all', Values: values = [] }) =>
        values.some((value) => isLike(secret, key, value)),
      ),
    );

/** A value begins a text that is looked at; `!` before it turns that round. */
function isLike({ name, description = '', tags }: StoredSecret, key: string, value: string): boolean {
  const texts: Readonly<Record<string, readonly string[]>> = {
    name: [name],
    description: [description],
    'tag-key': Object.keys(tags),
    'tag-value': Object.values(tags),
    all: [name, description, ...Object.keys(tags), ...Object.values(tags)],
  };
  const wanted = value.replace(/^!/, '');
  const isFound = (texts[key] ?? []).some((text) => text.startsWith(wanted));
  return value.startsWith('!') ? !isFound : isFound;
}
