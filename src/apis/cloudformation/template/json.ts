import type { JsonObject, JsonValue } from './types.ts';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

/** CloudFormation takes numbers and booleans wherever it wants a string. */
export const isScalar = (value: JsonValue | undefined): value is string | number | boolean =>
  value !== undefined && typeof value !== 'object';

/** A scalar as text; empty for what has been checked to be one and is none. */
export const textOf = (value: JsonValue | undefined): string => (isScalar(value) ? String(value) : '');

/** An object's own member: no name of a template's finds what every object of JavaScript has. */
export const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** The only member of an object, as every function is one. */
export function onlyMember(value: JsonValue): readonly [key: string, value: JsonValue] | undefined {
  if (!isObject(value)) return undefined;
  const members = Object.entries(value);
  return members.length === 1 ? members[0] : undefined;
}

/** The function that a value is, such as `{ "Fn::Join": … }`; undefined when it is none. */
export function functionOf(
  value: JsonValue,
): { readonly name: string; readonly argument: JsonValue } | undefined {
  const member = onlyMember(value);
  if (!member) return undefined;
  const [name, argument] = member;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}
