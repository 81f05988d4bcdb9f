import { randomInt } from 'node:crypto';
import type { JsonMap } from '../../../model/stack.ts';
import {
  generatedName,
  HandlerError,
  isAbsent,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { ignoreAbsent } from './logs.ts';
import { awsTags } from './tags.ts';

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
export const secret: ResourceHandler = {
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
        SecretString: secretString(properties),
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
      ...(isChanged && { SecretString: secretString(properties) }),
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
};

type SecretAnswer = { readonly ARN?: string };

async function describeSecret({ call, physicalId }: ResourceContext): Promise<SecretAnswer | undefined> {
  try {
    return await call('secretsmanager', 'DescribeSecret', { SecretId: physicalId });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function secretString(properties: JsonMap): string | undefined {
  const generate = properties['GenerateSecretString'] as JsonMap | undefined;
  if (!generate) return textOf(properties, 'SecretString');
  const password = randomPassword(generate);
  const key = textOf(generate, 'GenerateStringKey');
  const template = textOf(generate, 'SecretStringTemplate');
  if (key === undefined && template === undefined) return password;
  try {
    const filled = JSON.parse(template ?? '{}') as JsonMap;
    return JSON.stringify({ ...filled, [key ?? '']: password });
  } catch {
    throw new HandlerError('SecretStringTemplate is not valid JSON.', 'InvalidRequest');
  }
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Source: Secrets Manager API reference, GetRandomPassword: 32 letters, one of each type that is not excluded. */
function randomPassword(generate: JsonMap): string {
  const isSet = (name: string): boolean => textOf(generate, name) === 'true';
  const excluded = textOf(generate, 'ExcludeCharacters') ?? '';
  const without = (letters: string): string =>
    letters
      .split('')
      .filter((letter) => !excluded.includes(letter))
      .join('');
  const types = [
    isSet('ExcludeLowercase') ? '' : LOWER,
    isSet('ExcludeUppercase') ? '' : LOWER.toUpperCase(),
    isSet('ExcludeNumbers') ? '' : DIGITS,
    isSet('ExcludePunctuation') ? '' : PUNCTUATION,
    isSet('IncludeSpace') ? ' ' : '',
  ]
    .map(without)
    .filter((letters) => letters !== '');
  const pick = (letters: string): string => letters.charAt(randomInt(letters.length));
  const length = Number(textOf(generate, 'PasswordLength') ?? '32');
  if (types.length === 0)
    throw new HandlerError('All characters of the desired type have been excluded.', 'InvalidRequest');
  const needed = textOf(generate, 'RequireEachIncludedType') === 'false' ? [] : types.map(pick);
  const all = types.join('');
  const letters = [
    ...needed,
    ...Array.from({ length: Math.max(0, length - needed.length) }, () => pick(all)),
  ];
  for (let index = letters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [letters[index], letters[other]] = [letters[other] ?? '', letters[index] ?? ''];
  }
  return letters.slice(0, length).join('');
}
