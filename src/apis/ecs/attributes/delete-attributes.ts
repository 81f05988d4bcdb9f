import type { DeleteAttributesRequest, DeleteAttributesResponse } from '@aws-sdk/client-ecs';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { attributeShape, attributeTargets } from './attribute-rules.ts';

/** Takes attributes off container instances; one that is not there is no failure. Source: ECS API reference, DeleteAttributes. */
export const deleteAttributes: EcsOperation<DeleteAttributesRequest, DeleteAttributesResponse> = (
  context,
  input,
) => {
  const { store } = context;
  const cluster = findActiveCluster(context, input.cluster);
  const targets = attributeTargets(context, cluster, input.attributes);
  store.transaction(() => {
    for (const { instance, attributes } of targets) {
      const kept = instance.attributes.filter((own) => !attributes.some(({ name }) => name === own.name));
      store.containerInstances.put({ ...instance, attributes: kept, version: instance.version + 1 });
    }
  });
  context.capacityChanged(cluster.arn);
  return {
    attributes: targets.flatMap(({ instance, attributes }) =>
      attributes.map((one) => attributeShape(instance, one)),
    ),
  };
};
