import type { ListClustersRequest, ListClustersResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import { clusterArn } from '../../../model/arn.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';

/** ARNs of the ACTIVE clusters, ascending by name. */
export const listClusters: EcsOperation<ListClustersRequest, ListClustersResponse> = (
  { store, caller },
  input,
) => {
  const { limit, position } = pageRequest('ListClusters', input);
  const [after] = position ?? [];
  const names = store.clusters.listNames(caller, { ...(after !== undefined && { after }), limit: limit + 1 });
  const { items, nextToken } = pageOf(names, limit, 'ListClusters', (name) => [name]);
  return {
    clusterArns: items.map((name) => clusterArn(caller, name)),
    ...(nextToken !== undefined && { nextToken }),
  };
};
