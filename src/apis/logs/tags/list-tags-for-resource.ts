import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogsOperation } from '../dependencies.ts';
import { taggedGroup } from './tag-rules.ts';

/** The tags of a log group. */
export const listTagsForResource: LogsOperation<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  { logs, caller },
  { resourceArn = '' },
) => ({ tags: taggedGroup(logs, caller, resourceArn).tags });
