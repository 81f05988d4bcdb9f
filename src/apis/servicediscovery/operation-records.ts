import type {
  GetOperationRequest,
  GetOperationResponse,
  ListOperationsRequest,
  ListOperationsResponse,
} from '@aws-sdk/client-servicediscovery';
import type { DiscoveryOperation } from '../../model/service-discovery.ts';
import type { DiscoveryAction } from './dependencies.ts';
import { operationNotFound } from './errors.ts';
import { matchesFilters, pageByKey } from './lists.ts';

/** What is recorded has succeeded: it was done before it was answered. */
const STATUS = 'SUCCESS';

export const getOperation: DiscoveryAction<GetOperationRequest, GetOperationResponse> = (
  { discovery, caller },
  { OperationId = '' },
) => {
  const operation = discovery.getOperation(caller, OperationId);
  if (!operation) throw operationNotFound();
  const { id, type, targets, createdAt, scope } = operation;
  return {
    Operation: {
      Id: id,
      OwnerAccount: scope.account,
      Type: type,
      Status: STATUS,
      CreateDate: createdAt,
      UpdateDate: createdAt,
      Targets: targets,
    },
  };
};

/** Newest first. */
export const listOperations: DiscoveryAction<ListOperationsRequest, ListOperationsResponse> = (
  { discovery, caller },
  input,
) => {
  const found = discovery
    .listOperations(caller)
    .filter((one) => matchesFilters(input.Filters, (name) => valueOf(one, name)));
  const { items, nextToken } = pageByKey('ListOperations', found, input, ({ id }) => id);
  return {
    Operations: items.map(({ id }) => ({ Id: id, Status: STATUS })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

const valueOf = ({ type, targets, createdAt }: DiscoveryOperation, name: string): string | undefined =>
  ({
    NAMESPACE_ID: targets.NAMESPACE,
    SERVICE_ID: targets.SERVICE,
    STATUS,
    TYPE: type,
    UPDATE_DATE: createdAt.toISOString(),
  })[name];
