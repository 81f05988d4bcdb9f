import { parseArn } from '../model/arn.ts';

/** A parameter of Systems Manager's Parameter Store. */
export type ParameterReference = {
  readonly kind: 'parameter';
  /** Undefined: the task's. */
  readonly region: string | undefined;
  /** What it may be called; an ARN does not tell whether a name without levels begins with a slash. */
  readonly names: readonly [string, ...string[]];
};

/** A secret of Secrets Manager, or one key of it. */
export type SecretReference = {
  readonly kind: 'secret';
  readonly region: string | undefined;
  /** ARN, with or without the suffix that Secrets Manager gives it, or name. */
  readonly secretId: string;
  readonly jsonKey?: string;
  readonly versionStage?: string;
  readonly versionId?: string;
};

export type ObjectReference = { readonly bucket: string; readonly key: string };

/**
 * What a `valueFrom` names: a parameter by name or ARN, or a secret by ARN, to which `:json-key:version-stage:version-id`
 * may be added, each of them possibly empty. Throws an Error in the ECS agent's words.
 * Source: ECS API reference, Secret.valueFrom; ECS agent, getASMParametersFromInput.
 */
export function parseValueFrom(valueFrom: string): ParameterReference | SecretReference {
  const arn = parseArn(valueFrom);
  if (arn?.service === 'secretsmanager') {
    const [name = '', jsonKey, versionStage, ...more] = arn.resource.split(':');
    if (jsonKey !== undefined && more.length !== 1)
      throw new Error(
        `trying to retrieve secret with value ${valueFrom} resulted in error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.`,
      );
    const [versionId] = more;
    const prefix = valueFrom.slice(0, valueFrom.length - arn.resource.length);
    return {
      kind: 'secret',
      region: arn.scope.region || undefined,
      secretId: `${prefix}${name}`,
      ...(jsonKey && { jsonKey }),
      ...(versionStage && { versionStage }),
      ...(versionId && { versionId }),
    };
  }
  if (arn?.service === 'ssm' && arn.resourceType === 'parameter') {
    const name = arn.resource;
    const names = name.includes('/') ? ([`/${name}`] as const) : ([name, `/${name}`] as const);
    return { kind: 'parameter', region: arn.scope.region || undefined, names };
  }
  return { kind: 'parameter', region: undefined, names: [valueFrom] };
}

/** The secret that `repositoryCredentials.credentialsParameter` names: by ARN, or by name in the task's region. */
export function parseCredentialsParameter(parameter: string): SecretReference {
  const arn = parseArn(parameter);
  return { kind: 'secret', region: arn?.scope.region || undefined, secretId: parameter };
}

/** The object of `arn:aws:s3:::bucket/key`; undefined for anything else. */
export function parseObjectArn(arn: string): ObjectReference | undefined {
  const [, bucket, key] = /^arn:[^:]*:s3:[^:]*:[^:]*:([^/:]+)\/(.+)$/s.exec(arn) ?? [];
  return bucket !== undefined && key !== undefined ? { bucket, key } : undefined;
}
