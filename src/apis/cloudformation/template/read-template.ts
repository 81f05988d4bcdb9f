import {
  isMap,
  isScalar as isYamlScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  type ScalarTag,
} from 'yaml';
import { validationError } from './errors.ts';
import { isObject } from './json.ts';
import { isShortForm, longForm } from './short-forms.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** Ours, so that no template overflows the stack; CloudFormation's bound is not told. */
const MAX_DEPTH = 200;

/** Kinds of YAML 1.1 that CloudFormation leaves out. Source: the user guide, "AWS CloudFormation template formats". */
const UNSUPPORTED_TAGS = ['binary', 'omap', 'pairs', 'set', 'timestamp', 'merge'].map(
  (name) => `tag:yaml.org,2002:${name}`,
);

/** `y` and `n` are text, as in CloudFormation's reader of YAML. */
const BOOLEAN = 'tag:yaml.org,2002:bool';
const booleanTag = (value: boolean, test: RegExp): ScalarTag => ({
  tag: BOOLEAN,
  default: true,
  test,
  resolve: () => new Scalar(value),
});

/** A template's text as JSON, with the short forms of YAML written out. Throws ValidationError. */
export function readTemplate(text: string): JsonObject {
  if (text.trim() === '') throw validationError('Either Template URL or Template Body must be specified.');
  const value = text.trimStart().startsWith('{') ? readJson(text) : readYaml(text);
  // Source: what CloudFormation answers to a file's name in place of a template, in public reports of it.
  if (!isObject(value)) throw validationError('Template format error: unsupported structure.');
  return value;
}

function readJson(text: string): JsonValue {
  let value: unknown;
  try {
    value = JSON.parse(text, withDecimals);
  } catch (error) {
    throw validationError(`Template format error: JSON not well-formed.${placeInJson(error, text)}`);
  }
  return checked(value, []);
}

/** Every number with a decimal point keeps it. */
function withDecimals(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? numberOf(value, context.source) : value;
}

/**
 * What CloudFormation makes of a number: `1.0` stays so, as text, since it is text for most properties and a number is
 * read from text where one is wanted; and so is what a number cannot hold exactly. An account's `012345678901` is no
 * octal number, and text.
 */
function numberOf(value: number, source: string): JsonValue {
  if (!Number.isFinite(value) || /^[+-]?0\d*[89]/.test(source)) return source;
  if (!Number.isInteger(value)) return value;
  if (/^[+-]?\d+\.\d*$/.test(source)) return `${value}.0`;
  return Number.isSafeInteger(value) ? value : source;
}

/** ` (line 1, column 25)`; empty where the engine names no place. */
function placeInJson(error: unknown, text: string): string {
  const at = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  if (at === undefined) return '';
  const before = text.slice(0, Number(at)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

/** The same value when it is one that a template may hold. */
function checked(value: unknown, path: readonly string[]): JsonValue {
  if (path.length > MAX_DEPTH) throw tooDeep();
  if (value === null) throw nullAt(path);
  if (Array.isArray(value)) return value.map((item, index) => checked(item, [...path, String(index)]));
  if (typeof value !== 'object') return value as JsonValue;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, checked(item, [...path, key])]));
}

const tooDeep = (): Error =>
  validationError(`Template format error: the template is nested more than ${MAX_DEPTH} levels deep`);

/** CloudFormation's path says Type where the template says Properties, as many reports of this message show. */
function nullAt(path: readonly string[]): Error {
  const shown = path.map((part, index) =>
    index === 2 && path[0] === 'Resources' && part === 'Properties' && path.length > 3 ? 'Type' : part,
  );
  return validationError(`[/${shown.join('/')}] 'null' values are not allowed in templates`);
}

function readYaml(text: string): JsonValue {
  const lines = new LineCounter();
  const malformed = (offset: number | undefined): Error => {
    const at = offset === undefined ? undefined : lines.linePos(offset);
    return validationError(
      `Template format error: YAML not well-formed.${at ? ` (line ${at.line}, column ${at.col})` : ''}`,
    );
  };
  const document = parseYaml(text, lines);
  // An alias that has no anchor is an alias before it is an error.
  const error = document.errors[0];
  if (error && !/alias/i.test(error.message)) throw malformed(error.pos[0]);
  for (const { code, pos } of document.warnings)
    if (code === 'TAG_RESOLVE_FAILED' && !isShortForm(text.slice(...pos))) throw malformed(pos[0]);

  const convert = (node: unknown, path: readonly string[]): JsonValue => {
    if (path.length > MAX_DEPTH) throw tooDeep();
    if (node === null || node === undefined) throw nullAt(path);
    const found = node as Node;
    const value = plain(found, path);
    return found.tag?.startsWith('!') === true ? longForm(found.tag, value) : value;
  };
  const plain = (node: Node, path: readonly string[]): JsonValue => {
    if (isMap(node))
      return Object.fromEntries(
        node.items.map((pair) => {
          if (!isYamlScalar(pair.key) || pair.key.tag?.startsWith('!') === true)
            throw validationError(
              `Template format error: [/${path.join('/')}] map keys must be strings; received a ${isSeq(pair.key) ? 'list' : 'map'} instead`,
            );
          const key = textOfKey(pair.key);
          return [key, convert(pair.value, [...path, key])];
        }),
      );
    if (isSeq(node)) return node.items.map((item, index) => convert(item, [...path, String(index)]));
    if (isYamlScalar(node)) return scalarOf(node, path);
    throw validationError('Template error: YAML aliases are not allowed in CloudFormation templates');
  };
  return convert(document.contents, []);
}

/** A number or `true` as a key is its text: `012345678901` of an account loses its zero, in CloudFormation as well. */
const textOfKey = (key: Scalar): string => (typeof key.value === 'string' ? key.value : String(key.value));

function scalarOf(node: Scalar, path: readonly string[]): JsonValue {
  const { value } = node;
  // `!Ref` and the like without anything behind them are an empty text.
  if (value === null || value === undefined) {
    if (node.tag?.startsWith('!') === true) return '';
    throw nullAt(path);
  }
  if (typeof value === 'number') return numberOf(value, node.source ?? String(value));
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  // What nobody writes: only kinds of YAML that are left out have other values.
  return node.source ?? '';
}

function parseYaml(text: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> {
  try {
    return parseDocument(text, {
      // `yes` is true, as in CloudFormation; `2010-09-09` stays text, since it has no timestamps.
      version: '1.1',
      customTags: (tags) => [
        ...tags.filter((tag) => typeof tag === 'string' || ![...UNSUPPORTED_TAGS, BOOLEAN].includes(tag.tag)),
        booleanTag(true, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/),
        booleanTag(false, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/),
      ],
      // The last of two keys of a name counts, as in CloudFormation's reader of YAML and in JSON.
      uniqueKeys: false,
      lineCounter,
      logLevel: 'silent',
    });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
}
