import type { JsonMap } from '../../../model/stack.ts';
import type { ResourceContext } from './handler.ts';

type EcsTag = { readonly key: string; readonly value: string };

const tagsIn = (properties: JsonMap | undefined): EcsTag[] => {
  const tags = properties?.['Tags'];
  if (tags === undefined || typeof tags !== 'object') return [];
  // SSM's parameters have a map of them.
  return Array.isArray(tags)
    ? (tags as readonly JsonMap[]).map((tag) => ({ key: text(tag['Key']), value: text(tag['Value']) }))
    : Object.entries(tags as JsonMap).map(([key, value]) => ({ key, value: text(value) }));
};

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';

/** A resource's own tags and its stack's, of which its own win. */
const merged = (
  properties: JsonMap | undefined,
  ofStack: ResourceContext['tags'],
): ReadonlyMap<string, string> =>
  new Map([
    ...ofStack.map(({ Key, Value }) => [Key, Value] as const),
    ...tagsIn(properties).map(({ key, value }) => [key, value] as const),
  ]);

/** What CloudFormation marks a resource with. Source: the user guide, "Resource tags". */
const marks = ({ stackName, stackId, logicalId }: ResourceContext): (readonly [string, string])[] => [
  ['aws:cloudformation:stack-name', stackName],
  ['aws:cloudformation:stack-id', stackId],
  ['aws:cloudformation:logical-id', logicalId],
];

const allTags = (context: ResourceContext, service: string): (readonly [string, string])[] => [
  ...merged(context.properties, context.tags),
  ...(context.isMarked(service) ? marks(context) : []),
];

/** All tags of a resource of ECS: its own, its stack's, and the marks. */
export const ecsTags = (context: ResourceContext): EcsTag[] =>
  allTags(context, 'ecs').map(([key, value]) => ({ key, value }));

/** The same as a map, for the APIs of a service that has them so. */
export const tagMap = (context: ResourceContext, service: string): Record<string, string> =>
  Object.fromEntries(allTags(context, service));

/** The same with `Key` and `Value`. */
export const awsTags = (context: ResourceContext, service: string): { Key: string; Value: string }[] =>
  allTags(context, service).map(([Key, Value]) => ({ Key, Value }));

/** The same for a stack, which has no marks. */
export const stackTags = ({ properties, tags }: ResourceContext): { Key: string; Value: string }[] =>
  [...merged(properties, tags)].map(([Key, Value]) => ({ Key, Value }));

/** What has to be done to the tags of a resource that is updated. The marks never change. */
export function tagChanges({ properties, before, tags, tagsBefore }: ResourceContext): {
  readonly put: ReadonlyMap<string, string>;
  readonly gone: readonly string[];
} {
  const [now, then] = [merged(properties, tags), merged(before, tagsBefore)];
  return {
    put: new Map([...now].filter(([key, value]) => then.get(key) !== value)),
    gone: [...then.keys()].filter((key) => !now.has(key)),
  };
}

/** Brings the tags of an ECS resource from those that it had to those that it is to have. */
export async function changeTags(context: ResourceContext, resourceArn: string): Promise<void> {
  const { put, gone } = tagChanges(context);
  if (gone.length > 0) await context.call('ecs', 'UntagResource', { resourceArn, tagKeys: gone });
  const tags = [...put].map(([key, value]) => ({ key, value }));
  if (tags.length > 0) await context.call('ecs', 'TagResource', { resourceArn, tags });
}
