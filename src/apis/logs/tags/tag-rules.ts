import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import type { Caller, Scope } from '../../../model/caller.ts';
import type { LogGroup } from '../../../model/log-event.ts';
import type { LogStore } from '../../../model/ports.ts';
import { isCounted, isReservedKey } from '../../../model/tags.ts';
import { checkText } from '../checks.ts';
import { groupNotFound } from '../errors.ts';
import { findGroup, parseGroupArn } from '../identifiers.ts';

export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;
const TEXT = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

/** Source: TagResource, API reference: keys of 1 to 128 and values of up to 256 letters, digits, spaces, `_.:/=+-@`. */
export function checkTags(tags: Tags, caller: Caller): void {
  for (const [key, value] of Object.entries(tags)) {
    checkText(key, 'tags', { min: 1, max: 128, pattern: `(${TEXT}+)` });
    checkText(value, `tags.${key}.member`, { max: 256, pattern: `(${TEXT}*)` });
    if (isReservedKey(key, caller))
      throw new InvalidParameterException('aws: prefixed tag key names are not allowed for external use.');
  }
  checkTagCount(tags);
}

/** The tags of a group with these added. Source: TagResource, API reference: at most 50, else TooManyTagsException. */
export function withTags(tags: Tags, added: Tags, caller: Caller): Tags {
  checkTags(added, caller);
  const merged = { ...tags, ...added };
  checkTagCount(merged);
  return merged;
}

export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

/** The group that an ARN names: with `:*` at its end or without. */
export function taggedGroup(logs: LogStore, { account, region }: Scope, arn: string): LogGroup {
  const parsed = parseGroupArn(arn);
  if (!parsed) throw new InvalidParameterException(`The resource ARN '${arn}' is invalid.`);
  if (parsed.scope.account !== account || parsed.scope.region !== region) throw groupNotFound();
  return findGroup(logs, parsed.scope, parsed.name);
}

function checkTagCount(tags: Tags): void {
  if (Object.keys(tags).filter(isCounted).length > MAX_TAGS)
    throw new AwsError('TooManyTagsException', `A resource can have no more than ${MAX_TAGS} tags.`);
}
