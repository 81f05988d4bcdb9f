import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JsonMap } from '../../../model/stack.ts';
import {
  generatedName,
  HandlerError,
  ignoreAbsent,
  isAbsent,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { awsTags, tagChanges } from './tags.ts';
import type { ToApi } from './to-api.ts';

/** `AWS::SSM::Parameter`: `Ref` is its name. */
export const ssmParameter: ResourceHandler = {
  serviceName: 'Ssm',
  isTagged: true,
  createOnly: ['Name'],
  nameOf: (context) =>
    textOf(context.properties, 'Name') ??
    generatedName({ ...context, stackName: `CFN-${context.logicalId}` }),
  async create(context) {
    // What an earlier run of this step has put is put again.
    await putParameter(context, context.isRetry);
    return { kind: 'done', physicalId: context.physicalId ?? '', attributes: parameterAttributes(context) };
  },
  async update(context) {
    // A new version is made by what is new alone.
    if (!isDeepStrictEqual(withoutTags(context.properties), withoutTags(context.before ?? {})))
      await putParameter(context, true);
    const { put, gone } = tagChanges(context);
    const resource = { ResourceType: 'Parameter', ResourceId: context.physicalId };
    const Tags = [...put].map(([Key, Value]) => ({ Key, Value }));
    if (gone.length > 0) await context.call('ssm', 'RemoveTagsFromResource', { ...resource, TagKeys: gone });
    if (Tags.length > 0) await context.call('ssm', 'AddTagsToResource', { ...resource, Tags });
    return { kind: 'done', physicalId: context.physicalId ?? '', attributes: parameterAttributes(context) };
  },
  async read({ physicalId, call }) {
    const { Parameter: found } = (await call('ssm', 'GetParameter', { Name: physicalId })) as {
      readonly Parameter?: { readonly Value?: string; readonly Type?: string };
    };
    return found && { Name: physicalId ?? '', Type: found.Type ?? '', Value: found.Value ?? '' };
  },
  async remove({ physicalId, call }) {
    await call('ssm', 'DeleteParameter', { Name: physicalId }).catch(ignoreAbsent);
    return 'done';
  },
};

const withoutTags = ({ Tags: _tags, ...properties }: JsonMap): JsonMap => properties;

async function putParameter(context: ResourceContext, overwrite: boolean): Promise<void> {
  const { physicalId, properties, call } = context;
  await call('ssm', 'PutParameter', {
    Name: physicalId,
    Value: textOf(properties, 'Value'),
    Type: textOf(properties, 'Type') ?? 'String',
    Description: textOf(properties, 'Description'),
    AllowedPattern: textOf(properties, 'AllowedPattern'),
    DataType: textOf(properties, 'DataType'),
    Tier: textOf(properties, 'Tier'),
    ...(overwrite ? { Overwrite: true } : { Tags: awsTags(context, 'ssm') }),
  });
}

const parameterAttributes = ({ properties }: ResourceContext): JsonMap => ({
  Type: textOf(properties, 'Type') ?? 'String',
  Value: textOf(properties, 'Value') ?? '',
});

/** `AWS::SecretsManager::Secret`: `Ref` is its ARN. */
export const secret = (toApi: ToApi): ResourceHandler => ({
  serviceName: 'SecretsManager',
  isTagged: true,
  createOnly: ['Name'],
  // Until it is made it is known by its name.
  nameOf: (context) => textOf(context.properties, 'Name') ?? generatedName(context, 64),
  async create(context) {
    const { physicalId = '', properties, call, isRetry } = context;
    const made = isRetry ? await describeSecret(context) : undefined;
    const answer: SecretAnswer =
      made ??
      (await call('secretsmanager', 'CreateSecret', {
        Name: physicalId,
        Description: textOf(properties, 'Description'),
        KmsKeyId: textOf(properties, 'KmsKeyId'),
        SecretString: await secretString(context, toApi),
        // SDKs always send one, and some upstreams rely on it.
        ClientRequestToken: randomUUID(),
        Tags: awsTags(context, 'secretsmanager'),
      }));
    const { ARN = '' } = answer;
    return { kind: 'done', physicalId: ARN, attributes: { Id: ARN } };
  },
  async update(context) {
    const { physicalId = '', properties, before = {}, call } = context;
    const isChanged = ['SecretString', 'GenerateSecretString'].some(
      (name) => JSON.stringify(properties[name]) !== JSON.stringify(before[name]),
    );
    await call('secretsmanager', 'UpdateSecret', {
      SecretId: physicalId,
      Description: textOf(properties, 'Description'),
      ClientRequestToken: randomUUID(),
      ...(isChanged && { SecretString: await secretString(context, toApi) }),
    });
    const { put, gone } = tagChanges(context);
    const Tags = [...put].map(([Key, Value]) => ({ Key, Value }));
    if (gone.length > 0)
      await call('secretsmanager', 'UntagResource', { SecretId: physicalId, TagKeys: gone });
    if (Tags.length > 0) await call('secretsmanager', 'TagResource', { SecretId: physicalId, Tags });
    return { kind: 'done', physicalId };
  },
  async remove({ physicalId, call }) {
    await call('secretsmanager', 'DeleteSecret', {
      SecretId: physicalId,
      ForceDeleteWithoutRecovery: true,
    }).catch(ignoreAbsent);
    return 'done';
  },
});

type SecretAnswer = { readonly ARN?: string };

async function describeSecret({ call, physicalId }: ResourceContext): Promise<SecretAnswer | undefined> {
  try {
    return await call('secretsmanager', 'DescribeSecret', { SecretId: physicalId });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function secretString(
  { properties, call }: ResourceContext,
  toApi: ToApi,
): Promise<string | undefined> {
  const generate = properties['GenerateSecretString'] as JsonMap | undefined;
  if (!generate) return textOf(properties, 'SecretString');
  const {
    GenerateStringKey: key,
    SecretStringTemplate: template,
    ...rules
  } = toApi('secretsmanager', 'GetRandomPasswordRequest', generate) as Readonly<Record<string, string>>;
  const { RandomPassword: password } = await call('secretsmanager', 'GetRandomPassword', rules);
  if (key === undefined && template === undefined) return String(password);
  try {
    const filled = JSON.parse(template ?? '{}') as JsonMap;
    return JSON.stringify({ ...filled, [key ?? '']: password });
  } catch {
    throw new HandlerError('SecretStringTemplate is not valid JSON.', 'InvalidRequest');
  }
}
