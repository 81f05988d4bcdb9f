import { isDeepStrictEqual } from 'node:util';
import { validationError } from './errors.ts';
import { createScope } from './evaluate.ts';
import { functionOf, isList, isScalar, onlyMember, textOf } from './json.ts';
import { knownJson } from './nodes.ts';
import type { Scope } from './scope.ts';
import type { JsonValue, PseudoParameters, ResolvedParameters, Surroundings, Template } from './types.ts';

/** Conditions and rules know no resources and no exports. */
export const NO_SURROUNDINGS: Surroundings = {
  refOf: () => ({ kind: 'missing' }),
  attributeOf: () => ({ kind: 'missing' }),
  exportOf: () => ({ kind: 'missing' }),
  stackOutputOf: () => ({ kind: 'missing' }),
  availabilityZonesOf: () => [],
};

/** A boolean function: its name and its argument; `{ "Condition": "X" }` is one as well. */
export function booleanFunction(
  value: JsonValue,
): { readonly name: string; readonly argument: JsonValue } | undefined {
  const member = onlyMember(value);
  return member?.[0] === 'Condition' ? { name: 'Condition', argument: member[1] } : functionOf(value);
}

/** Checks the form of a condition; `checkValue` that of the values which it compares. Throws ValidationError. */
export function checkConditionForm(condition: JsonValue, checkValue: (value: JsonValue) => void): void {
  const called = booleanFunction(condition);
  if (!called)
    throw validationError(
      'Template format error: Conditions can only be boolean operations on parameters and other conditions',
    );
  const { name, argument } = called;
  switch (name) {
    case 'Condition':
      // Source: Eucalyptus, which took CloudFormation's words.
      if (typeof argument !== 'string')
        throw validationError('Template error: All Conditions must be of type string');
      return;
    case 'Fn::Equals':
      for (const value of equalsOf(argument)) checkValue(value);
      return;
    case 'Fn::And':
    case 'Fn::Or':
      for (const part of partsOf(name, argument)) checkConditionForm(part, checkValue);
      return;
    case 'Fn::Not':
      checkConditionForm(negatedOf(argument), checkValue);
      return;
    default:
      checkValue(condition);
  }
}

/** Source: recorded in LocalStack's tests against AWS. */
export function equalsOf(argument: JsonValue): readonly [JsonValue, JsonValue] {
  const [one, other] = isList(argument) && argument.length === 2 ? argument : [];
  if (one === undefined || other === undefined)
    throw validationError('Template error: every Fn::Equals object requires a list of 2 string parameters.');
  return [one, other];
}

/** Source: public reports of this message. */
export function partsOf(name: string, argument: JsonValue): readonly JsonValue[] {
  if (!isList(argument) || argument.length < 2 || argument.length > 10)
    throw validationError(
      `Template error: every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`,
    );
  return argument;
}

/** Source: Eucalyptus, which took CloudFormation's words. */
export function negatedOf(argument: JsonValue): JsonValue {
  const [part] = isList(argument) && argument.length === 1 ? argument : [];
  if (part === undefined)
    throw validationError('Template error: Fn::Not requires a list argument with one element');
  return part;
}

/** Whether each condition of a template holds. Throws ValidationError. */
export function decideConditions(
  template: Template,
  parameters: ResolvedParameters,
  pseudo: PseudoParameters,
): ReadonlyMap<string, boolean> {
  const decided = new Map<string, boolean>();
  const open: string[] = [];
  const decide = (name: string): boolean | undefined => {
    const known = decided.get(name);
    if (known !== undefined) return known;
    const condition = template.conditions.get(name);
    if (condition === undefined) return undefined;
    if (open.includes(name))
      // Source: Eucalyptus, which took CloudFormation's words.
      throw validationError(
        `Template error: Found circular condition dependency: [${open.slice(open.indexOf(name)).join(', ')}]`,
      );
    open.push(name);
    const holds = isTrue(condition, scope);
    open.pop();
    decided.set(name, holds);
    return holds;
  };
  const scope = createScope({
    mappings: template.mappings,
    parameters,
    pseudo,
    surroundings: NO_SURROUNDINGS,
    condition: decide,
  });
  for (const name of template.conditions.keys()) decide(name);
  return decided;
}

/** Whether a boolean function holds. `more` knows functions that only its caller has. Throws ValidationError. */
export function isTrue(
  condition: JsonValue,
  scope: Scope,
  more: (name: string, argument: JsonValue) => boolean | undefined = () => undefined,
): boolean {
  const called = booleanFunction(condition);
  if (!called) return condition === true || condition === 'true';
  const { name, argument } = called;
  switch (name) {
    case 'Condition': {
      const holds = scope.condition(textOf(argument));
      if (holds === undefined)
        throw validationError(
          `Template error: unresolved condition dependency ${textOf(argument)} in Condition`,
        );
      return holds;
    }
    case 'Fn::And':
      return partsOf(name, argument).every((part) => isTrue(part, scope, more));
    case 'Fn::Or':
      return partsOf(name, argument).some((part) => isTrue(part, scope, more));
    case 'Fn::Not':
      return !isTrue(negatedOf(argument), scope, more);
    case 'Fn::Equals': {
      const [one, other] = equalsOf(argument).map((value) => comparable(value, scope));
      return isDeepStrictEqual(one, other);
    }
    default: {
      const own = more(name, argument);
      if (own !== undefined) return own;
      const value = comparable(condition, scope);
      return value === 'true';
    }
  }
}

/** Numbers and booleans compare as their text. */
function comparable(value: JsonValue, scope: Scope): JsonValue | undefined {
  const known = knownJson(scope.evaluate(value));
  return isScalar(known) ? String(known) : known;
}
