import { runInNewContext } from 'node:vm';
import { re2 } from '../../../lib/re2.ts';
import { replaceReferences } from './dynamic-references.ts';
import { validationError } from './errors.ts';
import type { ParameterDeclaration, ResolvedParameter, ResolvedParameters, Template } from './types.ts';

/** A parameter of a request, in the form of the API. */
export type ParameterInput = {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
};

export type ParameterSources = {
  readonly given: readonly ParameterInput[];
  /** The texts that the stack has now; empty for a new one. */
  readonly previous: ReadonlyMap<string, string>;
  /** An SSM parameter, also as `name:version`; undefined when there is none. */
  readonly ssmParameter: (name: string) => Promise<SsmParameter | undefined>;
};

export type SsmParameter = {
  readonly value: string;
  /** Undefined of one that AWS publishes. */
  readonly version?: number;
  readonly type: 'String' | 'StringList' | 'SecureString';
};

/** The value of each parameter of the template. Throws ValidationError in CloudFormation's words. */
export async function resolveParameters(
  template: Pick<Template, 'parameters'>,
  sources: ParameterSources,
): Promise<ResolvedParameters> {
  const texts = parameterTexts(template.parameters, sources);
  const resolved = new Map<string, ResolvedParameter>();
  const refused = { missing: [] as string[], incompatible: [] as string[], unsupported: [] as string[] };
  for (const [name, declaration] of template.parameters) {
    const text = texts.get(name) ?? '';
    // Of an SSM parameter the name is checked, not what it holds.
    checkValue(name, text, declaration);
    const valueType = ssmValueType(declaration.type);
    const found = valueType === undefined ? undefined : await sources.ssmParameter(text);
    if (valueType !== undefined && !found) refused.missing.push(text);
    if (valueType !== undefined && found?.type === 'SecureString') refused.unsupported.push(text);
    else if (valueType !== undefined && found && (found.type === 'StringList') !== isListType(valueType))
      refused.incompatible.push(text);
    const value = referredValue(
      found?.value ?? (await withSsmValues(name, text, sources)),
      valueType ?? declaration.type,
    );
    const ssmValue = found && (typeof value === 'string' ? value : value.join(','));
    resolved.set(name, { text, ssmValue, value, noEcho: declaration.noEcho });
  }
  checkFetched(refused);
  return resolved;
}

/** Source of the messages: measured against AWS by the project cfncompat; the first is in public reports as well. */
function checkFetched({
  missing,
  incompatible,
  unsupported,
}: Readonly<Record<string, readonly string[]>>): void {
  if (missing && missing.length > 0)
    throw validationError(
      `Unable to fetch parameters [${missing.join(',')}] from parameter store for this account.`,
    );
  if (unsupported && unsupported.length > 0)
    throw validationError(
      `Parameters [${unsupported.join(', ')}] referenced by template have types not supported by CloudFormation.`,
    );
  if (incompatible && incompatible.length > 0)
    throw validationError(
      `Types for SSM parameters [${incompatible.join(', ')}] defined in CFN template and SSM are incompatible`,
    );
}

/**
 * A value with `{{resolve:ssm:name:version}}` in it, resolved: it shows in outputs as well. Secrets stay what they are
 * until a resource is made of them. Source: measured against AWS by the project cfncompat.
 */
async function withSsmValues(
  name: string,
  text: string,
  { ssmParameter }: ParameterSources,
): Promise<string> {
  return replaceReferences(text, async (reference, written) => {
    if (reference.service !== 'ssm') return written;
    if (reference.version === undefined)
      throw validationError(`Template error: parameter ${name} should not contain ssm versionless resolver`);
    const found = await ssmParameter(`${reference.name}:${reference.version}`);
    if (!found)
      throw validationError(
        `Unable to fetch parameters [${reference.name}:${reference.version}] from parameter store for this account.`,
      );
    return found.value;
  });
}

/** The text of each parameter: given, of before, or by default. */
function parameterTexts(
  declarations: Template['parameters'],
  { given, previous }: ParameterSources,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const unknown: string[] = [];
  for (const { ParameterKey: key = '', ParameterValue: value, UsePreviousValue: isPrevious } of given) {
    if (!declarations.has(key)) {
      unknown.push(key);
      continue;
    }
    if (isPrevious !== true) {
      if (value !== undefined) texts.set(key, value);
      continue;
    }
    // Source of both messages: public reports of them.
    if (value !== undefined && value !== '')
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
      );
    const before = previous.get(key);
    if (before === undefined)
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    texts.set(key, before);
  }
  // Source of the messages: public reports of them.
  if (unknown.length > 0)
    throw validationError(
      declarations.size === 0
        ? 'Parameter values specified for a template which does not require them.'
        : `Parameters: [${unknown.join(', ')}] do not exist in the template`,
    );
  const missing: string[] = [];
  for (const [name, { defaultValue }] of declarations) {
    if (texts.has(name)) continue;
    if (defaultValue === undefined) missing.push(name);
    else texts.set(name, defaultValue);
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return texts;
}

/** The type of what an SSM parameter holds, of `AWS::SSM::Parameter::Value<…>`; undefined for any other type. */
const ssmValueType = (type: string): string | undefined =>
  /^AWS::SSM::Parameter::Value<(.+)>$/.exec(type)?.[1];

const isListType = (type: string): boolean => type === 'CommaDelimitedList' || type.startsWith('List<');

/** A list's items lose the spaces around them. Source: the user guide, CommaDelimitedList. */
function referredValue(text: string, type: string): string | readonly string[] {
  if (!isListType(type)) return text;
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

/**
 * Whether a value keeps what its parameter asks for. A ConstraintDescription stands in the message's place.
 * Source of the messages: Eucalyptus, which took CloudFormation's words; those of AllowedValues, of the greatest number
 * and of the longest text are in public reports without the prefix "Template error: ".
 */
function checkValue(name: string, text: string, declaration: ParameterDeclaration): void {
  const refused = (message: string): Error => {
    const { constraintDescription } = declaration;
    return validationError(
      constraintDescription === undefined
        ? `Parameter '${name}' ${message}`
        : `Parameter ${name} failed to satisfy constraint: ${constraintDescription}`,
    );
  };
  const { type, allowedValues, allowedPattern, minLength, maxLength, minValue, maxValue } = declaration;
  const items = isListType(type) ? (referredValue(text, type) as readonly string[]) : [text];
  if (type === 'Number' || type === 'List<Number>')
    for (const item of items) {
      const value = Number(item);
      // Source: recorded in LocalStack's tests against AWS.
      if (item.trim() === '' || !Number.isFinite(value))
        throw validationError(
          type === 'Number'
            ? `Parameter '${name}' must be a number.`
            : `Parameter '${name}' must be a list of numbers.`,
        );
      if (minValue !== undefined && value < minValue)
        throw refused(`must be a number not less than ${minValue}`);
      if (maxValue !== undefined && value > maxValue)
        throw refused(`must be a number not greater than ${maxValue}`);
    }
  if (allowedValues && !items.every((item) => allowedValues.includes(item)))
    throw refused(`must be one of AllowedValues`);
  if (minLength !== undefined && text.length < minLength)
    throw refused(`must contain at least ${minLength} characters`);
  if (maxLength !== undefined && text.length > maxLength)
    throw refused(`must contain at most ${maxLength} characters`);
  if (allowedPattern !== undefined && !items.every((item) => matches(name, allowedPattern, item)))
    throw refused(`must match pattern ${allowedPattern}`);
}

/** The longest that a pattern may take which the linear-time engine does not know. */
const PATTERN_TIMEOUT_MS = 500;

/** The pattern must hold for the whole value, as with Java's `matches`. */
function matches(name: string, pattern: string, text: string): boolean {
  try {
    return re2().RE2JS.compile(pattern).matches(text);
  } catch {
    // Looking ahead, as patterns of passwords do, is for an engine that backtracks: with a bound, as patterns come from users.
  }
  try {
    return Boolean(
      runInNewContext(
        'new RegExp(`^(?:${pattern})$`, "s").test(text)',
        { pattern, text },
        { timeout: PATTERN_TIMEOUT_MS },
      ),
    );
  } catch {
    // Source: Eucalyptus, which took CloudFormation's words.
    throw validationError(`Parameter '${name}' AllowedPattern must be a valid regular expression.`);
  }
}
