import type { Json, JsonMap, Stack, StackResource } from '../../../model/stack.ts';
import { isGone } from '../engine/plan.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { textOf } from '../resources/handler.ts';
import type { AccountFacts } from '../template/rules.ts';

/**
 * What the stacks of an account and region tell of the resources that they made: attributes, properties and tags, by
 * physical id. Of what no stack has made nothing is known.
 */
export function accountFacts(
  { store, handlers }: Pick<CloudFormationContext, 'store' | 'handlers'>,
  scope: Stack['scope'],
): AccountFacts {
  let read: ReadonlyMap<string, readonly [Stack, StackResource]> | undefined;
  const resources = () =>
    (read ??= new Map(
      store
        .listLive(scope)
        .flatMap((stack) => store.resources(stack.id).map((row) => [stack, row] as const))
        .filter(([, row]) => row.isCurrent && !isGone(row))
        .flatMap(([stack, row]) =>
          row.physicalId === undefined ? [] : [[row.physicalId, [stack, row] as const] as const],
        ),
    ));
  return (id, attribute) => {
    const found = resources().get(id);
    if (!found) return undefined;
    const [stack, row] = found;
    const tag = /^Tags\.(.+)$/.exec(attribute)?.[1];
    if (tag !== undefined) return tagValues(row.properties, tag);
    const { logicalId, type, generation: token, properties, attributes } = row;
    const asked = { scope, stackName: stack.name, logicalId, type, token, properties, physicalId: id };
    const value: Json | undefined =
      properties[attribute] ?? attributes[attribute] ?? handlers.of(type).attributeOf?.(asked, attribute);
    return value === undefined || typeof value === 'object' ? undefined : [String(value)];
  };
}

/** A tag that is not there has no value: it is no member of the list. */
function tagValues({ Tags: tags = [] }: JsonMap, key: string): readonly string[] {
  if (!Array.isArray(tags)) return [];
  return (tags as readonly JsonMap[]).flatMap((one) =>
    one['Key'] === key ? (textOf(one, 'Value') ?? []) : [],
  );
}
