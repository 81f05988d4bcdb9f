import type { ListContainerInstancesRequest, ListContainerInstancesResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import { instanceViews } from '../../../model/place-on-cluster.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';
import { checkedQuery } from '../placement-rules.ts';

/**
 * ARNs of a cluster's container instances, ascending by id: ACTIVE and DRAINING ones unless a status is given.
 * Source: ECS API reference, ListContainerInstances.
 */
export const listContainerInstances: EcsOperation<
  ListContainerInstancesRequest,
  ListContainerInstancesResponse
> = (context, input) => {
  const cluster = findCluster(context, input.cluster);
  const { limit, position } = pageRequest('ListContainerInstances', input);
  const fits = input.filter === undefined ? undefined : checkedQuery(input.filter);
  const after = position?.[0] ?? '';
  const views = instanceViews(context, cluster).filter(({ instance }) =>
    input.status === undefined ? instance.status !== 'INACTIVE' : instance.status === input.status,
  );
  const ids = views
    .filter((view) => fits?.(view) ?? true)
    .map(({ instance }) => instance)
    .filter(({ id }) => id > after)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { items, nextToken } = pageOf(ids.slice(0, limit + 1), limit, 'ListContainerInstances', ({ id }) => [
    id,
  ]);
  return {
    containerInstanceArns: items.map(({ arn }) => arn),
    ...(nextToken !== undefined && { nextToken }),
  };
};
