import type { Logger } from 'pino';
import type { Api } from '../../model/api.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { AwsCalls } from '../../model/local-apis.ts';
import type { JsonMap, Stack, StackStore } from '../../model/stack.ts';
import { createStackLoop, createTeller, type StackLoop } from './engine/loop.ts';
import { createCloudFormationApi } from './operations.ts';
import { UnresolvedError } from './resources/handler.ts';
import { createHandlers, type Handlers } from './resources/registry.ts';
import { receiveSignal } from './signals/receive-signal.ts';
import { accountFacts } from './stacks/account-facts.ts';
import { readParameter } from './stacks/read-parameter.ts';
import {
  resolveDynamicReferences,
  secretPart,
  type DynamicReference,
} from './template/dynamic-references.ts';
import { validationError } from './template/errors.ts';
import { signalsHead } from './wire.ts';

export type CloudFormationOptions = {
  readonly store: StackStore;
  readonly calls: AwsCalls;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  readonly logger: Logger;
  /** See ResourceContext. */
  readonly isMarked: (service: string) => boolean;
  /** Where tasks reach the API: `http://host:port`. */
  readonly taskUrl: () => string;
};

export type CloudFormation = {
  readonly api: Api;
  readonly loop: StackLoop;
  /** Keeps what is PUT to wait conditions' handles. */
  readonly signals: Api;
};

/** CloudFormation as a whole: its API, and the loop that makes what stacks say. */
export function createCloudFormation(options: CloudFormationOptions): CloudFormation {
  const { store, calls } = options;
  const handlers: Handlers = createHandlers({
    facts: (scope) => accountFacts({ store, handlers }, scope),
    hasUpstream: calls.callUpstream !== undefined,
    adopt(childId, parentId) {
      const [child, parent] = [store.get(childId), store.get(parentId)];
      if (child) store.put({ ...child, parentId, rootId: parent?.rootId ?? parentId });
    },
    signals: {
      baseUrl: options.taskUrl,
      of: (generation) => store.signals(generation),
      isForMachines(stackId, url) {
        const users = store
          .resources(stackId)
          .filter(
            ({ type, properties }) => type !== WAIT_CONDITION && JSON.stringify(properties).includes(url),
          );
        return users.length > 0 && users.every(({ type }) => MACHINES.includes(type));
      },
    },
  });
  const tell = createTeller(options);
  const loop = createStackLoop({
    ...options,
    tell,
    handlerOf: handlers.of,
    needsReplacement: handlers.needsReplacement,
    resolve: async (properties, stack, signal) => {
      try {
        const lookUpIn = (reference: DynamicReference): Promise<string> =>
          lookUp(calls, stack, reference, signal);
        return (await resolveDynamicReferences(properties, lookUpIn)) as JsonMap;
      } catch (error) {
        throw error instanceof AwsError ? new UnresolvedError(error.message) : error;
      }
    },
  });
  const api = createCloudFormationApi({
    ...options,
    handlers,
    wake: loop.wake,
    tell,
  });
  const signals: Api = {
    ...api,
    ...signalsHead,
    actions: {},
    serve: (_context, request) => receiveSignal({ store, wake: loop.wake }, request),
  };
  return { api, loop, signals };
}

const WAIT_CONDITION = 'AWS::CloudFormation::WaitCondition';
/** What starts virtual machines, with what their scripts are told. */
const MACHINES: readonly string[] = [
  'AWS::AutoScaling::LaunchConfiguration',
  'AWS::EC2::Instance',
  'AWS::EC2::LaunchTemplate',
];

/** The value that a dynamic reference stands for. Throws AwsError, in CloudFormation's words where they are known. */
async function lookUp(
  calls: AwsCalls,
  { scope }: Stack,
  reference: DynamicReference,
  signal: AbortSignal,
): Promise<string> {
  const caller = { ...scope, principalArn: `arn:aws:iam::${scope.account}:root` };
  if (reference.service !== 'secretsmanager') {
    const name = reference.version === undefined ? reference.name : `${reference.name}:${reference.version}`;
    const found = await readParameter({ calls, caller, signal }, name);
    if (!found)
      throw validationError(`Unable to fetch parameters [${name}] from parameter store for this account.`);
    // Source: measured against AWS by the project cfncompat.
    if (found.type === 'SecureString' && reference.service === 'ssm')
      throw validationError(`Non-secure ssm prefix was used for secure parameter ${reference.name}`);
    return found.value;
  }
  const { secretId, jsonKey, versionStage, versionId } = reference;
  const input = { SecretId: secretId, VersionStage: versionStage, VersionId: versionId };
  const { SecretString: text } = await calls.call('secretsmanager', 'GetSecretValue', input, {
    caller,
    signal,
  });
  // The wording is ours.
  if (typeof text !== 'string') throw validationError(`Secret ${secretId} holds no text.`);
  return secretPart(text, jsonKey);
}
