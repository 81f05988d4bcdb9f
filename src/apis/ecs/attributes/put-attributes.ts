import type { Attribute, PutAttributesRequest, PutAttributesResponse } from '@aws-sdk/client-ecs';
import { AwsError } from '../../../model/aws-error.ts';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { attributeShape, attributeTargets } from './attribute-rules.ts';

/** Source: ECS API reference, AttributeLimitExceededException. */
const MAX_ATTRIBUTES = 10;

/** Gives container instances attributes, or those that they have another value. Source: ECS API reference, PutAttributes. */
export const putAttributes: EcsOperation<PutAttributesRequest, PutAttributesResponse> = (context, input) => {
  const { store } = context;
  const cluster = findActiveCluster(context, input.cluster);
  const targets = attributeTargets(context, cluster, input.attributes);
  store.transaction(() => {
    for (const { instance, attributes } of targets) {
      const merged = new Map(instance.attributes.map((one) => [one.name, one]));
      for (const { name, value } of attributes)
        merged.set(name, { name, ...(value !== undefined && { value }) });
      if (merged.size > MAX_ATTRIBUTES && merged.size > instance.attributes.length) {
        throw new AwsError(
          'AttributeLimitExceededException',
          'You can apply up to 10 custom attributes for each resource. You can view the attributes of a resource with ListAttributes. You can remove existing attributes on a resource with DeleteAttributes.',
        );
      }
      const version = instance.version + 1;
      store.containerInstances.put({ ...instance, attributes: [...merged.values()], version });
    }
  });
  context.capacityChanged(cluster.arn);
  return {
    attributes: targets.flatMap(({ instance, attributes }) =>
      attributes.map((one): Attribute => attributeShape(instance, one)),
    ),
  };
};
