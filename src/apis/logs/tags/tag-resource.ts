import type { TagResourceRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Nothing } from '../../../model/ports.ts';
import type { LogsOperation } from '../dependencies.ts';
import { taggedGroup, withTags } from './tag-rules.ts';

/** Adds tags to a log group, or changes them. */
export const tagResource: LogsOperation<TagResourceRequest, Nothing> = (
  { logs, caller },
  { resourceArn = '', tags = {} },
) => {
  const group = taggedGroup(logs, caller, resourceArn);
  logs.setTags(group, withTags(group.tags, tags, caller));
  return {};
};
