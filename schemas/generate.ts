/**
 * Makes `ecs.json` and `logs.json`: JSON Schemas of the requests that the gateway checks, from the AWS SDK's own
 * runtime schemas. Enumerations come from the SDK's type declarations, and what neither has (integers against
 * doubles, ranges, patterns) from `overlay.json`. Run it after an update of the SDK:
 * `node schemas/generate.ts`. A unit test compares its output with the committed files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NormalizedSchema } from '@smithy/core/schema';
import ts from 'typescript';

type JsonSchema = { [keyword: string]: unknown };
type Overlay = Readonly<Record<string, JsonSchema>>;

const require = createRequire(import.meta.url);

/** The Logs actions that are served; ECS's are all. */
const LOGS_ACTIONS = [
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
];

/** First element of an operation's runtime schema: `[9, namespace, name, traits, input, output]`. */
const OPERATION = 9;
/** AWS's integers have 32 bits; longs are bounded by what a JSON number holds in JavaScript. */
const INT32 = { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
const LONG = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

/** Generated files' text by their name. Same SDK, same text. */
export function generateSchemas(): Record<string, string> {
  const overlay = JSON.parse(readFileSync(new URL('overlay.json', import.meta.url), 'utf8')) as {
    ecs: Overlay;
    logs: Overlay;
  };
  return {
    'ecs.json': generate('@aws-sdk/client-ecs', overlay.ecs),
    'logs.json': generate('@aws-sdk/client-cloudwatch-logs', overlay.logs, LOGS_ACTIONS),
  };
}

function generate(packageName: string, overlay: Overlay, only?: readonly string[]): string {
  const sdk = require(packageName) as Record<string, unknown>;
  const packageFolder = dirname(require.resolve(`${packageName}/package.json`));
  const { version } = require(`${packageName}/package.json`) as { version: string };
  const enums = readEnums(packageFolder, sdk);
  const unusedOverlay = new Set(Object.keys(overlay));
  const definitions: Record<string, JsonSchema> = {};

  const overlaid = (schema: JsonSchema, key: string): JsonSchema => {
    const extra = overlay[key];
    if (!extra) return schema;
    unusedOverlay.delete(key);
    const { type, pattern, ...limits } = extra;
    return {
      ...schema,
      ...(type === 'number' ? { type, minimum: undefined, maximum: undefined } : type === 'long' ? LONG : {}),
      ...limits,
      // AWS matches the whole value.
      ...(typeof pattern === 'string' ? { pattern: `^(?:${pattern})$` } : {}),
    };
  };

  const define = (structure: NormalizedSchema, name: string): JsonSchema => {
    if (!definitions[name]) {
      const schema: JsonSchema = (definitions[name] = { type: 'object' });
      const members = [...structure.structIterator()];
      schema['properties'] = Object.fromEntries(
        members
          .map(([member, value]) => [member, toSchema(value, `${name}.${member}`)] as const)
          .sort(([a], [b]) => compare(a, b)),
      );
      const required = requiredMembers(structure);
      if (required.length) schema['required'] = required;
    }
    return { $ref: `#/definitions/${name}` };
  };

  const toSchema = (schema: NormalizedSchema, path: string): JsonSchema => {
    const withEnum = (plain: JsonSchema): JsonSchema => {
      const values = enums[path];
      return values ? { ...plain, enum: values } : plain;
    };
    if (schema.isStructSchema() || schema.isUnionSchema()) return define(schema, localName(schema));
    if (schema.isListSchema()) {
      const list = overlaid({ type: 'array', items: toSchema(schema.getValueSchema(), `${path}[]`) }, path);
      return schema.getName() ? overlaid(list, localName(schema)) : list;
    }
    if (schema.isMapSchema()) {
      const names = overlaid({}, `${path}{key}`);
      const map = { type: 'object', additionalProperties: toSchema(schema.getValueSchema(), `${path}{}`) };
      return overlaid(Object.keys(names).length ? { ...map, propertyNames: names } : map, path);
    }
    if (schema.isTimestampSchema()) return { type: 'number', format: 'timestamp' };
    if (schema.isDocumentSchema()) return {};
    if (schema.isBooleanSchema()) return { type: 'boolean' };
    if (schema.isNumericSchema()) return overlaid({ ...INT32 }, path);
    if (schema.isStringSchema()) return withEnum(overlaid({ type: 'string' }, path));
    throw new Error(`${path}: a kind of member that this generator does not know`);
  };

  for (const value of Object.values(sdk)) {
    if (!isOperation(value) || (only && !only.includes(value[2]))) continue;
    define(NormalizedSchema.of(value[4] as never), `${value[2]}Request`);
  }
  if (unusedOverlay.size) throw new Error(`overlay.json names what is not there: ${[...unusedOverlay].join(', ')}`);
  const missing = only?.filter((action) => !definitions[`${action}Request`]) ?? [];
  if (missing.length) throw new Error(`${packageName} does not have ${missing.join(', ')}`);

  const lines = Object.keys(definitions)
    .sort(compare)
    .map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(definitions[name])}`);
  const comment = `Generated by schemas/generate.ts from ${packageName} ${version}. Do not edit.`;
  return `{\n  "$comment": ${JSON.stringify(comment)},\n  "definitions": {\n${lines.join(',\n')}\n  }\n}\n`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const localName = (schema: NormalizedSchema): string => schema.getName()?.replace(/^.*#/, '') ?? '';

function isOperation(value: unknown): value is [number, string, string, unknown, unknown, unknown] {
  return Array.isArray(value) && value[0] === OPERATION && typeof value[2] === 'string';
}

/** The runtime schema of a structure is `[3, ns, name, traits, names, schemas, n]`: its first n members are required. */
function requiredMembers(structure: NormalizedSchema): string[] {
  const [, , , , names, , count] = structure.getSchema() as unknown as [0, 0, 0, 0, string[], unknown, number?];
  return names.slice(0, count ?? 0).sort(compare);
}

/** Values of every member that is an enumeration, by `Structure.member`, `…[]` for elements, `…{}` for values. */
function readEnums(packageFolder: string, sdk: Record<string, unknown>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const valuesOf = (name: string): string[] | undefined => {
    const values = sdk[name];
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
    const list = Object.values(values);
    return list.every((value) => typeof value === 'string') ? list.sort(compare) : undefined;
  };
  const visitType = (type: ts.TypeNode, path: string): void => {
    if (ts.isUnionTypeNode(type)) {
      for (const part of type.types) visitType(part, path);
    } else if (ts.isArrayTypeNode(type)) {
      visitType(type.elementType, `${path}[]`);
    } else if (ts.isParenthesizedTypeNode(type)) {
      visitType(type.type, path);
    } else if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
      const value = type.typeArguments?.[1];
      if (type.typeName.text === 'Record' && value) visitType(value, `${path}{}`);
      const values = valuesOf(type.typeName.text);
      if (values) found[path] = values;
    }
  };
  for (const file of ['models_0.d.ts', 'models_1.d.ts']) {
    const text = readFileSync(join(packageFolder, 'dist-types', 'models', file), 'utf8');
    for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
      if (!ts.isInterfaceDeclaration(statement)) continue;
      for (const member of statement.members) {
        if (ts.isPropertySignature(member) && member.type && ts.isIdentifier(member.name)) {
          visitType(member.type, `${statement.name.text}.${member.name.text}`);
        }
      }
    }
  }
  return found;
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(generateSchemas())) {
    writeFileSync(new URL(name, import.meta.url), text);
  }
}
