import { validationError } from './errors.ts';
import { isList, isObject, isScalar, own } from './json.ts';
import type {
  JsonObject,
  JsonValue,
  Mappings,
  OutputDeclaration,
  ResourceDeclaration,
  RetentionPolicy,
  RuleDeclaration,
} from './types.ts';

const formatError = (message: string): Error => validationError(`Template format error: ${message}`);

/** Source: quotas in the user guide. */
const MAX_ID_LENGTH = 255;
const MAX_RESOURCES = 500;
const MAX_OUTPUTS = 200;
const MAX_MAPPINGS = 200;

const ALPHANUMERIC = /^[A-Za-z0-9]+$/;

/** Entries of a section; none when the template has none. Throws unless it is an object. */
export function entriesOf(document: JsonObject, section: string): [string, JsonValue][] {
  const value = own(document, section);
  if (value === undefined) return [];
  if (!isObject(value)) throw formatError(`[/${section}] must be an object`);
  return Object.entries(value);
}

/** Source: recorded in LocalStack's tests against AWS: "Resource name my-bad-resource-id is non alphanumeric." */
export function checkName(kind: 'Resource' | 'Parameter' | 'Output' | 'Mapping', name: string): void {
  if (!ALPHANUMERIC.test(name) || name.length > MAX_ID_LENGTH)
    throw formatError(`${kind} name ${name} is non alphanumeric.`);
}

/** The text of an optional member. Throws when it is no scalar. */
export function textMember(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  if (value === undefined) return undefined;
  if (!isScalar(value)) throw formatError(`Every ${key} member must be a string.`);
  return String(value);
}

const objectMember = (object: JsonObject, key: string, where: string): JsonObject | undefined => {
  const value = own(object, key);
  if (value !== undefined && !isObject(value)) throw formatError(`[${where}/${key}] must be an object`);
  return value;
};

/** Before AWS::LanguageExtensions is applied, functions may stand where a plain text has to be afterwards. */
export type Policies = 'are texts' | 'may be functions';

const plainText = (object: JsonObject, key: string, policies: Policies): string | undefined =>
  policies === 'may be functions' && isObject(own(object, key)) ? undefined : textMember(object, key);

export function declareMappings(document: JsonObject): Mappings {
  const maps = entriesOf(document, 'Mappings');
  if (maps.length > MAX_MAPPINGS)
    throw formatError(`Number of mappings, ${maps.length}, is greater than maximum allowed, ${MAX_MAPPINGS}`);
  return new Map(
    maps.map(([name, map]) => {
      checkName('Mapping', name);
      // Source of both messages: recorded in LocalStack's tests against AWS.
      if (!isObject(map)) throw formatError(`Every Mappings member ${name} must be a map`);
      return [
        name,
        new Map(
          Object.entries(map).map(([key, attributes]) => {
            if (!isObject(attributes))
              throw formatError(`Every Mappings attribute must be a String or a List.`);
            for (const value of Object.values(attributes))
              if (isObject(value)) throw formatError('Every Mappings attribute must be a String or a List.');
            return [key, new Map(Object.entries(attributes))];
          }),
        ),
      ];
    }),
  );
}

export function declareConditions(
  conditions: readonly (readonly [string, JsonValue])[],
): ReadonlyMap<string, JsonValue> {
  for (const [, condition] of conditions) {
    if (!isObject(condition))
      throw formatError('Conditions can only be boolean operations on parameters and other conditions');
  }
  return new Map(conditions);
}

export function declareRules(document: JsonObject): ReadonlyMap<string, RuleDeclaration> {
  return new Map(
    entriesOf(document, 'Rules').map(([name, rule]) => {
      const assertions = isObject(rule) ? own(rule, 'Assertions') : undefined;
      // The wording is ours.
      if (!isObject(rule) || assertions === undefined || !isList(assertions))
        throw formatError(`[/Rules/${name}] Every Rules member must contain a list of Assertions.`);
      return [
        name,
        {
          condition: own(rule, 'RuleCondition'),
          assertions: assertions.map((assertion) => {
            const assert = isObject(assertion) ? own(assertion, 'Assert') : undefined;
            if (!isObject(assertion) || assert === undefined)
              throw formatError(
                `[/Rules/${name}/Assertions] Every Assertions member must contain an Assert object.`,
              );
            return { assert, description: textMember(assertion, 'AssertDescription') };
          }),
        },
      ];
    }),
  );
}

const RESOURCE_KEYS = [
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'CreationPolicy',
  'UpdatePolicy',
  'Metadata',
  'Description',
  // Of custom resources. Source: the template reference, AWS::CloudFormation::CustomResource.
  'Version',
];

export function declareResources(
  resources: readonly (readonly [string, JsonValue])[],
  policies: Policies,
): ReadonlyMap<string, ResourceDeclaration> {
  if (resources.length > MAX_RESOURCES)
    throw formatError(
      `Number of resources, ${resources.length}, is greater than maximum allowed, ${MAX_RESOURCES}`,
    );
  return new Map(
    resources.map(([logicalId, resource]) => {
      // Source: measured against AWS by MiniStack, for a loop without the transform that expands it.
      if (logicalId.startsWith('Fn::ForEach::'))
        throw formatError(`[/Resources/${logicalId}] resource definition is malformed`);
      checkName('Resource', logicalId);
      return [logicalId, declareResource(logicalId, resource, policies)];
    }),
  );
}

function declareResource(logicalId: string, resource: JsonValue, policies: Policies): ResourceDeclaration {
  // Source of the messages: recorded in LocalStack's tests against AWS.
  if (!isObject(resource)) throw formatError('Any Resources member must be an object.');
  const unknown = Object.keys(resource).find((key) => !RESOURCE_KEYS.includes(key));
  const type = own(resource, 'Type');
  if (typeof type !== 'string')
    throw formatError(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  if (unknown !== undefined) throw validationError(`Invalid template resource property '${unknown}'`);
  const where = `/Resources/${logicalId}`;
  return {
    type,
    properties: objectMember(resource, 'Properties', where) ?? {},
    condition: plainText(resource, 'Condition', policies),
    dependsOn: dependsOn(own(resource, 'DependsOn')),
    deletionPolicy: retention(resource, 'DeletionPolicy', logicalId, policies),
    updateReplacePolicy: retention(resource, 'UpdateReplacePolicy', logicalId, policies),
    creationPolicy: objectMember(resource, 'CreationPolicy', where),
    updatePolicy: objectMember(resource, 'UpdatePolicy', where),
    metadata: objectMember(resource, 'Metadata', where),
  };
}

function dependsOn(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  if (!isList(value)) throw formatError('DependsOn must be a string or list of strings.');
  return value.map((item) => {
    if (typeof item !== 'string') throw formatError('Every DependsOn value must be a string.');
    return item;
  });
}

function retention(
  resource: JsonObject,
  attribute: 'DeletionPolicy' | 'UpdateReplacePolicy',
  logicalId: string,
  policies: Policies,
): RetentionPolicy | undefined {
  const value = own(resource, attribute);
  if (policies === 'may be functions' && isObject(value)) return undefined;
  if (value === undefined || value === 'Delete' || value === 'Retain' || value === 'Snapshot') return value;
  if (value === 'RetainExceptOnCreate' && attribute === 'DeletionPolicy') return value;
  // Source: Eucalyptus, which took CloudFormation's words.
  throw formatError(
    `Unrecognized ${attribute} ${isScalar(value) ? String(value) : ''} for resource ${logicalId}`,
  );
}

const OUTPUT_KEYS = ['Value', 'Description', 'Condition', 'Export'];

export function declareOutputs(
  outputs: readonly (readonly [string, JsonValue])[],
  policies: Policies,
): ReadonlyMap<string, OutputDeclaration> {
  if (outputs.length > MAX_OUTPUTS)
    throw formatError(
      `Number of outputs, ${outputs.length}, is greater than maximum allowed, ${MAX_OUTPUTS}`,
    );
  return new Map(
    outputs.map(([name, output]) => {
      checkName('Output', name);
      if (!isObject(output)) throw formatError(`[/Outputs/${name}] must be an object`);
      const unknown = Object.keys(output).filter((key) => !OUTPUT_KEYS.includes(key));
      if (unknown.length > 0)
        throw validationError(`Invalid output property or properties [${unknown.join(', ')}]`);
      const value = own(output, 'Value');
      // Source: recorded in LocalStack's tests against AWS.
      if (value === undefined) throw formatError('Every Outputs member must contain a Value object');
      const exported = objectMember(output, 'Export', `/Outputs/${name}`);
      const exportName = exported && own(exported, 'Name');
      if (exported && exportName === undefined) throw malformedExport(name);
      return [
        name,
        {
          value,
          description: textMember(output, 'Description'),
          condition: plainText(output, 'Condition', policies),
          exportName,
        },
      ];
    }),
  );
}

/** Source: public reports of this message. */
export const malformedExport = (output: string): Error =>
  formatError(
    `Output ${output} is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens.`,
  );
