import type { TaskDefinition } from '../../../model/task-definition.ts';
import type { EcsContext } from '../dependencies.ts';
import { taskDefinitionIdentifierOf } from '../identifiers.ts';

/** The revision that a request names: a family alone means its latest ACTIVE one. */
export function findTaskDefinition(
  { store, caller }: EcsContext,
  identifier: string,
): TaskDefinition | undefined {
  const named = taskDefinitionIdentifierOf(caller, identifier);
  if (!named) return undefined;
  return named.revision === undefined
    ? store.taskDefinitions.latestActive(caller, named.family)
    : store.taskDefinitions.get(caller, named.family, named.revision);
}
