import type { Attribute, ListAttributesRequest, ListAttributesResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import { instanceViews } from '../../../model/place-on-cluster.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { oneOf, pageRequest } from '../limits.ts';
import { attributeShape } from './attribute-rules.ts';

/**
 * Attributes of a cluster's container instances, given ones and the engine's, by instance and name. Source: ECS API
 * reference, ListAttributes.
 */
export const listAttributes: EcsOperation<ListAttributesRequest, ListAttributesResponse> = (
  context,
  input,
) => {
  oneOf('target type', input.targetType, ['container-instance']);
  const cluster = findCluster(context, input.cluster);
  const { limit, position } = pageRequest('ListAttributes', input, { parts: 2 });
  const after = position && keyOf({ targetId: position[0] ?? '', name: position[1] ?? '' });
  const matching = instanceViews(context, cluster)
    .filter(({ instance }) => instance.status !== 'INACTIVE')
    .flatMap(({ instance, attributes }) =>
      [...attributes].map(([name, value]) => attributeShape(instance, { name, value })),
    )
    .filter(
      (attribute) =>
        (input.attributeName === undefined || attribute.name === input.attributeName) &&
        (input.attributeValue === undefined || attribute.value === input.attributeValue) &&
        (after === undefined || keyOf(attribute) > after),
    )
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const { items, nextToken } = pageOf(matching.slice(0, limit + 1), limit, 'ListAttributes', (attribute) => [
    attribute.targetId ?? '',
    attribute.name ?? '',
  ]);
  return { attributes: [...items], ...(nextToken !== undefined && { nextToken }) };
};

const keyOf = ({ targetId = '', name = '' }: Pick<Attribute, 'targetId' | 'name'>): string =>
  `${targetId} ${name}`;
