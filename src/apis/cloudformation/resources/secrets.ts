import { randomUUID } from 'node:crypto';
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
import { awsTags } from './tags.ts';
import type { ToApi } from './to-api.ts';

/** `AWS::SSM::Parameter`: `Ref` is its name. */
export const ssmParameter: ResourceHandler = {
  serviceName: 'Ssm',
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
    await putParameter(context, true);
    return { kind: 'done', physicalId: context.physicalId ?? '', attributes: parameterAttributes(context) };
  },
  async remove({ physicalId, call }) {
    await call('ssm', 'DeleteParameter', { Name: physicalId }).catch(ignoreAbsent);
    return 'done';
  },
};

async function putParameter(
  { physicalId, properties, call }: ResourceContext,
  overwrite: boolean,
): Promise<void> {
  const tags = properties['Tags'] as JsonMap | undefined;
  const tagList = tags && Object.keys(tags).map((Key) => ({ Key, Value: textOf(tags, Key) ?? '' }));
  await call('ssm', 'PutParameter', {
    Name: physicalId,
    Value: textOf(properties, 'Value'),
    Type: textOf(properties, 'Type') ?? 'String',
    Description: textOf(properties, 'Description'),
    AllowedPattern: textOf(properties, 'AllowedPattern'),
    DataType: textOf(properties, 'DataType'),
    Tier: textOf(properties, 'Tier'),
    ...(overwrite ? { Overwrite: true } : { Tags: tagList }),
  });
}

const parameterAttributes = ({ properties }: ResourceContext): JsonMap => ({
  Type: textOf(properties, 'Type') ?? 'String',
  Value: textOf(properties, 'Value') ?? '',
});

/** `AWS::SecretsManager::Secret`: `Ref` is its ARN. */
export const secret = (toApi: ToApi): ResourceHandler => ({
  serviceName: 'SecretsManager',
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
        Tags: awsTags(context),
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
