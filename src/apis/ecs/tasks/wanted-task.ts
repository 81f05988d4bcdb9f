import type { StartTaskRequest } from '@aws-sdk/client-ecs';
import { ClientException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import { effectiveDefinition } from '../../../model/effective-definition.ts';
import { taskTags, type NewTask, type Placement } from '../../../model/new-task.ts';
import type { TaskToPlace } from '../../../model/place-on-cluster.ts';
import type { TaskDefinition } from '../../../model/task-definition.ts';
import type { EcsContext } from '../dependencies.ts';
import { findTaskDefinition } from '../task-definitions/find-task-definition.ts';
import { checkOverrides } from './override-rules.ts';
import { checkNetwork, checkVolumes } from './run-task-rules.ts';

/** The members that RunTask and StartTask share. */
type WantedTask = Omit<StartTaskRequest, 'cluster' | 'containerInstances' | 'taskDefinition'>;

/** Source: ECS's words, recorded in GitHub issues. */
export function runnableDefinition(context: EcsContext, identifier: string | undefined): TaskDefinition {
  const found = findTaskDefinition(context, identifier ?? '');
  if (!found) throw new ClientException('TaskDefinition not found.');
  if (found.status !== 'ACTIVE') throw new ClientException('TaskDefinition is inactive');
  return found;
}

/** What a request's tasks are made from, checked against their definition; where they go is for others to say. */
export function wantedTask(
  cluster: Cluster,
  registered: TaskDefinition,
  placement: Placement,
  input: WantedTask,
): NewTask {
  checkNetwork(registered.definition, input.networkConfiguration);
  checkVolumes(registered.definition, input.volumeConfigurations);
  checkOverrides(registered.definition, input.overrides ?? {}, placement.launchType === 'FARGATE');
  const tags = taskTags(
    input.enableECSManagedTags === true ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : [],
    input.propagateTags === 'TASK_DEFINITION' ? registered.tags : [],
    input.tags ?? [],
  );
  return { ...input, cluster, registered, placement, tags };
}

/** The same as the placement of tasks looks at it. */
export const taskToPlace = ({ cluster, registered, group, overrides = {} }: NewTask): TaskToPlace => ({
  cluster,
  definition: effectiveDefinition(registered.definition, overrides),
  group: group ?? `family:${registered.family}`,
});
