import { createScope } from './evaluate.ts';
import { decideConditions, NO_SURROUNDINGS } from './conditions.ts';
import { declareConditions } from './declarations.ts';
import { validationError } from './errors.ts';
import { functionOf, isList, isObject, isScalar, own } from './json.ts';
import { knownJson } from './nodes.ts';
import type { Scope } from './scope.ts';
import { LOOP } from './template-from-document.ts';
import type { JsonObject, JsonValue, PseudoParameters, ResolvedParameters, Template } from './types.ts';

/** Messages behind this one and what a loop fills in were measured against AWS by MiniStack, where no other source is named. */
const failed = (reason: string): Error =>
  validationError(`Transform AWS::LanguageExtensions failed with: ${reason}`);

/** Source: the user guide, "Fn::ForEach". */
const MAX_NESTED_LOOPS = 5;
/** Ours: so many members loops may make, which is far more than a template of CloudFormation holds. */
const MAX_MEMBERS = 10_000;

/** What the identifiers of the loops around a place stand for. */
type Bindings = ReadonlyMap<string, string>;
/** `made`: how many members loops have made so far. */
type Expansion = { readonly scope: Scope; made: number };

/**
 * The document of a template with its loops expanded, and policies of deletion that are functions decided. The other
 * functions of the transform are evaluated with all others. Throws ValidationError.
 */
export function expandLanguageExtensions(
  template: Template,
  parameters: ResolvedParameters,
  pseudo: PseudoParameters,
): JsonObject {
  const scopeWith = (conditions: ReadonlyMap<string, boolean>): Scope =>
    createScope({
      mappings: template.mappings,
      parameters,
      pseudo,
      surroundings: NO_SURROUNDINGS,
      condition: (name) => conditions.get(name),
    });
  const written = own(template.document, 'Conditions') ?? {};
  const conditions = expandMembers(
    written,
    new Map(),
    { scope: scopeWith(new Map()), made: 0 },
    'Conditions',
    0,
  );
  const decidedConditions = decideConditions(
    { ...template, conditions: declareConditions(isObject(conditions) ? Object.entries(conditions) : []) },
    parameters,
    pseudo,
  );
  const expansion: Expansion = { scope: scopeWith(decidedConditions), made: 0 };
  return Object.fromEntries(
    Object.entries(template.document)
      .filter(([section]) => section !== 'Transform')
      .map(([section, value]) => [
        section,
        section === 'Resources' || section === 'Conditions' || section === 'Outputs'
          ? expandMembers(value, new Map(), expansion, section, 0)
          : value,
      ]),
  );
}

/** An object with what its loops make in their places; `section` when its keys are names of that section. */
function expandMembers(
  value: JsonValue,
  bindings: Bindings,
  expansion: Expansion,
  section: string | undefined,
  depth: number,
): JsonValue {
  if (!isObject(value)) return expandValue(value, bindings, expansion, depth);
  const members = Object.entries(value).flatMap(([key, item]) =>
    key.startsWith(LOOP)
      ? expandLoop(item, bindings, expansion, section, depth)
      : [[key, expandValue(item, bindings, expansion, depth)] as const],
  );
  const names = new Set<string>();
  for (const [name] of members) {
    if (names.has(name)) throw failed(`Fn::ForEach makes ${name} more than once`);
    names.add(name);
  }
  return Object.fromEntries(members);
}

function expandLoop(
  argument: JsonValue,
  bindings: Bindings,
  expansion: Expansion,
  section: string | undefined,
  depth: number,
): (readonly [string, JsonValue])[] {
  const [identifier, collection, fragment] = isList(argument) && argument.length === 3 ? argument : [];
  if (
    typeof identifier !== 'string' ||
    collection === undefined ||
    !isObject(fragment) ||
    isScalar(collection)
  )
    throw failed('Fn::ForEach layout is incorrect');
  if (depth >= MAX_NESTED_LOOPS)
    throw failed(`Fn::ForEach is nested more than ${MAX_NESTED_LOOPS} levels deep`);
  return itemsOf(collection, bindings, expansion).flatMap((item) => {
    const inner = new Map([...bindings, [identifier, item]]);
    return Object.entries(fragment).flatMap(([key, value]) => {
      if (key.startsWith(LOOP)) return expandLoop(value, inner, expansion, section, depth + 1);
      // Counted as they are made: five loops of a hundred items each would fill the memory.
      expansion.made += 1;
      if (expansion.made > MAX_MEMBERS) throw failed(`the loops make more than ${MAX_MEMBERS} members`);
      const name = filledName(key, inner);
      if (section !== undefined && !/^[A-Za-z0-9]+$/.test(name))
        throw failed(`${section === 'Outputs' ? 'OutputKey' : 'LogicalId'} '${name}' should be alphanumeric`);
      return [[name, expandValue(value, inner, expansion, depth + 1)] as const];
    });
  });
}

/** What a loop runs over: known before anything is made. */
function itemsOf(collection: JsonValue, bindings: Bindings, expansion: Expansion): readonly string[] {
  const unresolved = (): Error =>
    failed('Could not find a collection or could not be resolved for Fn::ForEach');
  let items: JsonValue | undefined;
  try {
    items = knownJson(expansion.scope.evaluate(expandValue(collection, bindings, expansion, 0)));
  } catch {
    throw unresolved();
  }
  if (items === undefined || !isList(items) || !items.every(isScalar)) throw unresolved();
  return items.map(String);
}

/** `${Id}` in a key is the item, `&{Id}` its letters and digits. */
const filledName = (key: string, bindings: Bindings): string =>
  key.replace(/([$&])\{([^}]*)\}/g, (whole, form: string, name: string) => {
    const item = bindings.get(name);
    if (item === undefined) return whole;
    return form === '&' ? item.replace(/[^A-Za-z0-9]/g, '') : item;
  });

/** A value below a section's member: loops in it, `Ref` and `Fn::Sub` of identifiers; texts alone keep theirs. */
function expandValue(value: JsonValue, bindings: Bindings, expansion: Expansion, depth: number): JsonValue {
  if (isList(value)) return value.map((item) => expandValue(item, bindings, expansion, depth));
  if (!isObject(value)) return value;
  const called = functionOf(value);
  if (called?.name === 'Ref') return expandRef(called.argument, bindings, expansion, depth);
  if (called?.name === 'Fn::Sub')
    return { 'Fn::Sub': expandSub(called.argument, bindings, expansion, depth) };
  const members = expandMembers(value, bindings, expansion, undefined, depth);
  return isObject(members) ? decided(members, expansion) : members;
}

function expandRef(argument: JsonValue, bindings: Bindings, expansion: Expansion, depth: number): JsonValue {
  if (typeof argument === 'string') return bindings.get(argument) ?? { Ref: argument };
  return { Ref: literal(expandValue(argument, bindings, expansion, depth), expansion) };
}

/** `${Id}` is the item; a variable of the function's own goes before it. */
function expandSub(argument: JsonValue, bindings: Bindings, expansion: Expansion, depth: number): JsonValue {
  const [text, variables] = isList(argument) ? argument : [argument];
  if (typeof text !== 'string') return argument;
  const isOwn = (name: string): boolean => isObject(variables) && own(variables, name) !== undefined;
  const filled = text.replace(/\$\{([^}!]*)\}/g, (whole, name: string) =>
    isOwn(name.trim()) ? whole : (bindings.get(name.trim()) ?? whole),
  );
  return variables === undefined ? filled : [filled, expandValue(variables, bindings, expansion, depth)];
}

/** Where CloudFormation wants a plain text, the transform lets a function stand that is known before anything is made. */
function decided(members: JsonObject, expansion: Expansion): JsonObject {
  if (!Object.hasOwn(members, 'Type') && !Object.hasOwn(members, 'Value'))
    return getAttDecided(members, expansion);
  return Object.fromEntries(
    Object.entries(members).map(([key, item]) => [
      key,
      ['DeletionPolicy', 'UpdateReplacePolicy', 'Condition', 'DependsOn'].includes(key)
        ? isList(item)
          ? item.map((one) => literal(one, expansion))
          : literal(item, expansion)
        : item,
    ]),
  );
}

/** The name of the resource in `Fn::GetAtt` may be a function. */
function getAttDecided(members: JsonObject, expansion: Expansion): JsonObject {
  const called = functionOf(members);
  if (called?.name !== 'Fn::GetAtt' || !isList(called.argument)) return members;
  return { 'Fn::GetAtt': called.argument.map((item) => literal(item, expansion)) };
}

/** A function as the text that it gives; itself where that is not known yet. */
function literal(value: JsonValue, expansion: Expansion): JsonValue {
  if (!isObject(value) || !functionOf(value)) return value;
  try {
    return knownJson(expansion.scope.evaluate(value)) ?? value;
  } catch {
    return value;
  }
}
