import type {
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
} from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';

/**
 * Families whose names begin with `familyPrefix`.
 * Source: ECS API reference, ListTaskDefinitionFamilies: those with and those without ACTIVE revisions unless asked
 * otherwise.
 */
export const listTaskDefinitionFamilies: EcsOperation<
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse
> = ({ store, caller }, input) => {
  const { limit, position } = pageRequest('ListTaskDefinitionFamilies', input);
  const [after] = position ?? [];
  const listed = store.taskDefinitions.listFamilies(caller, {
    ...(input.familyPrefix !== undefined && { familyPrefix: input.familyPrefix }),
    status: input.status ?? 'ALL',
    ...(after !== undefined && { after }),
    limit: limit + 1,
  });
  const { items, nextToken } = pageOf(listed, limit, 'ListTaskDefinitionFamilies', (family) => [family]);
  return { families: [...items], ...(nextToken !== undefined && { nextToken }) };
};
