import { validationError } from './errors.ts';
import { isList, isObject, own } from './json.ts';
import { readTemplate } from './read-template.ts';
import type { JsonObject, JsonValue } from './types.ts';

const INCLUDE = 'AWS::Include';

/** Source of the words behind this: public reports of them. */
const failed = (reason: string): Error => validationError(`Transform AWS::Include failed with: ${reason}`);

/** Whether a document has an `AWS::Include`, at its top or anywhere else. */
export const hasIncludes = (value: JsonValue): boolean =>
  typeof value === 'object' &&
  ((isObject(value) && includesOf(value).length > 0) || Object.values(value).some(hasIncludes));

/**
 * A document with what its `AWS::Include`s name in their places. `read` gives the text at a place in S3, which it takes
 * as it is written: a text or a function. What is included includes nothing further. Throws ValidationError. Source: the
 * user guide, "AWS::Include transform".
 */
export async function withIncludes(
  document: JsonObject,
  read: (location: JsonValue) => Promise<string>,
): Promise<JsonObject> {
  const expand = async (value: JsonValue): Promise<JsonValue> => {
    if (typeof value !== 'object') return value;
    if (isList(value)) return Promise.all(value.map(expand));
    const found = includesOf(value);
    const members = await Promise.all(
      Object.entries(value).map(async ([key, item]) => [key, await expand(item)] as const),
    );
    const kept: JsonObject = Object.fromEntries(
      members.flatMap(([key, item]) => {
        const left = key === 'Fn::Transform' || key === 'Transform' ? withoutIncludes(item) : item;
        return left === undefined ? [] : [[key, left] as const];
      }),
    );
    const parts = await Promise.all(found.map(async (location) => snippet(await read(location))));
    return parts.reduce(merge, kept);
  };
  const expanded = await expand(document);
  return isObject(expanded) ? expanded : document;
}

/** Where what an object includes lies: a list as long as there are includes in it. */
function includesOf(object: JsonObject): JsonValue[] {
  return ['Fn::Transform', 'Transform'].flatMap((key) => {
    const value = own(object, key);
    if (value === undefined) return [];
    return (isList(value) ? value : [value]).flatMap((one) => {
      if (!isObject(one) || own(one, 'Name') !== INCLUDE) return [];
      const parameters = own(one, 'Parameters');
      const location =
        parameters !== undefined && isObject(parameters) ? own(parameters, 'Location') : undefined;
      if (location === undefined) throw failed('The location parameter is not a valid S3 uri.');
      return [location];
    });
  });
}

/** The transforms that are left; undefined where there are none. */
function withoutIncludes(value: JsonValue): JsonValue | undefined {
  const isInclude = (one: JsonValue): boolean =>
    one === INCLUDE || (isObject(one) && own(one, 'Name') === INCLUDE);
  if (!isList(value)) return isInclude(value) ? undefined : value;
  const left = value.filter((one) => !isInclude(one));
  return left.length === 0 ? undefined : left;
}

function snippet(text: string): JsonObject {
  try {
    return readTemplate(text);
  } catch {
    throw failed("The specified S3 object's content should be valid Yaml/JSON");
  }
}

/** Members of both; those that are objects in both, such as sections, hold what both have. */
function merge(one: JsonObject, other: JsonObject): JsonObject {
  const merged = Object.entries(other).map(([key, value]): [string, JsonValue] => {
    const there = own(one, key);
    return [key, there !== undefined && isObject(there) && isObject(value) ? { ...there, ...value } : value];
  });
  return { ...one, ...Object.fromEntries(merged) };
}
