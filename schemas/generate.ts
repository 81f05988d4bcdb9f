/**
 * Makes `ecs.json`, `logs.json` and the others: JSON Schemas of the requests that the gateway checks. Members, types and required
 * lists come from the runtime schemas of AWS's SDK, enumerations from its type declarations, bounds from `limits.ts`.
 * `npm run schemas` writes the files, and `resource-types.json` by resource-types.ts; a unit test compares them with what the installed SDK gives.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as scaling from '@aws-sdk/client-application-auto-scaling';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as serviceDiscovery from '@aws-sdk/client-servicediscovery';
import * as ssm from '@aws-sdk/client-ssm';
import { NormalizedSchema } from '@smithy/core/schema';
import { readDeclarations } from './declared-enums.ts';
import {
  CLOUDFORMATION_ACTIONS,
  ECR_ACTIONS,
  LOGS_ACTIONS,
  SCALING_ACTIONS,
  SECRETS_MANAGER_ACTIONS,
  SSM_ACTIONS,
} from './actions.ts';
import { DOUBLES, ENUM_ORDER, LIMITS, LIST_LIMITS } from './limits.ts';
import { printResourceTypes } from './resource-types.ts';

export type ServiceName =
  | 'ecs'
  | 'logs'
  | 'application-autoscaling'
  | 'cloudformation'
  | 'ssm'
  | 'secretsmanager'
  | 'ecr'
  | 'servicediscovery';
type JsonSchema = { readonly [keyword: string]: unknown };
type SchemaFile = {
  readonly $schema: string;
  readonly $id: ServiceName;
  readonly $comment: string;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
};

type Source = {
  readonly packageName: string;
  readonly sdk: object;
  /** None: every action that the SDK has. */
  readonly actions?: readonly string[];
  readonly limits: Readonly<Record<string, JsonSchema>>;
  readonly listLimits: Readonly<Record<string, JsonSchema>>;
  readonly doubles: readonly string[];
};

/** The actions check the bounds. */
const UNLIMITED = { limits: {}, listLimits: {}, doubles: [] };

const SOURCES: Readonly<Record<ServiceName, Source>> = {
  ecs: {
    packageName: '@aws-sdk/client-ecs',
    sdk: ecs,
    limits: LIMITS,
    listLimits: LIST_LIMITS,
    doubles: DOUBLES,
  },
  // Logs refuses values outside its bounds in words that depend on the action: the actions check them.
  logs: {
    packageName: '@aws-sdk/client-cloudwatch-logs',
    sdk: logs,
    actions: LOGS_ACTIONS,
    limits: {},
    listLimits: {},
    doubles: [],
  },
  'application-autoscaling': {
    packageName: '@aws-sdk/client-application-auto-scaling',
    sdk: scaling,
    actions: SCALING_ACTIONS,
    ...UNLIMITED,
  },
  cloudformation: {
    packageName: '@aws-sdk/client-cloudformation',
    sdk: cloudformation,
    actions: CLOUDFORMATION_ACTIONS,
    limits: {},
    listLimits: {},
    doubles: [],
  },
  ssm: { packageName: '@aws-sdk/client-ssm', sdk: ssm, actions: SSM_ACTIONS, ...UNLIMITED },
  secretsmanager: {
    packageName: '@aws-sdk/client-secrets-manager',
    sdk: secretsManager,
    actions: SECRETS_MANAGER_ACTIONS,
    ...UNLIMITED,
  },
  ecr: { packageName: '@aws-sdk/client-ecr', sdk: ecr, actions: ECR_ACTIONS, ...UNLIMITED },
  // All of its actions are served.
  servicediscovery: {
    packageName: '@aws-sdk/client-servicediscovery',
    sdk: serviceDiscovery,
    ...UNLIMITED,
  },
};

/** `[9, namespace, name, traits, () => input, () => output]`. Source: runtime schemas of AWS's SDK for JavaScript. */
type Operation = readonly [9, string, string, unknown, () => Parameters<typeof NormalizedSchema.of>[0]];

const isOperation = (value: unknown): value is Operation => Array.isArray(value) && value[0] === 9;

/** The schemas of a service's requests; the same for the same SDK. Throws where a rule of `limits.ts` fits nothing. */
export function generate(service: ServiceName): SchemaFile {
  const source = SOURCES[service];
  const manifest = createRequire(import.meta.url).resolve(`${source.packageName}/package.json`);
  const { version } = createRequire(import.meta.url)(manifest) as { version: string };
  const declarations = readDeclarations(join(dirname(manifest), 'dist-types', 'models'));
  const definitions = new Map<string, JsonSchema>();
  const unused = new Set([
    ...Object.keys(source.limits),
    ...Object.keys(source.listLimits),
    ...source.doubles.map((path) => `double ${path}`),
    ...(source.actions ?? []),
  ]);

  const limited = (schema: JsonSchema, rules: Source['limits'], key: string): JsonSchema => {
    unused.delete(key);
    return { ...schema, ...rules[key] };
  };

  const define = (name: string, structure: NormalizedSchema): void => {
    const members = structure.isStructSchema() ? [...structure.structIterator()] : [];
    const declared = structure.getName() ?? name;
    if (members.length > 0 && !declarations.structures.has(declared)) {
      throw new Error(`${declared} is not in the type declarations: its enumerations would be lost`);
    }
    // Put before its members are walked: structures may contain themselves.
    definitions.set(name, {});
    const properties = members
      .map(([member, schema]): [string, JsonSchema] => [
        member,
        toJsonSchema(schema, `${declared}.${member}`),
      ])
      .sort(([a], [b]) => compare(a, b));
    const required = requiredMembers(structure);
    definitions.set(name, {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 ? { required } : {}),
    });
  };

  const reference = (structure: NormalizedSchema, path: string): JsonSchema => {
    const name = structure.getName();
    if (name === undefined) throw new Error(`${path} is a structure without a name`);
    if (!definitions.has(name)) define(name, structure);
    return { $ref: `#/definitions/${name}` };
  };

  const toNumber = (path: string): JsonSchema => {
    const double = unused.delete(`double ${path}`);
    return limited({ type: double ? 'number' : 'integer' }, source.limits, path);
  };

  const toString = (path: string): JsonSchema => {
    const name = declarations.enumOf.get(path);
    if (name === undefined) return limited({ type: 'string' }, source.limits, path);
    const values = declarations.values.get(name) ?? [];
    return { type: 'string', enum: ordered(name, values) };
  };

  const toJsonSchema = (schema: NormalizedSchema, path: string): JsonSchema => {
    if (schema.isListSchema()) {
      const list = { type: 'array', items: toJsonSchema(schema.getValueSchema(), `${path}[]`) };
      return limited(limited(list, source.listLimits, schema.getName() ?? ''), source.limits, path);
    }
    if (schema.isMapSchema()) {
      return { type: 'object', additionalProperties: toJsonSchema(schema.getValueSchema(), `${path}{}`) };
    }
    if (schema.isStructSchema()) return reference(schema, path);
    if (schema.isDocumentSchema()) return {};
    // Epoch seconds; clients in other languages also send texts.
    if (schema.isTimestampSchema()) return { type: ['number', 'string'] };
    if (schema.isBooleanSchema()) return { type: 'boolean' };
    if (schema.isNumericSchema()) return toNumber(path);
    if (schema.isStringSchema() || schema.isBlobSchema()) return toString(path);
    throw new Error(`${path} is of a kind that is not known here`);
  };

  const operations = Object.values(source.sdk)
    .filter(isOperation)
    .filter(([, , action]) => source.actions?.includes(action) ?? true);
  for (const [, , action, , input] of operations) {
    unused.delete(action);
    define(`${action}Request`, NormalizedSchema.of(input()));
  }
  if (unused.size > 0) throw new Error(`${source.packageName} has no ${[...unused].join(', ')}`);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: service,
    $comment: `Generated by schemas/generate.ts from ${source.packageName} ${version}; not to be edited.`,
    definitions: Object.fromEntries([...definitions].sort(([a], [b]) => compare(a, b))),
  };
}

/** The text of a file: a definition a line, so that changes can be reviewed. */
export function print({ definitions, ...head }: SchemaFile): string {
  const lines = Object.entries(definitions).map(
    ([name, schema]) => `${JSON.stringify(name)}: ${JSON.stringify(schema)}`,
  );
  const headLines = Object.entries(head).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n${[...headLines, `"definitions": {\n${lines.join(',\n')}\n}`].join(',\n')}\n}\n`;
}

/** By code unit: the same on every machine. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of `[3, namespace, name, traits, members, schemas, count]` the first `count` members are required. */
function requiredMembers(structure: NormalizedSchema): string[] {
  const schema: unknown = structure.getSchema();
  if (!Array.isArray(schema)) return [];
  const [, , , , members = [], , count = 0] = schema as [0, 0, 0, 0, string[]?, unknown?, number?];
  return members.slice(0, count).sort(compare);
}

/** In the order ECS tells the values, where that is known. Throws when the SDK has others. */
function ordered(name: string, values: readonly string[]): readonly string[] {
  const order = ENUM_ORDER[name];
  if (!order) return values;
  if (order.toSorted().join() !== values.toSorted().join()) {
    throw new Error(`${name} has the values ${values.join(', ')}: put them in order in limits.ts`);
  }
  return order;
}

if (import.meta.main) {
  for (const service of Object.keys(SOURCES) as ServiceName[]) {
    writeFileSync(new URL(`${service}.json`, import.meta.url), print(generate(service)));
  }
  writeFileSync(new URL('resource-types.json', import.meta.url), await printResourceTypes());
}
