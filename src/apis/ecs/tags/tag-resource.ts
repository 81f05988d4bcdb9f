import { mergeTags } from '../../../model/tags.ts';
import type { TagResourceRequest, TagResourceResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { checkTagCount, checkTags } from '../tag-rules.ts';
import { findTaggable } from './taggable.ts';

/** Adds tags; the value of a key that is there already is replaced. */
export const tagResource: EcsOperation<TagResourceRequest, TagResourceResponse> = (context, input) => {
  checkTags(input.tags, context.caller);
  const found = findTaggable(context, input.resourceArn ?? '');
  found.checkInUse();
  const tags = mergeTags(found.tags, input.tags ?? []);
  checkTagCount(tags);
  found.save(tags);
  return {};
};
