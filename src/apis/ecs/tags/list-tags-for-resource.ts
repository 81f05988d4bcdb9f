import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { findTaggable } from './taggable.ts';

/** The tags of what has tags, in use or not. */
export const listTagsForResource: EcsOperation<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  context,
  { resourceArn = '' },
) => ({ tags: [...findTaggable(context, resourceArn).tags] });
