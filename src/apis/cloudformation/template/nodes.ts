import type { JsonValue } from './types.ts';

/** What stands in a change set for a value that is not yet known. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

const UNKNOWN_TEXT = Symbol('not yet known');
const NO_VALUE_MARK = Symbol('AWS::NoValue');

/** A value that is not yet known, with the text that a change set shows for it. No JSON can be one. */
export type Unknown = { readonly [UNKNOWN_TEXT]: string };
/** `AWS::NoValue`: what holds it is left out. */
export type NoValue = typeof NO_VALUE_MARK;

/** A value while it is evaluated. */
export type Node = string | number | boolean | Unknown | NoValue | readonly Node[] | NodeObject;
export type NodeObject = { readonly [key: string]: Node };

export const NO_VALUE: NoValue = NO_VALUE_MARK;
export const unknown = (text = KNOWN_AFTER_APPLY): Unknown => ({ [UNKNOWN_TEXT]: text });

export const isUnknown = (node: Node): node is Unknown => typeof node === 'object' && UNKNOWN_TEXT in node;
export const unknownText = (node: Unknown): string => node[UNKNOWN_TEXT];

export const isNodeList = (node: Node): node is readonly Node[] => Array.isArray(node);
export const isText = (node: Node): node is string | number | boolean =>
  typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean';

/** The JSON of a node with nothing unknown in it; undefined for any other. */
export function knownJson(node: Node): JsonValue | undefined {
  const { value, unknownPaths } = toEvaluation(node);
  return unknownPaths.length === 0 ? value : undefined;
}

/** The JSON of a node, and where it is not yet known. `AWS::NoValue` itself is an empty text. */
export function toEvaluation(node: Node): { value: JsonValue; unknownPaths: (readonly string[])[] } {
  const unknownPaths: (readonly string[])[] = [];
  const convert = (at: Node, path: readonly string[]): JsonValue => {
    if (at === NO_VALUE) return '';
    if (typeof at !== 'object') return at;
    if (isUnknown(at)) {
      unknownPaths.push(path);
      return unknownText(at);
    }
    if (isNodeList(at)) return at.map((item, index) => convert(item, [...path, String(index)]));
    return Object.fromEntries(Object.entries(at).map(([key, item]) => [key, convert(item, [...path, key])]));
  };
  return { value: convert(node, []), unknownPaths };
}
