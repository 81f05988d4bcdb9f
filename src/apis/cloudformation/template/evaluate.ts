import type { Evaluation, JsonValue, PreparedTemplate, Surroundings } from './types.ts';

/** What stands in a change set for a value that is not yet known. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

/**
 * A value of a template without functions: a resource's properties, an output's value, a policy's attribute. What is
 * `AWS::NoValue` is left out. Throws ValidationError where a function cannot be evaluated.
 */
export function evaluate(
  value: JsonValue,
  prepared: PreparedTemplate,
  surroundings: Surroundings,
): Evaluation {
  throw new Error(`Not built: ${typeof value} ${prepared.pseudo.region} ${typeof surroundings}`);
}
