import type { ContainerDefinition, Secret } from '@aws-sdk/client-ecs';
import { environmentFileFailure, firelensFailure, referenceFailure } from './failures.ts';
import {
  parseCredentialsParameter,
  parseObjectArn,
  parseValueFrom,
  type ObjectReference,
  type ParameterReference,
  type SecretReference,
} from './references.ts';

/** One value of a container's, by the name it gets there. */
export type Wanted = {
  readonly name: string;
  readonly valueFrom: string;
  readonly reference: ParameterReference | SecretReference;
};

export type WantedObject = { readonly arn: string; readonly reference: ObjectReference };

/** What one container needs from elsewhere. */
export type WantedInputs = {
  readonly container: string;
  readonly secrets: readonly Wanted[];
  readonly logOptions: readonly Wanted[];
  readonly registryAuth: SecretReference | undefined;
  readonly environmentFiles: readonly WantedObject[];
  readonly firelensConfig: WantedObject | undefined;
};

/** Undefined for a container that needs nothing. Throws ExecutorError for what names nothing. */
export function wantedInputs(definition: ContainerDefinition): WantedInputs | undefined {
  const { name: container = '', secrets = [], environmentFiles = [], logConfiguration } = definition;
  const secretOptions = logConfiguration?.secretOptions ?? [];
  const credentials = definition.repositoryCredentials?.credentialsParameter;
  const firelens = definition.firelensConfiguration?.options ?? {};
  const isOnS3 = firelens['config-file-type'] === 's3';
  if (![secrets, environmentFiles, secretOptions].some((list) => list.length > 0) && !credentials && !isOnS3)
    return undefined;
  return {
    container,
    secrets: secrets.map(wantedValue),
    logOptions: secretOptions.map(wantedValue),
    registryAuth: credentials ? parseCredentialsParameter(credentials) : undefined,
    environmentFiles: environmentFiles.map(({ value = '' }) => wantedObject(value, environmentFileFailure)),
    firelensConfig: isOnS3 ? wantedObject(firelens['config-file-value'] ?? '', firelensFailure) : undefined,
  };
}

function wantedValue({ name = '', valueFrom = '' }: Secret): Wanted {
  try {
    return { name, valueFrom, reference: parseValueFrom(valueFrom) };
  } catch (error) {
    throw referenceFailure(error);
  }
}

function wantedObject(arn: string, failure: typeof environmentFileFailure): WantedObject {
  const reference = parseObjectArn(arn);
  // Source: ECS agent, downloadEnvfileFromS3.
  if (!reference) throw failure(arn, new Error('unable to parse bucket and key from s3 ARN'));
  return { arn, reference };
}
