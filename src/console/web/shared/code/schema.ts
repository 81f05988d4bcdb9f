import type { Schema } from '@cfworker/json-schema';

/** One of the generated schemas' definitions, with all of them for what it refers to. */
export type SchemaDefinition = {
  readonly name: string;
  readonly definitions: Readonly<Record<string, Schema>>;
};

/** A schema itself rather than where it is. */
function resolved({ definitions }: SchemaDefinition, schema: Schema | undefined): Schema | undefined {
  const reference = schema?.$ref;
  if (reference === undefined) return schema;
  return definitions[reference.replace('#/definitions/', '')];
}

/** The schema of what is at this path of a document; undefined where the schema knows none. */
export function schemaAt(
  definition: SchemaDefinition,
  path: readonly (string | number)[],
): Schema | undefined {
  let at = resolved(definition, definition.definitions[definition.name]);
  for (const step of path) {
    if (typeof step === 'number') at = resolved(definition, onlySchema(at?.items));
    else at = resolved(definition, propertyOf(at, step) ?? onlySchema(at?.additionalProperties));
  }
  return at;
}

/** Own properties alone: a document may ask for `constructor`. */
function propertyOf(schema: Schema | undefined, name: string): Schema | undefined {
  const properties = schema?.properties ?? {};
  return Object.hasOwn(properties, name) ? onlySchema(properties[name]) : undefined;
}

const onlySchema = (schema: Schema | Schema[] | boolean | undefined): Schema | undefined =>
  typeof schema === 'object' && !Array.isArray(schema) ? schema : undefined;
