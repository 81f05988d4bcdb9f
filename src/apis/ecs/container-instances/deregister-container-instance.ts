import type {
  DeregisterContainerInstanceRequest,
  DeregisterContainerInstanceResponse,
} from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { stopTask } from '../../../model/stop-task.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findInstance } from './find-instance.ts';
import { containerInstanceShape } from './shape.ts';

/**
 * Takes a container instance out of use. With `force` its tasks go too: services start theirs elsewhere. Sources: ECS
 * API reference; the refusal is recorded in public code, the tasks' reason in the ECS developer guide.
 */
export const deregisterContainerInstance: EcsOperation<
  DeregisterContainerInstanceRequest,
  DeregisterContainerInstanceResponse
> = (context, { cluster: clusterIdentifier, containerInstance: identifier = '', force = false }) => {
  const { store, now } = context;
  const cluster = findCluster(context, clusterIdentifier);
  const view = findInstance(context, cluster, identifier);
  const { instance } = view;
  if (!force && view.runningTasksCount + view.pendingTasksCount > 0)
    throw new InvalidParameterException('Found running tasks on the instance.');
  const tasks = store.tasks
    .listArns(
      cluster.scope,
      { clusterName: cluster.name, desiredStatus: 'RUNNING', containerInstance: instance.arn },
      { limit: Number.MAX_SAFE_INTEGER },
    )
    .flatMap((arn) => store.tasks.get(arn) ?? []);
  const gone = { ...instance, status: 'INACTIVE' as const, version: instance.version + 1 };
  store.transaction(() => {
    store.containerInstances.put(gone);
    const reason = 'Container instance deregistration forced by user';
    for (const task of tasks) store.tasks.put(stopTask(task, 'InfrastructureHealth', reason, now()));
  });
  for (const { arn } of tasks) context.wake(arn);
  context.capacityChanged(cluster.arn);
  return { containerInstance: containerInstanceShape({ ...view, instance: gone }, context.host, ['TAGS']) };
};
