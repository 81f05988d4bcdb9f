import { createScope } from './evaluate.ts';
import { isTrue, NO_SURROUNDINGS } from './conditions.ts';
import { validationError } from './errors.ts';
import { isList, isScalar } from './json.ts';
import { knownJson } from './nodes.ts';
import type { Scope } from './scope.ts';
import type { JsonValue, PseudoParameters, ResolvedParameters, Template } from './types.ts';

/**
 * That every assertion of every rule whose condition holds is true. Throws ValidationError with the assertion's
 * description. Source: the user guide, "CloudFormation template Rules syntax" and "Rule-specific intrinsic functions".
 */
export function checkRules(
  template: Template,
  parameters: ResolvedParameters,
  pseudo: PseudoParameters,
): void {
  const scope = createScope({
    mappings: template.mappings,
    parameters,
    pseudo,
    surroundings: NO_SURROUNDINGS,
    condition: () => undefined,
  });
  const holds = (assertion: JsonValue): boolean =>
    isTrue(assertion, scope, (name, argument) => ruleFunction(name, argument, scope));
  for (const [name, rule] of template.rules) {
    if (rule.condition !== undefined && !holds(rule.condition)) continue;
    for (const { assert, description } of rule.assertions)
      if (!holds(assert))
        // The wording around the description is ours.
        throw validationError(
          `Template error: Rule ${name} is not fulfilled: ${description ?? 'its assertion is false.'}`,
        );
  }
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
    case 'Fn::RefAll':
    case 'Fn::ValueOf':
    case 'Fn::ValueOfAll':
      throw lacksAccount(name);
    default:
      return undefined;
  }
}

/** These three look into the account: all of its VPCs, the tags of a subnet. */
const lacksAccount = (name: string): Error =>
  validationError(
    `Template error: ${name} is not built in ecsidecar: it asks for what there is in the account's VPCs.`,
  );

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

function valueOf(value: JsonValue, scope: Scope): JsonValue | undefined {
  if (typeof value === 'object' && !isList(value))
    for (const name of ['Fn::RefAll', 'Fn::ValueOf', 'Fn::ValueOfAll'])
      if (Object.hasOwn(value, name)) throw lacksAccount(name);
  return knownJson(scope.evaluate(value));
}

function textOf(name: string, value: JsonValue, scope: Scope): string {
  const known = valueOf(value, scope);
  if (!isScalar(known)) throw wrongArgument(name);
  return String(known);
}

function textsOf(name: string, value: JsonValue, scope: Scope): readonly string[] {
  const known = valueOf(value, scope);
  if (known === undefined || !isList(known) || !known.every(isScalar)) throw wrongArgument(name);
  return known.map(String);
}
