import { createRequire } from 'node:module';
import type { Ajv as AjvClass, ErrorObject, ValidateFunction } from 'ajv';
import {
  dereference,
  readSchemaFile,
  shapeBySchema,
  type Schema,
  type SchemaFile,
} from '../lib/schema-shape.ts';
import type { Api } from '../model/api.ts';
import { AwsError } from '../model/aws-error.ts';

/** Checks the input of an action and returns what counts of it. Throws AwsError in the service's words. */
export type CheckInput = (api: Api, action: string, input: unknown) => unknown;

/**
 * Makes the check by the generated schemas. Files are read and checks compiled when an action is first called: most
 * runs use few of them, and start-up pays for none.
 */
export function createInputCheck(): CheckInput {
  const files = new Map<string, SchemaFile>();
  const validators = new Map<string, ValidateFunction>();
  let ajv: AjvClass | undefined;

  const readSchemas = (name: string): SchemaFile => {
    let file = files.get(name);
    if (!file) {
      file = readSchemaFile(name);
      files.set(name, file);
      ajv ??= createAjv();
      ajv.addSchema({ ...file, $id: name });
    }
    return file;
  };

  return (api, action, input) => {
    if (api.schema === undefined) return input;
    const file = readSchemas(api.schema);
    const definition = `${action}Request`;
    const schema = file.definitions[definition];
    if (!schema) return input;
    const key = `${api.schema}#/definitions/${definition}`;
    let validate = validators.get(key);
    if (!validate) {
      validate = ajv?.getSchema(key);
      if (!validate) throw new Error(`${key} is not in the schemas`);
      validators.set(key, validate);
    }
    // Forms have texts alone.
    const typed = api.wire.protocol === 'query' ? shapeBySchema(input, schema, file, sameName) : input;
    const known = keepKnown(typed, schema, file);
    if (validate(known)) return known;
    const [error] = validate.errors ?? [];
    throw error ? invalid(api, action, error) : new Error(`${key} refused without an error`);
  };
}

const sameName = (properties: Readonly<Record<string, Schema>>, name: string): string | undefined =>
  Object.hasOwn(properties, name) ? name : undefined;

function createAjv(): AjvClass {
  // Loaded here and not at the start: see above.
  const { Ajv } = createRequire(import.meta.url)('ajv') as { Ajv: typeof AjvClass };
  return new Ajv({ strict: false, verbose: true, validateSchema: false, allowUnionTypes: true });
}

/** AWS ignores members that it does not know and those that are null. Lists keep their nulls: those are refused. */
function keepKnown(value: unknown, schema: Schema, file: SchemaFile): unknown {
  const target = dereference(schema, file);
  if (!target || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const { items } = target;
    return items ? value.map((item) => keepKnown(item, items, file)) : value;
  }
  const members: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const known = member === null ? undefined : memberSchema(target, name);
    if (known !== undefined) members.push([name, keepKnown(member, known, file)]);
  }
  return Object.fromEntries(members);
}

/** Structures know their members; maps take any name; where the schema says nothing of an object, all is kept. */
function memberSchema({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  if (properties) return Object.hasOwn(properties, name) ? properties[name] : undefined;
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}

function invalid(api: Api, action: string, error: ErrorObject): AwsError {
  const path = pathOf(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required':
      return api.missingMember(action, [path, String(params['missingProperty'])].filter(Boolean).join('.'));
    case 'enum':
      return api.invalidEnum(action, path, error.data, params['allowedValues'] as string[]);
    case 'type':
      return wrongType(error.data, params['type']);
    default:
      return api.invalidValue(action, path, error.data, constraint(error));
  }
}

/** A bound in the words that AWS's services share. */
function constraint({ keyword, params, message }: ErrorObject): string {
  const { limit, pattern } = params as { limit?: number; pattern?: string };
  switch (keyword) {
    case 'minimum':
      return `Member must have value greater than or equal to ${String(limit)}`;
    case 'maximum':
      return `Member must have value less than or equal to ${String(limit)}`;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return `Member must have length greater than or equal to ${String(limit)}`;
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return `Member must have length less than or equal to ${String(limit)}`;
    case 'pattern':
      // The schemas anchor patterns, which AWS's words leave out.
      return `Member must satisfy regular expression pattern: ${String(pattern).replaceAll(/^\^|\$$/g, '')}`;
    default:
      return message ?? keyword;
  }
}

/** `/containerDefinitions/0/name` → `containerDefinitions[0].name`. */
const pathOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) =>
      /^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`,
    )
    .join('')
    .replace(/^\./, '');

/** Source: answers of awsJson services to values of the wrong JSON type. */
function wrongType(value: unknown, expected: unknown): AwsError {
  const names: Readonly<Record<string, string>> = {
    string: 'a String',
    integer: 'an Integer',
    number: 'a Double',
    boolean: 'a Boolean',
  };
  const wanted = names[String(Array.isArray(expected) ? expected[0] : expected)];
  if (typeof value === 'object' && value !== null) {
    const found = Array.isArray(value) ? 'Start of list' : 'Start of structure or map';
    return new AwsError('SerializationException', `${found} found where not expected.`);
  }
  const kind =
    value === null
      ? 'NULL'
      : value === true
        ? 'TRUE'
        : value === false
          ? 'FALSE'
          : typeof value === 'number'
            ? 'NUMBER'
            : 'STRING';
  return wanted === undefined
    ? new AwsError('SerializationException', 'Unexpected field type')
    : new AwsError('SerializationException', `${kind}_VALUE can not be converted to ${wanted}`);
}
