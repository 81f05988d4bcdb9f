import type { DeleteTaskSetRequest, DeleteTaskSetResponse } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findExternalService, findTaskSet, saveTaskSet } from './find-task-set.ts';
import { taskSetShape } from './shape.ts';

/**
 * Drains a task set: its tasks are stopped, then it is gone. Source: ECS API reference, DeleteTaskSet.force: without it,
 * only one that is scaled to zero. The wording is ours.
 */
export const deleteTaskSet: EcsOperation<DeleteTaskSetRequest, DeleteTaskSetResponse> = (context, input) => {
  const { service } = findExternalService(context, input.cluster, input.service);
  const deployment = findTaskSet(service, input.taskSet ?? '');
  const { taskSet } = deployment;
  if (input.force !== true && (taskSet?.scalePercent ?? 0) > 0)
    throw new InvalidParameterException(
      'The task set cannot be deleted while it is scaled above 0. Scale it to 0 or use force.',
    );
  const drained = {
    ...deployment,
    ...(taskSet && {
      taskSet: {
        ...taskSet,
        isDraining: true,
        stability: 'STABILIZING' as const,
        stabilityAt: context.now(),
      },
    }),
    updatedAt: context.now(),
  };
  return { taskSet: taskSetShape(context, saveTaskSet(context, service, drained), drained, { tags: false }) };
};
