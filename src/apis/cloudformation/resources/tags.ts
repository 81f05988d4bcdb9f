import type { JsonMap } from '../../../model/stack.ts';
import type { ResourceContext } from './handler.ts';

type EcsTag = { readonly key: string; readonly value: string };

const tagsIn = (properties: JsonMap | undefined): EcsTag[] => {
  const tags = properties?.['Tags'];
  if (!Array.isArray(tags)) return [];
  return (tags as readonly JsonMap[]).map((tag) => ({ key: text(tag['Key']), value: text(tag['Value']) }));
};

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';

/** The resource's own tags and the stack's, of which its own win. Undefined when there are none. */
export function withStackTags({ properties, tags }: ResourceContext): EcsTag[] | undefined {
  const own = tagsIn(properties);
  const inherited = tags
    .filter(({ Key }) => own.every(({ key }) => key !== Key))
    .map(({ Key, Value }) => ({ key: Key, value: Value }));
  return own.length + inherited.length === 0 ? undefined : [...own, ...inherited];
}

/** Brings the tags of an ECS resource from those that it had to those that its properties say. */
export async function changeTags(context: ResourceContext, resourceArn: string): Promise<void> {
  const wanted = tagsIn(context.properties);
  const gone = tagsIn(context.before).filter(({ key }) => wanted.every((tag) => tag.key !== key));
  if (gone.length > 0)
    await context.call('ecs', 'UntagResource', { resourceArn, tagKeys: gone.map(({ key }) => key) });
  if (wanted.length > 0) await context.call('ecs', 'TagResource', { resourceArn, tags: wanted });
}

/** The same tags as a map, for the APIs that have them so. */
export function tagMap(context: ResourceContext): Record<string, string> | undefined {
  const tags = withStackTags(context);
  return tags && Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** The same tags with `Key` and `Value`. */
export const awsTags = (context: ResourceContext): { Key: string; Value: string }[] | undefined =>
  withStackTags(context)?.map(({ key, value }) => ({ Key: key, Value: value }));
