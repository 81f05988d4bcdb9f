import type { Tag } from '@aws-sdk/client-ecs';

/** Tags of both, by key; those of `changes` win. The order of `tags` stays. */
export function mergeTags(tags: readonly Tag[], changes: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [tag.key, tag]));
  for (const tag of changes) merged.set(tag.key, tag);
  return [...merged.values()];
}
