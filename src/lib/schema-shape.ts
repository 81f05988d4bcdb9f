import { readFileSync } from 'node:fs';

/** As much of a JSON Schema as the generated files have of it. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
};
export type SchemaFile = { readonly definitions: Readonly<Record<string, Schema>> };

/** A file of `schemas/` by its name. Throws when it is not there. */
export function readSchemaFile(name: string): SchemaFile {
  const url = new URL(`../../schemas/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as SchemaFile;
}

/** The schema that a reference stands for. */
export const dereference = (schema: Schema, file: SchemaFile): Schema | undefined =>
  schema.$ref ? file.definitions[schema.$ref.replace(/^.*#\/definitions\//, '')] : schema;

/** Which member of a structure a name means; undefined where it has no such member. */
export type NameMember = (properties: Readonly<Record<string, Schema>>, name: string) => string | undefined;

/**
 * Gives a value the form of its schema, as far as texts can be read as what is asked for: `"80"` is 80 where a number
 * is, `"true"` is true, `""` is an empty list or structure. Members are named by `nameMember`; keys of maps stay as they
 * are. What does not fit stays as it is: whoever checks it finds better words.
 */
export function shapeBySchema(
  value: unknown,
  schema: Schema,
  file: SchemaFile,
  nameMember: NameMember,
): unknown {
  const target = dereference(schema, file);
  if (!target) return value;
  const { items, properties, additionalProperties } = target;
  const shape = (part: unknown, inner: Schema): unknown => shapeBySchema(part, inner, file, nameMember);
  if (Array.isArray(value)) return items ? value.map((item) => shape(item, items)) : value;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]): [string, unknown] => {
      if (!properties)
        return [
          name,
          typeof additionalProperties === 'object' ? shape(member, additionalProperties) : member,
        ];
      const known = nameMember(properties, name);
      const inner = known === undefined ? undefined : properties[known];
      return inner === undefined || known === undefined ? [name, member] : [known, shape(member, inner)];
    });
    return Object.fromEntries(members);
  }
  const types = typeof target.type === 'string' ? [target.type] : (target.type ?? []);
  return types.length === 0 ? value : shapeScalar(value, types);
}

function shapeScalar(value: unknown, types: readonly string[]): unknown {
  if ((typeof value === 'number' || typeof value === 'boolean') && types.includes('string')) {
    return types.includes(typeof value) ? value : String(value);
  }
  if (typeof value !== 'string' || types.includes('string')) return value;
  if (value === '' && types.includes('array')) return [];
  if (value === '' && types.includes('object')) return {};
  if (types.includes('boolean') && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  const isNumber = types.includes('integer') || types.includes('number');
  return isNumber && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
