import type { ListServicesRequest, ListServicesResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';

/** Source: ECS API reference, ListServices.maxResults: 1 to 100, by default 10. */
const DEFAULT_LIMIT = 10;

/** ARNs of the ACTIVE services, ascending by name. Those that are draining are not listed, as on ECS. */
export const listServices: EcsOperation<ListServicesRequest, ListServicesResponse> = (context, input) => {
  const { launchType, schedulingStrategy } = input;
  const cluster = findCluster(context, input.cluster);
  const { limit, position } = pageRequest('ListServices', { maxResults: DEFAULT_LIMIT, ...input });
  const [after] = position ?? [];
  const listed = context.store.services.listActive(
    cluster.scope,
    {
      clusterName: cluster.name,
      ...(launchType !== undefined && { launchType }),
      ...(schedulingStrategy !== undefined && { schedulingStrategy }),
    },
    { ...(after !== undefined && { after }), limit: limit + 1 },
  );
  const { items, nextToken } = pageOf(listed, limit, 'ListServices', (arn) => [
    arn.slice(arn.lastIndexOf('/') + 1),
  ]);
  return { serviceArns: [...items], ...(nextToken !== undefined && { nextToken }) };
};
