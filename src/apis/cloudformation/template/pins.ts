import { isList } from './json.ts';
import type { Evaluation, JsonValue, PreparedTemplate, ResourceDeclaration, Surroundings } from './types.ts';
import { evaluate } from './evaluate.ts';

/** Versions of SSM parameters by name: what `{{resolve:ssm:name}}` without one stands for in a version of a stack. */
export type Pins = Readonly<Record<string, number>>;

/** Without a version. */
const UNVERSIONED = /\{\{resolve:ssm:((?:arn:[^:{}]*:ssm:[^:{}]*:\d*:)?[\w./-]+)\}\}/g;

/** The names of all SSM parameters that a value refers to without a version. */
export function unversionedNames(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(UNVERSIONED)].map(([, name = '']) => name);
  if (typeof value !== 'object') return [];
  return Object.values(value).flatMap(unversionedNames);
}

/**
 * A resource's properties without functions. A reference to the newest value of an SSM parameter names the version that
 * it was when the operation was asked for, so that another value is another property, and a rollback goes back to it.
 */
export function evaluateProperties(
  { properties }: Pick<ResourceDeclaration, 'properties'>,
  prepared: PreparedTemplate,
  surroundings: Surroundings,
): Evaluation {
  const evaluation = evaluate(properties, prepared, surroundings);
  const { pins } = prepared;
  return pins ? { ...evaluation, value: pinned(evaluation.value, pins) } : evaluation;
}

function pinned(value: JsonValue, pins: Pins): JsonValue {
  if (typeof value === 'string')
    return value.replace(UNVERSIONED, (written, name: string) =>
      Object.hasOwn(pins, name) ? `{{resolve:ssm:${name}:${pins[name]}}}` : written,
    );
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => pinned(item, pins));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pinned(item, pins)]));
}
