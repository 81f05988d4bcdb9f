import type { ListServiceDeploymentsRequest, ListServiceDeploymentsResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';
import { serviceDeploymentBrief } from './deployment-shape.ts';
import { findService } from './find-service.ts';

/** Deployments of a service, the newest first. */
export const listServiceDeployments: EcsOperation<
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse
> = (context, input) => {
  const { service } = findService(context, input.cluster, input.service ?? '');
  const { limit, position } = pageRequest('ListServiceDeployments', input);
  const [after] = position ?? [];
  const { before, after: since } = input.createdAt ?? {};
  const matching = context.store.services
    .listDeployments(service.arn)
    .filter(
      ({ status, createdAt }) =>
        (!input.status?.length || input.status.includes(status)) &&
        (before === undefined || createdAt <= timeOf(before)) &&
        (since === undefined || createdAt >= timeOf(since)),
    );
  const start = after === undefined ? 0 : matching.findIndex(({ arn }) => arn === after) + 1;
  const { items, nextToken } = pageOf(
    matching.slice(start, start + limit + 1),
    limit,
    'ListServiceDeployments',
    ({ arn }) => [arn],
  );
  return {
    serviceDeployments: items.map((record) => serviceDeploymentBrief(service, record)),
    ...(nextToken !== undefined && { nextToken }),
  };
};

/** On the wire a time is a number of seconds. */
const timeOf = (time: Date | number): Date => (time instanceof Date ? time : new Date(time * 1000));
