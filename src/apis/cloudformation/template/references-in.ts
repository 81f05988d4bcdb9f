import { booleanFunction } from './conditions.ts';
import { readGetAtt } from './functions/references.ts';
import { functionOf, isList, isObject, isScalar, textOf } from './json.ts';
import { readSub } from './sub.ts';
import type { JsonValue } from './types.ts';

/** Something that a value names. */
export type Reference =
  | { readonly kind: 'ref'; readonly name: string }
  /** The attribute is undefined where a function gives it. */
  | {
      readonly kind: 'attribute';
      readonly logicalId: string;
      readonly attribute: string | undefined;
      readonly by: 'Fn::GetAtt' | 'Fn::Sub';
    }
  | { readonly kind: 'condition'; readonly name: string; readonly by: 'Fn::If' | 'Condition' }
  | { readonly kind: 'mapping'; readonly name: string }
  | { readonly kind: 'import' }
  | { readonly kind: 'zones' };

/**
 * All that a value names, in order. Of an Fn::If both branches count, or the one that `decided` says. The value's
 * functions have the right form.
 */
export function referencesIn(
  value: JsonValue,
  decided?: (condition: string) => boolean | undefined,
): Reference[] {
  const found: Reference[] = [];
  const visit = (at: JsonValue): void => {
    if (isList(at)) {
      at.forEach(visit);
      return;
    }
    if (!isObject(at)) return;
    const called = functionOf(at);
    if (called) visitFunction(called.name, called.argument);
    else Object.values(at).forEach(visit);
  };
  const visitFunction = (name: string, argument: JsonValue): void => {
    switch (name) {
      case 'Ref':
        found.push({ kind: 'ref', name: textOf(argument) });
        return;
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = readGetAtt(argument);
        found.push({
          kind: 'attribute',
          logicalId,
          attribute: isScalar(attribute) ? String(attribute) : undefined,
          by: name,
        });
        visit(attribute);
        return;
      }
      case 'Fn::Sub': {
        const { parts, variables } = readSub(argument);
        for (const part of parts)
          if ('variable' in part && !Object.hasOwn(variables, part.variable))
            found.push(variableOf(part.variable));
        visit(variables);
        return;
      }
      case 'Fn::If': {
        const [condition = '', then = '', otherwise = ''] = isList(argument) ? argument : [];
        const conditionName = textOf(condition);
        found.push({ kind: 'condition', name: conditionName, by: name });
        const holds = decided?.(conditionName);
        if (holds !== false) visit(then);
        if (holds !== true) visit(otherwise);
        return;
      }
      case 'Fn::FindInMap': {
        const [map, ...keys] = isList(argument) ? argument : [];
        // With a default value the map may be missing.
        if (typeof map === 'string' && keys.length < 3) found.push({ kind: 'mapping', name: map });
        else if (map !== undefined) visit(map);
        keys.forEach(visit);
        return;
      }
      case 'Fn::ImportValue':
        found.push({ kind: 'import' });
        visit(argument);
        return;
      case 'Fn::GetAZs':
        found.push({ kind: 'zones' });
        visit(argument);
        return;
      default:
        visit(argument);
    }
  };
  visit(value);
  return found;
}

function variableOf(variable: string): Reference {
  const dot = variable.indexOf('.');
  return dot < 0
    ? { kind: 'ref', name: variable }
    : {
        kind: 'attribute',
        logicalId: variable.slice(0, dot),
        attribute: variable.slice(dot + 1),
        by: 'Fn::Sub',
      };
}

/** All that a condition names: other conditions, and what the values that it compares name. */
export function referencesInCondition(condition: JsonValue): Reference[] {
  const called = booleanFunction(condition);
  if (called?.name === 'Condition')
    return [{ kind: 'condition', name: textOf(called.argument), by: 'Condition' }];
  const isOperator = called && ['Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals'].includes(called.name);
  return isOperator && isList(called.argument)
    ? called.argument.flatMap(referencesInCondition)
    : referencesIn(condition);
}
