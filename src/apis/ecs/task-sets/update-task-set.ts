import type { UpdateTaskSetRequest, UpdateTaskSetResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { checkScale } from './check-scale.ts';
import { findExternalService, findTaskSet, saveTaskSet } from './find-task-set.ts';
import { taskSetShape } from './shape.ts';

/** Changes a task set's share of the service's desired count. */
export const updateTaskSet: EcsOperation<UpdateTaskSetRequest, UpdateTaskSetResponse> = (context, input) => {
  const { service } = findExternalService(context, input.cluster, input.service);
  const deployment = findTaskSet(service, input.taskSet ?? '');
  checkScale(input.scale);
  const { taskSet } = deployment;
  const changed = {
    ...deployment,
    ...(taskSet && {
      taskSet: {
        ...taskSet,
        scalePercent: input.scale?.value ?? taskSet.scalePercent,
        stability: 'STABILIZING' as const,
        stabilityAt: context.now(),
      },
    }),
    startFailures: 0,
    updatedAt: context.now(),
  };
  return { taskSet: taskSetShape(context, saveTaskSet(context, service, changed), changed, { tags: false }) };
};
