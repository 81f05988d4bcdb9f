/**
 * Makes `ecs.json` and `logs.json`: JSON Schemas of the requests that the gateway checks, from the AWS SDK's own
 * runtime schemas. Enumerations come from the SDK's type declarations; what neither has is in `limits.ts`. To be run
 * after an update of the SDK; a unit test compares its output with the committed files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NormalizedSchema } from '@smithy/core/schema';
import ts from 'typescript';
import { DOUBLES, LIMITS } from './limits.ts';

export type ServiceName = 'ecs' | 'logs';
type JsonSchema = { [keyword: string]: unknown };
type Limits = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Source = {
  readonly packageName: string;
  /** Actions whose requests are described; none: all. */
  readonly actions?: readonly string[];
  readonly limits: Limits;
  readonly doubles: ReadonlySet<string>;
};

const require = createRequire(import.meta.url);

const SOURCES: Readonly<Record<ServiceName, Source>> = {
  ecs: { packageName: '@aws-sdk/client-ecs', limits: LIMITS, doubles: DOUBLES },
  logs: {
    packageName: '@aws-sdk/client-cloudwatch-logs',
    limits: {},
    doubles: new Set(),
    actions: [
      'CreateLogGroup',
      'CreateLogStream',
      'DeleteLogGroup',
      'DeleteLogStream',
      'DeleteRetentionPolicy',
      'DescribeLogGroups',
      'DescribeLogStreams',
      'FilterLogEvents',
      'GetLogEvents',
      'ListTagsForResource',
      'ListTagsLogGroup',
      'PutLogEvents',
      'PutRetentionPolicy',
      'StartLiveTail',
      'TagLogGroup',
      'TagResource',
      'UntagLogGroup',
      'UntagResource',
    ],
  },
};

/** First element of an operation's runtime schema: `[9, namespace, name, traits, input, output]`. */
const OPERATION = 9;

/** The text of a service's schema file: sorted, one definition a line. The same SDK gives the same text. */
export function generate(service: ServiceName): string {
  const { packageName, actions, limits, doubles } = SOURCES[service];
  const sdk = require(packageName) as Record<string, unknown>;
  const enums = readEnums(dirname(require.resolve(`${packageName}/package.json`)), sdk);
  const definitions: Record<string, JsonSchema> = {};

  const define = (structure: NormalizedSchema, name: string): JsonSchema => {
    if (!definitions[name]) {
      const schema: JsonSchema = (definitions[name] = { type: 'object' });
      const members = [...structure.structIterator()].sort(([a], [b]) => compare(a, b));
      schema['properties'] = Object.fromEntries(
        members.map(([member, value]) => [member, toSchema(value, `${name}.${member}`)]),
      );
      const required = requiredMembers(structure);
      if (required.length) schema['required'] = required;
    }
    return { $ref: `#/definitions/${name}` };
  };

  const toSchema = (schema: NormalizedSchema, path: string): JsonSchema => {
    if (schema.isStructSchema() || schema.isUnionSchema()) {
      return define(schema, (schema.getName() ?? '').replace(/^.*#/, ''));
    }
    if (schema.isListSchema())
      return { type: 'array', items: toSchema(schema.getValueSchema(), `${path}[]`) };
    if (schema.isMapSchema()) {
      return { type: 'object', additionalProperties: toSchema(schema.getValueSchema(), `${path}{}`) };
    }
    // Clients send seconds; some send ISO text.
    if (schema.isTimestampSchema()) return { type: ['number', 'string'] };
    if (schema.isDocumentSchema()) return {};
    if (schema.isBooleanSchema()) return { type: 'boolean' };
    if (schema.isNumericSchema()) {
      return { type: doubles.has(path) ? 'number' : 'integer', ...limits[path] };
    }
    if (schema.isStringSchema()) {
      const values = enums[path];
      return { type: 'string', ...(values ? { enum: values } : {}), ...limits[path] };
    }
    throw new Error(`${path}: a kind of member that this generator does not know`);
  };

  for (const value of Object.values(sdk)) {
    if (!isOperation(value) || (actions && !actions.includes(value[2]))) continue;
    define(NormalizedSchema.of(value[4] as never), `${value[2]}Request`);
  }
  const lines = Object.keys(definitions)
    .sort(compare)
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(definitions[name])}`);
  return `{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{\n${lines.join(',\n')}\n}}\n`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function isOperation(value: unknown): value is [number, string, string, unknown, unknown, unknown] {
  return Array.isArray(value) && value[0] === OPERATION && typeof value[2] === 'string';
}

/** The runtime schema of a structure is `[3, ns, name, traits, names, schemas, n]`: its first n members are required. */
function requiredMembers(structure: NormalizedSchema): string[] {
  const [, , , , names, , count] = structure.getSchema() as unknown as [
    0,
    0,
    0,
    0,
    string[],
    unknown,
    number?,
  ];
  return names.slice(0, count ?? 0).sort(compare);
}

/** Values of every member that is an enumeration, by `Structure.member`, `…[]` for elements, `…{}` for a map's values. */
function readEnums(packageFolder: string, sdk: Record<string, unknown>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const visit = (type: ts.TypeNode, path: string): void => {
    if (ts.isUnionTypeNode(type)) for (const part of type.types) visit(part, path);
    else if (ts.isArrayTypeNode(type)) visit(type.elementType, `${path}[]`);
    else if (ts.isParenthesizedTypeNode(type)) visit(type.type, path);
    else if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
      const [, value] = type.typeArguments ?? [];
      if (type.typeName.text === 'Record' && value) visit(value, `${path}{}`);
      const values = enumValues(sdk[type.typeName.text]);
      if (values) found[path] = values;
    }
  };
  for (const file of ['models_0.d.ts', 'models_1.d.ts']) {
    const text = readFileSync(join(packageFolder, 'dist-types', 'models', file), 'utf8');
    for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
      if (!ts.isInterfaceDeclaration(statement)) continue;
      for (const member of statement.members) {
        if (ts.isPropertySignature(member) && member.type && ts.isIdentifier(member.name)) {
          visit(member.type, `${statement.name.text}.${member.name.text}`);
        }
      }
    }
  }
  return found;
}

/** An enumeration is exported as an object of its values. */
function enumValues(exported: unknown): string[] | undefined {
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) return undefined;
  const values: unknown[] = Object.values(exported);
  return values.every((value) => typeof value === 'string') ? values.sort(compare) : undefined;
}

if (import.meta.main) {
  for (const service of ['ecs', 'logs'] as const) {
    writeFileSync(new URL(`${service}.json`, import.meta.url), generate(service));
  }
}
