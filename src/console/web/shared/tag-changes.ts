import type { Tag as SdkTag } from '@aws-sdk/client-ecs';

export type Tag = Pick<SdkTag, 'key' | 'value'>;

/** What must be called to turn the tags of before into those of after. */
export function tagChanges(
  before: readonly Tag[],
  after: readonly Tag[],
): { readonly put: Tag[]; readonly removed: string[] } {
  const old = new Map(before.map(({ key, value }) => [key, value]));
  const kept = new Set(after.map(({ key }) => key));
  return {
    put: after.filter(({ key, value }) => !old.has(key) || (old.get(key) ?? '') !== (value ?? '')),
    removed: before.flatMap(({ key }) => (key === undefined || kept.has(key) ? [] : [key])),
  };
}
