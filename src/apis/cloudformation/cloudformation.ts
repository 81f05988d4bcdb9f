import type { Logger } from 'pino';
import type { Api } from '../../model/api.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { AwsCalls } from '../../model/local-apis.ts';
import type { JsonMap, Stack, StackStore } from '../../model/stack.ts';
import { createStackLoop, createTeller, type StackLoop } from './engine/loop.ts';
import { createCloudFormationApi } from './operations.ts';
import { HandlerError } from './resources/handler.ts';
import { createHandlers } from './resources/registry.ts';
import { readParameter } from './stacks/new-version.ts';
import { resolveDynamicReferences, type DynamicReference } from './template/dynamic-references.ts';

export type CloudFormationOptions = {
  readonly store: StackStore;
  readonly calls: AwsCalls;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  readonly logger: Logger;
};

/** CloudFormation as a whole: its API, and the loop that makes what stacks say. */
export function createCloudFormation(options: CloudFormationOptions): { api: Api; loop: StackLoop } {
  const { store, calls } = options;
  const handlers = createHandlers();
  const loop = createStackLoop({
    ...options,
    handlerOf: handlers.of,
    needsReplacement: handlers.needsReplacement,
    resolve: async (properties, stack, signal) =>
      (await resolveDynamicReferences(properties, (reference) =>
        lookUp(calls, stack, reference, signal),
      )) as JsonMap,
    onEnd: () => undefined,
  });
  const api = createCloudFormationApi({
    ...options,
    handlers,
    wake: loop.wake,
    tell: createTeller({ store, now: options.now, newId: options.newId }),
  });
  return { api, loop };
}

/** The value that a dynamic reference stands for. Throws HandlerError: the wording is ours. */
async function lookUp(
  calls: AwsCalls,
  { scope }: Stack,
  reference: DynamicReference,
  signal: AbortSignal,
): Promise<string> {
  const caller = { ...scope, principalArn: `arn:aws:iam::${scope.account}:root` };
  if (reference.service !== 'secretsmanager') {
    const name = reference.version === undefined ? reference.name : `${reference.name}:${reference.version}`;
    const value = await readParameter({ calls, caller, signal }, name);
    if (value === undefined)
      throw new HandlerError(`Parameter ${reference.name} not found.`, 'InvalidRequest');
    return value;
  }
  const { secretId, jsonKey, versionStage, versionId } = reference;
  const input = { SecretId: secretId, VersionStage: versionStage, VersionId: versionId };
  const { SecretString: text } = await calls
    .call('secretsmanager', 'GetSecretValue', input, { caller, signal })
    .catch((error: unknown) => {
      if (error instanceof AwsError) throw new HandlerError(error.message, 'InvalidRequest');
      throw error;
    });
  if (typeof text !== 'string') throw new HandlerError(`Secret ${secretId} holds no text.`, 'InvalidRequest');
  if (jsonKey === undefined) return text;
  const value = valueOf(text, jsonKey);
  if (value === undefined)
    throw new HandlerError(
      `Could not find a value associated with JSONKey in SecretString`,
      'InvalidRequest',
    );
  return value;
}

function valueOf(text: string, key: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const found = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
    const value: unknown = found.find(([name]) => name === key)?.[1];
    return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
