import type { ListServicesByNamespaceRequest, ListServicesByNamespaceResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import { primaryOf, type Service } from '../../../model/service.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';

/** Source: ECS API reference, ListServicesByNamespace.maxResults: 1 to 100, by default 10. */
const DEFAULT_LIMIT = 10;

/** ARNs of the services whose Service Connect configuration names a Cloud Map namespace, by its name or ARN. */
export const listServicesByNamespace: EcsOperation<
  ListServicesByNamespaceRequest,
  ListServicesByNamespaceResponse
> = ({ store, caller }, input) => {
  const { limit, position } = pageRequest('ListServicesByNamespace', { maxResults: DEFAULT_LIMIT, ...input });
  const [after = ''] = position ?? [];
  const arns = store.services.listUnfinished().filter((arn) => {
    const service = store.services.get(arn);
    return (
      arn > after &&
      service?.status === 'ACTIVE' &&
      service.scope.account === caller.account &&
      service.scope.region === caller.region &&
      isIn(service, input.namespace ?? '')
    );
  });
  const { items, nextToken } = pageOf(arns.slice(0, limit + 1), limit, 'ListServicesByNamespace', (arn) => [
    arn,
  ]);
  return { serviceArns: [...items], ...(nextToken !== undefined && { nextToken }) };
};

/** ARNs end in an id that only Cloud Map knows the name of: what was given is what is compared. */
function isIn(service: Service, namespace: string): boolean {
  const connect = primaryOf(service)?.revision.serviceConnectConfiguration;
  return connect?.enabled === true && connect.namespace === namespace;
}
