import type { ListTaskDefinitionsRequest, ListTaskDefinitionsResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';

/**
 * Revisions by family and, as a number, revision. `familyPrefix` is a whole family name here.
 * Source: ECS API reference, ListTaskDefinitions: ACTIVE and ascending unless asked otherwise.
 */
export const listTaskDefinitions: EcsOperation<ListTaskDefinitionsRequest, ListTaskDefinitionsResponse> = (
  { store, caller },
  input,
) => {
  const { limit, position } = pageRequest('ListTaskDefinitions', input, { parts: 2 });
  const [family, revision] = position ?? [];
  const listed = store.taskDefinitions.list(caller, {
    ...(input.familyPrefix !== undefined && { family: input.familyPrefix }),
    status: input.status ?? 'ACTIVE',
    sort: input.sort ?? 'ASC',
    ...(family !== undefined && { after: { family, revision: Number(revision) || 0 } }),
    limit: limit + 1,
  });
  const { items, nextToken } = pageOf(listed, limit, 'ListTaskDefinitions', (one) => [
    one.family,
    String(one.revision),
  ]);
  return { taskDefinitionArns: items.map(({ arn }) => arn), ...(nextToken !== undefined && { nextToken }) };
};
