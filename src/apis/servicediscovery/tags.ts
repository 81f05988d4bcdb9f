import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-servicediscovery';
import { AwsError } from '../../model/aws-error.ts';
import { tagList, tagRecord, withoutTags } from '../../model/tags.ts';
import type { Nothing } from '../../model/ports.ts';
import type { DiscoveryAction, DiscoveryContext } from './dependencies.ts';
import { invalidInput } from './errors.ts';
import { findNamespace, findService } from './find.ts';

/** Source: Cloud Map API reference, TagResource. */
const MAX_TAGS = 50;

/** Tags as they are kept, after those that are there. Throws AwsError. The wording is ours. */
export function toTagRecord(
  tags: readonly Tag[] = [],
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const keys = tags.map(({ Key = '' }) => Key);
  if (keys.some((key) => key === '' || key.startsWith('aws:')))
    throw invalidInput('Tag keys may not be empty or begin with aws:.');
  const all = { ...before, ...tagRecord(tags) };
  if (Object.keys(all).length > MAX_TAGS)
    throw new AwsError('TooManyTagsException', `A resource can have up to ${MAX_TAGS} tags.`);
  return all;
}

/** Adds tags to a namespace or service, or changes their values. */
export const tagResource: DiscoveryAction<TagResourceRequest, Nothing> = (context, { ResourceARN, Tags }) => {
  change(context, ResourceARN, (tags) => toTagRecord(Tags, tags));
  return {};
};

/** Removes tags by key; a key that is not there is no error. */
export const untagResource: DiscoveryAction<UntagResourceRequest, Nothing> = (
  context,
  { ResourceARN, TagKeys },
) => {
  change(context, ResourceARN, (tags) => withoutTags(tags, TagKeys));
  return {};
};

/** The tags of a namespace or service. */
export const listTagsForResource: DiscoveryAction<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  context,
  { ResourceARN },
) => ({ Tags: tagList(find(context, ResourceARN).tags) });

function find(context: DiscoveryContext, arn = '') {
  try {
    return arn.includes(':service/') ? findService(context, arn) : findNamespace(context, arn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // Source: Cloud Map API reference, TagResource: this code for either. The wording is ours.
    throw new AwsError('ResourceNotFoundException', `Resource ${arn} not found`, {
      members: { Message: `Resource ${arn} not found` },
    });
  }
}

function change(
  context: DiscoveryContext,
  arn: string | undefined,
  changed: (tags: Readonly<Record<string, string>>) => Record<string, string>,
): void {
  const resource = find(context, arn);
  const tagged = { ...resource, tags: changed(resource.tags) };
  if ('namespaceId' in tagged) context.discovery.putService(tagged);
  else context.discovery.putNamespace(tagged);
}
