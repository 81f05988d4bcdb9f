import { VALUE_FUNCTIONS } from './functions/table.ts';
import { functionOf, isList } from './json.ts';
import { NO_VALUE, type Node, toEvaluation } from './nodes.ts';
import type { Scope } from './scope.ts';
import type { Evaluation, JsonValue, PreparedTemplate, Surroundings } from './types.ts';

/**
 * A value of a template without functions: a resource's properties, an output's value, a policy's attribute. What is
 * `AWS::NoValue` is left out. Throws ValidationError where a function cannot be evaluated.
 */
export function evaluate(
  value: JsonValue,
  prepared: PreparedTemplate,
  surroundings: Surroundings,
): Evaluation {
  const scope = createScope({
    mappings: prepared.template.mappings,
    parameters: prepared.parameters,
    pseudo: prepared.pseudo,
    surroundings,
    condition: (name) => prepared.conditions.get(name),
  });
  return toEvaluation(scope.evaluate(value));
}

/** A scope with its evaluation. */
export function createScope(parts: Omit<Scope, 'evaluate'>): Scope {
  const scope: Scope = { ...parts, evaluate: (value) => evaluateIn(value, scope) };
  return scope;
}

function evaluateIn(value: JsonValue, scope: Scope): Node {
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => scope.evaluate(item)).filter((item) => item !== NO_VALUE);
  const called = functionOf(value);
  const definition = called && VALUE_FUNCTIONS.get(called.name);
  if (called && definition) return definition.evaluate(called.argument, scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, scope.evaluate(item)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}
