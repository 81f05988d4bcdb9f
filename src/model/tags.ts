import type { Tag } from '@aws-sdk/client-ecs';
import type { Caller } from './caller.ts';

/** Tags of both, by key; those of `changes` win. The order of `tags` stays. */
export function mergeTags(tags: readonly Tag[], changes: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [tag.key, tag]));
  for (const tag of changes) merged.set(tag.key, tag);
  return [...merged.values()];
}

type AwsTag = { readonly Key?: string | undefined; readonly Value?: string | undefined };

/** Tags as they are kept, by key. */
export const tagRecord = (tags: readonly AwsTag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

/** Tags as they are answered. */
export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Those without these keys; a key that is not there is no error. */
export const withoutTags = (
  tags: Readonly<Record<string, string>>,
  keys: readonly string[] = [],
): Record<string, string> => Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

/**
 * Whether a caller may not give a tag this key: `aws:` is AWS's own. CloudFormation marks what its stacks make with
 * `aws:cloudformation:…`.
 */
export const isReservedKey = (key: string, caller: Caller | undefined): boolean =>
  /^aws:/i.test(key) && !(caller?.isCloudFormation === true && key.startsWith('aws:cloudformation:'));

/** Whether a tag counts against a resource's limit. Source: "Tag restrictions", ECS developer guide: AWS's do not. */
export const isCounted = (key = ''): boolean => !key.startsWith('aws:');
