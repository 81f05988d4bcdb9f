import type { SecretVersion, StoredSecret } from '../../model/secret.ts';
import { invalidParameter, invalidRequest, valueNotFound } from './errors.ts';

export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
/** Source: Secrets Manager user guide, quotas: versions without labels go beyond about a hundred. */
const MAX_VERSIONS = 100;
/** Source: the same. */
const MAX_VALUE_BYTES = 65_536;

export type Value = { readonly SecretString?: string | undefined; readonly SecretBinary?: unknown };

/** Text, or the base64 in which awsJson carries bytes. Undefined: no value was given. Throws InvalidParameterException. */
export function valueOf({
  SecretString: string,
  SecretBinary: binary,
}: Value): Pick<SecretVersion, 'string' | 'binary'> | undefined {
  if (string !== undefined && binary !== undefined)
    throw invalidParameter('You must provide either SecretString or SecretBinary, not both.');
  if (Buffer.byteLength(string ?? '') > MAX_VALUE_BYTES)
    throw invalidParameter(`The secret's value is longer than ${MAX_VALUE_BYTES} bytes.`);
  if (string !== undefined) return { string };
  if (binary === undefined) return undefined;
  return {
    binary: typeof binary === 'string' ? binary : Buffer.from(binary as Uint8Array).toString('base64'),
  };
}

/** The version that a request means; AWSCURRENT where it says nothing. Throws ResourceNotFoundException. */
export function findVersion(
  { versions }: StoredSecret,
  {
    VersionId: id,
    VersionStage: stage,
  }: { VersionId?: string | undefined; VersionStage?: string | undefined },
): SecretVersion {
  const byId = id === undefined ? undefined : versions.find((version) => version.id === id);
  if (id !== undefined && !byId) throw valueNotFound('VersionId', id);
  if (byId && stage !== undefined && !byId.stages.includes(stage))
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  const found = byId ?? versions.find(({ stages }) => stages.includes(stage ?? CURRENT));
  if (!found) throw valueNotFound('staging label', stage ?? CURRENT);
  return found;
}

/**
 * Gives a label to one version alone. Where AWSCURRENT moves, AWSPREVIOUS goes to the one that had it.
 * Source: Secrets Manager user guide, versions.
 */
export function moveStage(
  versions: readonly SecretVersion[],
  stage: string,
  to: string | undefined,
): readonly SecretVersion[] {
  const from = versions.find(({ stages }) => stages.includes(stage))?.id;
  if (from === to) return versions;
  const moved = versions.map((version) => {
    const others = version.stages.filter((one) => one !== stage);
    return { ...version, stages: version.id === to ? [...others, stage] : others };
  });
  return stage === CURRENT && from !== undefined && to !== undefined
    ? moveStage(moved, PREVIOUS, from)
    : moved;
}

/** Adds a version with these labels; the oldest without labels go when there are too many. */
export function addVersion(
  versions: readonly SecretVersion[],
  version: SecretVersion,
  stages: readonly string[],
): readonly SecretVersion[] {
  const added = stages.reduce<readonly SecretVersion[]>(
    (all, stage) => moveStage(all, stage, version.id),
    [...versions, { ...version, stages: [] }],
  );
  const unlabelled = added.filter((one) => one.stages.length === 0);
  const surplus = unlabelled.slice(0, Math.max(added.length - MAX_VERSIONS, 0));
  return added.filter((one) => !surplus.includes(one));
}
