import { isDeepStrictEqual } from 'node:util';
import type { StackResource, StackTag } from '../../../model/stack.ts';
import type { ResourceContext } from '../resources/handler.ts';

/**
 * What an update changes from. After updates that failed nobody knows how far they came: where what it may be now
 * differs, it counts as something other than what is wanted, so that it is asked for.
 */
export function changedFrom({
  before,
  properties,
  tags,
}: StackResource): Pick<ResourceContext, 'before' | 'tagsBefore'> {
  if (!before) return { before: undefined, tagsBefore: [] };
  const may = [before, ...(before.asked ?? [])];
  const ofProperties = may.map((one) => one.properties);
  const ofTags = may.map((one) => named(one.tags));
  return {
    before: otherThan(properties, ofProperties),
    tagsBefore: Object.entries(otherThan(named(tags), ofTags)).map(([Key, Value]) => ({ Key, Value })),
  };
}

type Named<Value> = Readonly<Record<string, Value>>;

const named = (tags: readonly StackTag[] = []): Named<string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** Of maps, one whose every member is, where any of theirs is, other than what is wanted. */
function otherThan<Value>(wanted: Named<Value>, maps: readonly Named<Value>[]): Named<Value> {
  const names = new Set(maps.flatMap((map) => Object.keys(map)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const values = maps.map((map) => map[name]);
      const other = values.findIndex((value) => !isDeepStrictEqual(value, wanted[name]));
      const value = values[Math.max(other, 0)];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
