import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../../model/aws-error.ts';
import type { ScalableTarget } from '../../model/scaling.ts';
import { withoutTags } from '../../model/tags.ts';
import type { Nothing } from '../../model/ports.ts';
import type { ScalingContext, ScalingOperation } from './dependencies.ts';

/** Source: Application Auto Scaling API reference, TagResource. */
const MAX_TAGS = 50;

/** Adds tags to a scalable target, or changes their values. Throws ResourceNotFoundException. */
export const tagResource: ScalingOperation<TagResourceRequest, Nothing> = (context, input) => {
  const target = findByArn(context, input.ResourceARN);
  context.scaling.targets.put({ ...target, tags: checkTags({ ...target.tags, ...input.Tags }) });
  return {};
};

/** Removes tags by key; a key that is not there is no error. */
export const untagResource: ScalingOperation<UntagResourceRequest, Nothing> = (context, input) => {
  const target = findByArn(context, input.ResourceARN);
  context.scaling.targets.put({ ...target, tags: withoutTags(target.tags ?? {}, input.TagKeys) });
  return {};
};

/** The tags of a scalable target. */
export const listTagsForResource: ScalingOperation<
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = (context, input) => ({ Tags: { ...findByArn(context, input.ResourceARN).tags } });

/** The same tags. Throws TooManyTagsException. The wording is ours. */
export function checkTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(tags).length > MAX_TAGS)
    throw new AwsError('TooManyTagsException', `A scalable target has at most ${MAX_TAGS} tags.`);
  return tags;
}

function findByArn({ scaling, caller }: ScalingContext, arn = ''): ScalableTarget {
  const target = scaling.targets.list(caller).find((one) => one.arn === arn);
  if (!target) throw new AwsError('ResourceNotFoundException', `The resource ${arn} was not found.`);
  return target;
}
