import type { PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm';
import { re2 } from '../../lib/re2.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { Parameter, ParameterVersion } from '../../model/parameter.ts';
import { tagRecord } from '../../model/tags.ts';
import type { SsmOperation } from './dependencies.ts';
import { validation, violation } from './errors.ts';
import { checkNewName } from './names.ts';
import { checkTags } from './tags.ts';

const MAX_STANDARD_LENGTH = 4096;
const MAX_ADVANCED_LENGTH = 8192;
/** Source: SSM user guide, parameter versions. */
const MAX_VERSIONS = 100;
const DEFAULT_KEY = 'alias/aws/ssm';

/** Makes a parameter, or with Overwrite a new version of it. */
export const putParameter: SsmOperation<PutParameterRequest, PutParameterResult> = (context, input) => {
  const { parameters, caller } = context;
  const { Name: name = '', Overwrite: isOverwritten = false, Tags: tags = [] } = input;
  checkNewName(name);
  const scope = { account: caller.account, region: caller.region };
  const before = parameters.get(scope, name);
  // Source: SSM's words, as LocalStack and moto have them.
  if (isOverwritten && tags.length > 0)
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  if (before && !isOverwritten)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  const version = newVersion(context, input, before);
  const parameter: Parameter = before
    ? { ...before, versions: addVersion(before, version) }
    : { scope, name, tags: tagRecord(tags), versions: [version] };
  checkTags(parameter.tags, tagRecord(tags), context.caller);
  parameters.put(parameter);
  return { Version: version.version, Tier: version.tier };
};

function newVersion(
  { now, caller }: Parameters<typeof putParameter>[0],
  input: PutParameterRequest,
  before: Parameter | undefined,
): ParameterVersion {
  const last = before?.versions.at(-1);
  const { Value: value = '', AllowedPattern: allowedPattern, Policies: policies } = input;
  const type = input.Type ?? last?.type;
  // Source: SSM's words, as public reports quote them.
  if (type === undefined) throw validation('A parameter type is required when you create a parameter.');
  if (value === '') throw violation("''", 'value', 'Member must have length greater than or equal to 1');
  if (allowedPattern !== undefined) checkPattern(value, allowedPattern);
  const description = input.Description ?? last?.description;
  return {
    version: (last?.version ?? 0) + 1,
    value,
    type,
    dataType: input.DataType ?? 'text',
    tier: tierOf(value, input.Tier ?? last?.tier),
    ...(description !== undefined && { description }),
    ...(allowedPattern !== undefined && { allowedPattern }),
    ...(type === 'SecureString' && { keyId: input.KeyId ?? last?.keyId ?? DEFAULT_KEY }),
    ...(policies !== undefined && { policies }),
    labels: [],
    modifiedAt: now(),
    modifiedBy: caller.principalArn,
  };
}

function tierOf(value: string, asked: string | undefined): ParameterVersion['tier'] {
  const isLong = value.length > MAX_STANDARD_LENGTH;
  if (value.length > MAX_ADVANCED_LENGTH)
    throw validation(
      `Advanced tier parameters support a maximum parameter value of ${MAX_ADVANCED_LENGTH} characters.`,
    );
  if (asked === 'Advanced' || (asked === 'Intelligent-Tiering' && isLong)) return 'Advanced';
  if (isLong)
    throw validation(
      `Standard tier parameters support a maximum parameter value of ${MAX_STANDARD_LENGTH} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  return 'Standard';
}

/** Source: SSM's words, as public reports quote them. */
function checkPattern(value: string, pattern: string): void {
  let compiled;
  try {
    compiled = re2().RE2JS.compile(pattern);
  } catch {
    throw new AwsError(
      'InvalidAllowedPatternException',
      `The pattern ${pattern} is not a valid regular expression.`,
    );
  }
  if (!compiled.matcher(value).find())
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
}

/** The oldest goes when there are too many; one with a label does not. */
function addVersion({ name, versions }: Parameter, version: ParameterVersion): Parameter['versions'] {
  const [oldest] = versions;
  if (versions.length < MAX_VERSIONS) return [...versions, version];
  if (oldest.labels.length > 0)
    // Source: SSM's words, as LocalStack and moto have them.
    throw new AwsError(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
    );
  const [, first = version, ...rest] = versions;
  return [first, ...rest, version];
}
