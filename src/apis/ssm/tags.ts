import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
} from '@aws-sdk/client-ssm';
import { AwsError } from '../../model/aws-error.ts';
import type { Caller } from '../../model/caller.ts';
import type { Parameter } from '../../model/parameter.ts';
import { isReservedKey, tagList, tagRecord, withoutTags } from '../../model/tags.ts';
import type { Nothing } from '../../model/ports.ts';
import type { SsmContext, SsmOperation } from './dependencies.ts';
import { invalidResourceId, validation } from './errors.ts';
import { find } from './get-parameters.ts';

/** Source: SSM API reference, TooManyTagsError. */
const MAX_TAGS = 1000;

type Tags = Readonly<Record<string, string>>;

/** Adds tags to a parameter, or changes their values. */
export const addTagsToResource: SsmOperation<AddTagsToResourceRequest, Nothing> = (context, input) => {
  const parameter = findTagged(context, input);
  const added = tagRecord(input.Tags);
  const tags = { ...parameter.tags, ...added };
  checkTags(tags, added, context.caller);
  context.parameters.put({ ...parameter, tags });
  return {};
};

/** Removes tags by key; a key that is not there is no error. */
export const removeTagsFromResource: SsmOperation<RemoveTagsFromResourceRequest, Nothing> = (
  context,
  input,
) => {
  const parameter = findTagged(context, input);
  context.parameters.put({ ...parameter, tags: withoutTags(parameter.tags, input.TagKeys) });
  return {};
};

/** The tags of a parameter. */
export const listTagsForResource: SsmOperation<ListTagsForResourceRequest, ListTagsForResourceResult> = (
  context,
  input,
) => ({
  TagList: tagList(findTagged(context, input).tags),
});

/** Refuses what a parameter cannot have of tags, and a caller cannot give. */
export function checkTags(all: Tags, given: Tags, caller: Caller): void {
  if (Object.keys(all).length > MAX_TAGS)
    throw new AwsError('TooManyTagsError', 'The Targets parameter includes too many tags.');
  if (Object.keys(given).some((key) => key === '' || isReservedKey(key, caller)))
    throw validation('Tag keys may not be empty or begin with aws:.');
}

function findTagged(
  context: SsmContext,
  { ResourceType, ResourceId = '' }: { ResourceType: string | undefined; ResourceId: string | undefined },
): Parameter {
  // Source: SSM's words, as LocalStack has them.
  if (ResourceType !== 'Parameter')
    throw new AwsError('InvalidResourceType', `${String(ResourceType)} is not a valid resource type.`);
  const parameter = find(context, ResourceId);
  if (!parameter) throw invalidResourceId();
  return parameter;
}
