import { checkName, entriesOf, textMember } from './declarations.ts';
import { validationError } from './errors.ts';
import { isList, isObject, isScalar, own } from './json.ts';
import type { JsonObject, JsonValue, ParameterDeclaration } from './types.ts';

const formatError = (message: string): Error => validationError(`Template format error: ${message}`);

/** Source: quotas in the user guide. */
const MAX_PARAMETERS = 200;
const MAX_TEXT_LENGTH = 4000;

const KEYS = [
  'Type',
  'Default',
  'NoEcho',
  'AllowedValues',
  'AllowedPattern',
  'MaxLength',
  'MinLength',
  'MaxValue',
  'MinValue',
  'Description',
  'ConstraintDescription',
];

/** Types of AWS that a value of a parameter may name. Source: the user guide, "AWS-specific parameter types". */
const AWS_TYPES = [
  'AWS::EC2::AvailabilityZone::Name',
  'AWS::EC2::Image::Id',
  'AWS::EC2::Instance::Id',
  'AWS::EC2::KeyPair::KeyName',
  'AWS::EC2::SecurityGroup::GroupName',
  'AWS::EC2::SecurityGroup::Id',
  'AWS::EC2::Subnet::Id',
  'AWS::EC2::Volume::Id',
  'AWS::EC2::VPC::Id',
  'AWS::Route53::HostedZone::Id',
];

/** What `AWS::SSM::Parameter::Value<…>` and a list may be of. */
const ITEM_TYPES = ['String', ...AWS_TYPES];

const TYPES = new Set([
  'String',
  'Number',
  'List<Number>',
  'CommaDelimitedList',
  'AWS::SSM::Parameter::Name',
  ...AWS_TYPES,
  ...ITEM_TYPES.map((type) => `List<${type}>`),
  'AWS::SSM::Parameter::Value<CommaDelimitedList>',
  ...ITEM_TYPES.flatMap((type) => [
    `AWS::SSM::Parameter::Value<${type}>`,
    `AWS::SSM::Parameter::Value<List<${type}>>`,
  ]),
]);

/** The section Parameters. Throws ValidationError. */
export function declareParameters(document: JsonObject): ReadonlyMap<string, ParameterDeclaration> {
  const parameters = entriesOf(document, 'Parameters');
  if (parameters.length > MAX_PARAMETERS)
    throw formatError(
      `Number of parameters, ${parameters.length}, is greater than maximum allowed, ${MAX_PARAMETERS}`,
    );
  return new Map(
    parameters.map(([name, parameter]) => {
      checkName('Parameter', name);
      return [name, declareParameter(name, parameter)];
    }),
  );
}

/** Source of the messages: Eucalyptus, which took CloudFormation's words; "Every Default member…" is in public reports. */
function declareParameter(name: string, parameter: JsonValue): ParameterDeclaration {
  if (!isObject(parameter)) throw formatError('Any Parameters member must be a JSON object.');
  const unknown = Object.keys(parameter).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0)
    throw validationError(`Invalid template parameter property or properties [${unknown.join(', ')}]`);
  const type = textMember(parameter, 'Type');
  if (type === undefined) throw formatError('Every Parameters object must contain a Type member.');
  if (!TYPES.has(type)) throw formatError(`Unrecognized parameter type: ${type}`);
  for (const key of ['Description', 'ConstraintDescription'])
    if ((textMember(parameter, key)?.length ?? 0) > MAX_TEXT_LENGTH)
      throw formatError(`${key} must be no longer than ${MAX_TEXT_LENGTH} characters.`);
  const number = (key: string): number | undefined => {
    const text = textMember(parameter, key);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw formatError(`Every ${key} member must be a number.`);
    const wanted = key.endsWith('Length') ? 'String' : 'Number';
    if (wanted === 'Number' ? !isNumeric(type) : isNumeric(type))
      throw validationError(
        `Template error: Parameter '${name}' ${key} must be on a parameter of type ${wanted}`,
      );
    return value;
  };
  const declaration: ParameterDeclaration = {
    type,
    description: textMember(parameter, 'Description'),
    defaultValue: textMember(parameter, 'Default'),
    noEcho: textMember(parameter, 'NoEcho')?.toLowerCase() === 'true',
    allowedValues: allowedValues(parameter),
    allowedPattern: textMember(parameter, 'AllowedPattern'),
    constraintDescription: textMember(parameter, 'ConstraintDescription'),
    minLength: number('MinLength'),
    maxLength: number('MaxLength'),
    minValue: number('MinValue'),
    maxValue: number('MaxValue'),
  };
  for (const [least, most, what] of [
    [declaration.minLength, declaration.maxLength, 'Length'],
    [declaration.minValue, declaration.maxValue, 'Value'],
  ] as const)
    if (least !== undefined && most !== undefined && most < least)
      throw validationError(`Template error: Parameter '${name}' Min${what} must be less than Max${what}.`);
  return declaration;
}

const isNumeric = (type: string): boolean => type === 'Number' || type === 'List<Number>';

function allowedValues(parameter: JsonObject): readonly string[] | undefined {
  const value = own(parameter, 'AllowedValues');
  if (value === undefined) return undefined;
  if (!isList(value) || !value.every(isScalar))
    throw formatError('Every AllowedValues value must be a string.');
  return value.map(String);
}
