import { splitAttribute } from '../short-forms.ts';
import { validationError } from '../errors.ts';
import { isList, isScalar, textOf } from '../json.ts';
import { isText, isUnknown, NO_VALUE, type Node, unknown } from '../nodes.ts';
import type { Scope, TemplateFunction } from '../scope.ts';
import type { JsonValue, Lookup, PseudoParameters } from '../types.ts';

export const PSEUDO_PARAMETERS = [
  'AWS::AccountId',
  'AWS::NotificationARNs',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
] as const;

/** What a pseudo parameter is; undefined for a name that is none. */
export function pseudoParameter(name: string, pseudo: PseudoParameters): Node | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return pseudo.accountId;
    case 'AWS::NotificationARNs':
      return pseudo.notificationArns;
    case 'AWS::NoValue':
      return NO_VALUE;
    case 'AWS::Partition':
      return pseudo.partition;
    case 'AWS::Region':
      return pseudo.region;
    case 'AWS::StackId':
      return pseudo.stackId;
    case 'AWS::StackName':
      return pseudo.stackName;
    case 'AWS::URLSuffix':
      return pseudo.urlSuffix;
    default:
      return undefined;
  }
}

/** What `Ref` gives for a name. Throws ValidationError when nothing has it. */
export function referred(name: string, scope: Scope): Node {
  const pseudo = pseudoParameter(name, scope.pseudo);
  if (pseudo !== undefined) return pseudo;
  const parameter = scope.parameters.get(name);
  if (parameter) return parameter.value;
  const node = found(scope.surroundings.refOf(name));
  if (node === undefined) throw unresolved([name]);
  return node;
}

/** The node of an answer; undefined when there is nothing of the name. */
export const found = (lookup: Lookup): Node | undefined => {
  switch (lookup.kind) {
    case 'known':
      return lookup.value;
    case 'notYetKnown':
      return unknown();
    case 'missing':
      return undefined;
  }
};

/** Source: public reports of this message, and LocalStack's recordings of AWS. */
export const unresolved = (names: readonly string[], section = 'Resources'): Error =>
  validationError(
    section === 'Outputs'
      ? `Unresolved resource dependencies [${names.join(', ')}] in the Outputs block of the template`
      : `Template format error: Unresolved resource dependencies [${names.join(', ')}] in the ${section} block of the template`,
  );

export const ref: TemplateFunction = {
  check: (argument) => {
    // Source: Eucalyptus, which took CloudFormation's words.
    if (typeof argument !== 'string')
      throw validationError('Template error: All References must be of type string');
  },
  evaluate: (argument, scope) => referred(textOf(argument), scope),
};

/** The two halves of Fn::GetAtt's argument; the attribute may be a Ref. Throws ValidationError. */
export function readGetAtt(argument: JsonValue): readonly [logicalId: string, attribute: JsonValue] {
  const [logicalId, attribute, ...more] =
    typeof argument === 'string' ? splitAttribute(argument) : isList(argument) ? argument : [];
  if (
    typeof logicalId !== 'string' ||
    logicalId === '' ||
    attribute === undefined ||
    attribute === '' ||
    more.length > 0
  )
    throw wrongGetAtt();
  return [logicalId, attribute];
}

/** Source: recorded in LocalStack's tests against AWS. */
const wrongGetAtt = (): Error =>
  validationError(
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  );

/** What an attribute is. Throws ValidationError when the resource has none of that name. */
export function attributeOf(logicalId: string, attribute: string, scope: Scope): Node {
  const node = found(scope.surroundings.attributeOf(logicalId, attribute));
  if (node === undefined) throw unsupportedAttribute(logicalId, attribute);
  return node;
}

/** Source: Eucalyptus, which took CloudFormation's words; public reports of them. */
export const unsupportedAttribute = (logicalId: string, attribute: string): Error =>
  validationError(
    `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
  );

export const getAtt: TemplateFunction = {
  check: (argument) => void readGetAtt(argument),
  evaluate: (argument, scope) => {
    const [logicalId, written] = readGetAtt(argument);
    const attribute = scope.evaluate(written);
    if (isUnknown(attribute)) return attribute;
    if (!isText(attribute)) throw wrongGetAtt();
    return attributeOf(logicalId, String(attribute), scope);
  },
};

export const importValue: TemplateFunction = {
  check: () => undefined,
  evaluate: (argument, scope) => {
    const name = scope.evaluate(argument);
    if (!isText(name)) throw dependentImport();
    const node = found(scope.surroundings.exportOf(String(name)));
    // Source: recorded in LocalStack's tests against AWS.
    if (node === undefined) throw validationError(`No export named ${String(name)} found`);
    return node;
  },
};

/** Source: public reports of this message. */
export const dependentImport = (): Error =>
  validationError(
    'Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs',
  );

export const findInMap: TemplateFunction = {
  check: (argument) => {
    if (!isList(argument) || argument.length < 3 || argument.length > 4) throw wrongFindInMap();
  },
  evaluate: (argument, scope) => {
    const [mapName, topKey, secondKey, options] = isList(argument) ? argument : [];
    const keys = [mapName, topKey, secondKey].map((key) => {
      const node = key === undefined ? NO_VALUE : scope.evaluate(key);
      if (!isText(node)) throw wrongFindInMap();
      return String(node);
    });
    const [name = '', top = '', second = ''] = keys;
    const map = scope.mappings.get(name);
    const value = map?.get(top)?.get(second);
    if (value !== undefined) return scope.evaluate(value);
    const fallback = defaultValueOf(options);
    if (fallback !== undefined) return scope.evaluate(fallback);
    // Sources: the first in Eucalyptus, which took CloudFormation's words; the second recorded in LocalStack's tests.
    if (!map)
      throw validationError(
        `Template error: Mapping named '${name}' is not present in the 'Mappings' section of template.`,
      );
    throw validationError(`Template error: Unable to get mapping for ${name}::${top}::${second}`);
  },
};

const wrongFindInMap = (): Error =>
  validationError(
    'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
  );

/** `{ DefaultValue: … }` as the fourth parameter, of AWS::LanguageExtensions. */
const defaultValueOf = (options: JsonValue | undefined): JsonValue | undefined =>
  typeof options === 'object' && !isList(options) && Object.hasOwn(options, 'DefaultValue')
    ? options['DefaultValue']
    : undefined;

export const conditional: TemplateFunction = {
  check: (argument) => {
    // Source of both messages: Eucalyptus, which took CloudFormation's words.
    if (!isList(argument) || !isScalar(argument[0]))
      throw validationError(
        'Template error: Fn::If requires a list argument with the first element being a condition',
      );
    if (argument.length !== 3)
      throw validationError('Template error: Fn::If requires a list argument with three elements');
  },
  evaluate: (argument, scope) => {
    const [name = '', then = '', otherwise = ''] = isList(argument) ? argument : [];
    const holds = scope.condition(textOf(name));
    // Source: recorded in LocalStack's tests against AWS.
    if (holds === undefined)
      throw validationError(`Template error: unresolved condition dependency ${textOf(name)} in Fn::If`);
    return scope.evaluate(holds ? then : otherwise);
  },
};
