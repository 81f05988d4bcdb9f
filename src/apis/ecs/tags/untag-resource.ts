import type { UntagResourceRequest, UntagResourceResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { findTaggable } from './taggable.ts';

/** Removes tags by key; a key that is not there is no error. */
export const untagResource: EcsOperation<UntagResourceRequest, UntagResourceResponse> = (context, input) => {
  const found = findTaggable(context, input.resourceArn ?? '');
  found.checkInUse();
  const keys = new Set(input.tagKeys);
  found.save(found.tags.filter(({ key = '' }) => !keys.has(key)));
  return {};
};
