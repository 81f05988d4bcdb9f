import type { Tag } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../model/aws-error.ts';
import type { Caller } from '../../model/caller.ts';
import { isCounted, isReservedKey } from '../../model/tags.ts';

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MAX_TAGS = 50;

/**
 * Refuses tags that AWS refuses. Source: ECS API reference, Tag: keys of 1 to 128 and values of up to 256 letters,
 * digits, spaces and `_.:/=+-@`; `aws:` is reserved; no key twice; at most 50. The wording is ours: AWS's is not known.
 */
export function checkTags(tags: readonly Tag[] | undefined, caller?: Caller): void {
  if (!tags) return;
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    if (key === undefined || key.length < 1 || key.length > 128 || !TAG_TEXT.test(key)) {
      throw new InvalidParameterException(
        `Tag key '${key ?? ''}' is invalid. A key has 1 to 128 letters, digits, spaces or _.:/=+-@.`,
      );
    }
    if (isReservedKey(key, caller)) {
      throw new InvalidParameterException(
        `Tag key '${key}' is invalid. The prefix aws: is reserved for AWS use.`,
      );
    }
    if (value !== undefined && (value.length > 256 || !TAG_TEXT.test(value))) {
      throw new InvalidParameterException(
        `The value of tag '${key}' is invalid. A value has up to 256 letters, digits, spaces or _.:/=+-@.`,
      );
    }
    if (keys.has(key)) throw new InvalidParameterException(`Tag key '${key}' is given more than once.`);
    keys.add(key);
  }
  checkTagCount(tags);
}

/** Source: ECS API reference: at most 50 tags a resource. */
export function checkTagCount(tags: readonly Tag[]): void {
  if (tags.filter(({ key }) => isCounted(key)).length > MAX_TAGS)
    throw new InvalidParameterException(`A resource can have at most ${MAX_TAGS} tags.`);
}
