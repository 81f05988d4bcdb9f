import type {
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse,
  Failure,
  TaskDefinition as AwsTaskDefinition,
} from '@aws-sdk/client-ecs';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import type { TaskDefinition } from '../../../model/task-definition.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { taskDefinitionIdentifierOf } from '../identifiers.ts';
import { atMost } from '../limits.ts';

/** Source: recorded from ECS, September 2026: the failure repeats the identifier as it was sent. */
const MISSING =
  'The specified task definition does not exist. Specify a valid account, family, revision and try again.';
const ACTIVE =
  'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
const INVALID =
  'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.';

/** INACTIVE revisions become DELETE_IN_PROGRESS. Source: ECS API reference, DeleteTaskDefinitions: one to ten. */
export const deleteTaskDefinitions: EcsOperation<
  DeleteTaskDefinitionsRequest,
  DeleteTaskDefinitionsResponse
> = (context, { taskDefinitions: identifiers = [] }) => {
  if (identifiers.length === 0) throw new InvalidParameterException('Task definitions cannot be empty.');
  atMost('taskDefinitions', identifiers, 10);
  const taskDefinitions: AwsTaskDefinition[] = [];
  const failures: Failure[] = [];
  context.store.transaction(() => {
    for (const identifier of identifiers) {
      const result = deleteOne(context, identifier);
      if (typeof result === 'string') failures.push({ arn: identifier, reason: result });
      else taskDefinitions.push(result);
    }
  });
  return { taskDefinitions, failures };
};

/** The definition as it is then, or why it cannot be deleted. */
function deleteOne({ store, caller, now }: EcsContext, identifier: string): AwsTaskDefinition | string {
  const named = identifierOrUndefined({ caller }, identifier);
  if (named?.revision === undefined) return INVALID;
  const found = store.taskDefinitions.get(caller, named.family, named.revision);
  if (!found) return MISSING;
  switch (found.status) {
    case 'ACTIVE':
      return ACTIVE;
    case 'DELETE_IN_PROGRESS':
      return found.definition;
    case 'INACTIVE': {
      const deleted: TaskDefinition = {
        ...found,
        status: 'DELETE_IN_PROGRESS',
        definition: { ...found.definition, status: 'DELETE_IN_PROGRESS', deleteRequestedAt: now() },
      };
      store.taskDefinitions.put(deleted);
      return deleted.definition;
    }
  }
}

/** One bad ARN among several is that one's failure, not the request's. */
function identifierOrUndefined({ caller }: Pick<EcsContext, 'caller'>, identifier: string) {
  try {
    return taskDefinitionIdentifierOf(caller, identifier);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
