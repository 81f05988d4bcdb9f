import { createScope } from './evaluate.ts';
import { isTrue, NO_SURROUNDINGS } from './conditions.ts';
import { validationError } from './errors.ts';
import { functionOf, isList, isObject, isScalar } from './json.ts';
import { knownJson } from './nodes.ts';
import type { Scope } from './scope.ts';
import type { JsonValue, PseudoParameters, ResolvedParameters, Template } from './types.ts';

/**
 * What is known of something that a parameter names by its id: the values of an attribute, such as `VpcId` of a subnet
 * or `Tags.Department`; undefined where nobody knows it.
 */
export type AccountFacts = (id: string, attribute: string) => readonly string[] | undefined;

/**
 * That every assertion of every rule whose condition holds is true. Throws ValidationError with the assertion's
 * description. What asks for something that nobody knows, as of a subnet that no stack has made, is not held against
 * the parameters. Source: the user guide, "CloudFormation template Rules syntax" and "Rule-specific intrinsic functions".
 */
export function checkRules(
  template: Template,
  parameters: ResolvedParameters,
  pseudo: PseudoParameters,
  facts: AccountFacts = () => undefined,
): void {
  const scope = createScope({
    mappings: template.mappings,
    parameters,
    pseudo,
    surroundings: NO_SURROUNDINGS,
    condition: () => undefined,
  });
  /** Undefined where nobody knows. */
  const holds = (assertion: JsonValue): boolean | undefined => {
    const known = withFacts(assertion, { template, parameters, facts });
    return known === undefined
      ? undefined
      : isTrue(known, scope, (name, argument) => ruleFunction(name, argument, scope));
  };
  for (const [name, rule] of template.rules) {
    if (rule.condition !== undefined && holds(rule.condition) !== true) continue;
    for (const { assert, description } of rule.assertions)
      if (holds(assert) === false)
        // The wording around the description is ours.
        throw validationError(
          `Template error: Rule ${name} is not fulfilled: ${description ?? 'its assertion is false.'}`,
        );
  }
}

type Asked = {
  readonly template: Template;
  readonly parameters: ResolvedParameters;
  readonly facts: AccountFacts;
};

/** A value with the three functions that look at parameters by their types replaced; undefined where one is not known. */
function withFacts(value: JsonValue, asked: Asked): JsonValue | undefined {
  if (isList(value)) {
    const items = value.map((item) => withFacts(item, asked));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isObject(value)) return value;
  const called = functionOf(value);
  switch (called?.name) {
    case 'Fn::RefAll':
      return idsOfType(textIn(called.argument), asked);
    case 'Fn::ValueOf': {
      const [parameter, attribute] = namesIn(called.name, called.argument);
      if (!asked.template.parameters.has(parameter))
        throw validationError(
          `Template error: ${called.name} names ${parameter}, which is no parameter of the template.`,
        );
      const values = valuesOf(idsOf(parameter, asked), attribute, asked);
      const isOne = !Array.isArray(asked.parameters.get(parameter)?.value);
      return isOne && values?.length === 1 ? values[0] : values;
    }
    case 'Fn::ValueOfAll': {
      const [type, attribute] = namesIn(called.name, called.argument);
      return valuesOf(idsOfType(type, asked), attribute, asked);
    }
    default: {
      const members = Object.entries(value).map(([key, item]) => [key, withFacts(item, asked)] as const);
      return members.every((member): member is readonly [string, JsonValue] => member[1] !== undefined)
        ? Object.fromEntries(members)
        : undefined;
    }
  }
}

const idsOf = (parameter: string, { parameters }: Asked): readonly string[] =>
  [parameters.get(parameter)?.value ?? []].flat().filter((id) => id !== '');

/** The values of all parameters of a type, of lists of it as well. */
const idsOfType = (type: string, asked: Asked): readonly string[] =>
  [...asked.template.parameters]
    .filter(([, declaration]) => declaration.type === type || declaration.type === `List<${type}>`)
    .flatMap(([name]) => idsOf(name, asked));

function valuesOf(
  ids: readonly string[],
  attribute: string,
  { facts }: Asked,
): readonly string[] | undefined {
  const values = ids.map((id) => facts(id, attribute));
  return values.every((value) => value !== undefined) ? values.flat() : undefined;
}

/** The wording is ours. Source of the rule: no function may stand in these three. */
const wrongNames = (name: string): Error =>
  validationError(`Template error: every ${name} object requires a parameter or its type, and an attribute.`);

function namesIn(name: string, argument: JsonValue): readonly [string, string] {
  const [one, other] = isList(argument) && argument.length === 2 ? argument : [];
  if (typeof one !== 'string' || typeof other !== 'string') throw wrongNames(name);
  return [one, other];
}

function textIn(argument: JsonValue): string {
  if (typeof argument !== 'string')
    throw validationError('Template error: every Fn::RefAll object requires the type of parameters.');
  return argument;
}

function ruleFunction(name: string, argument: JsonValue, scope: Scope): boolean | undefined {
  switch (name) {
    case 'Fn::Contains': {
      const [list, value] = pairOf(name, argument);
      const wanted = textOf(name, value, scope);
      return textsOf(name, list, scope).includes(wanted);
    }
    case 'Fn::EachMemberEquals': {
      const [list, value] = pairOf(name, argument);
      const wanted = textOf(name, value, scope);
      return textsOf(name, list, scope).every((text) => text === wanted);
    }
    case 'Fn::EachMemberIn': {
      const [list, other] = pairOf(name, argument);
      const allowed = textsOf(name, other, scope);
      return textsOf(name, list, scope).every((text) => allowed.includes(text));
    }
    default:
      return undefined;
  }
}

/** The wording is ours. */
const wrongArgument = (name: string): Error =>
  validationError(
    `Template error: every ${name} object requires a list of strings and what it is compared with.`,
  );

function pairOf(name: string, argument: JsonValue): readonly [JsonValue, JsonValue] {
  const [one, other] = isList(argument) && argument.length === 2 ? argument : [];
  if (one === undefined || other === undefined) throw wrongArgument(name);
  return [one, other];
}

function textOf(name: string, value: JsonValue, scope: Scope): string {
  const known = knownJson(scope.evaluate(value));
  if (!isScalar(known)) throw wrongArgument(name);
  return String(known);
}

function textsOf(name: string, value: JsonValue, scope: Scope): readonly string[] {
  const known = knownJson(scope.evaluate(value));
  if (known === undefined || !isList(known) || !known.every(isScalar)) throw wrongArgument(name);
  return known.map(String);
}
