import type { UntagResourceRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { taggedGroup, withoutTags } from './tag-rules.ts';

/** Removes tags of a log group; keys that it has not are ignored. */
export const untagResource: LogsOperation<UntagResourceRequest, Nothing> = (
  { logs, caller },
  { resourceArn = '', tagKeys = [] },
) => {
  const group = taggedGroup(logs, caller, resourceArn);
  logs.setTags(group, withoutTags(group.tags, tagKeys));
  return {};
};
