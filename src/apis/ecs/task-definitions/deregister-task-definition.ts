import type {
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  TaskDefinition as AwsTaskDefinition,
} from '@aws-sdk/client-ecs';
import { ClientException } from '../../../model/aws-error.ts';
import type { EcsOperation } from '../dependencies.ts';
import { taskDefinitionIdentifierOf } from '../identifiers.ts';
import { findTaskDefinition } from './find-task-definition.ts';

/** `previousStatus` stands on the wire although the model has it not; recorded from ECS, September 2026. */
type Answer = DeregisterTaskDefinitionResponse & {
  taskDefinition: AwsTaskDefinition & { previousStatus: string };
};

/**
 * Makes a revision INACTIVE. One that is no longer ACTIVE is answered as it is. `deregisteredAt` shows in later
 * describes only, as recorded from ECS.
 */
export const deregisterTaskDefinition: EcsOperation<DeregisterTaskDefinitionRequest, Answer> = (
  context,
  { taskDefinition: identifier = '' },
) => {
  const { store, caller, now } = context;
  const named = taskDefinitionIdentifierOf(caller, identifier);
  // The message is another emulator's; ECS's is not known.
  if (named && named.revision === undefined) throw new ClientException('Revision is missing.');
  const found = findTaskDefinition(context, identifier);
  if (!found) throw new ClientException('Unable to describe task definition.');
  if (found.status !== 'ACTIVE')
    return { taskDefinition: { ...found.definition, previousStatus: found.status } };
  const definition: AwsTaskDefinition = { ...found.definition, status: 'INACTIVE' };
  store.taskDefinitions.put({
    ...found,
    status: 'INACTIVE',
    definition: { ...definition, deregisteredAt: now() },
  });
  return { taskDefinition: { ...definition, previousStatus: 'ACTIVE' } };
};
