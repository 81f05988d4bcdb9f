import type { Failure, StartTaskRequest } from '@aws-sdk/client-ecs';
import { newTask } from '../../../model/new-task.ts';
import { placeOnInstances } from '../../../model/place-on-cluster.ts';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import { namedInstanceArns } from '../container-instances/find-instance.ts';
import type { EcsOperation } from '../dependencies.ts';
import { placementOf } from './placement.ts';
import { checkRequest } from './run-task-rules.ts';
import { taskShapeWithTags, type TaskShape } from './shape.ts';
import { runnableDefinition, taskToPlace, wantedTask } from './wanted-task.ts';

type Answer = { readonly tasks: readonly TaskShape[]; readonly failures: readonly Failure[] };

/**
 * RunTask where the caller says on which container instances: one task on each that has room. Constraints and strategies
 * do not count, resources and attributes do. Source: ECS API reference, StartTask: up to ten instances. The wording of
 * the refusals follows that of DescribeTasks.
 */
export const startTask: EcsOperation<StartTaskRequest, Answer> = (context, input) => {
  const { store, wake } = context;
  const { containerInstances: identifiers = [], taskDefinition, ...asked } = input;
  checkRequest(input);
  const cluster = findActiveCluster(context, input.cluster);
  const arns = namedInstanceArns(cluster, identifiers, 10);
  const registered = runnableDefinition(context, taskDefinition);
  const placement = placementOf('EC2', {}, registered.definition);
  const wanted = wantedTask(cluster, registered, placement, asked);
  const { tasks, failures } = store.transaction(() => {
    const { placed, failures } = placeOnInstances(context, taskToPlace(wanted), arns);
    const tasks = placed.map(({ view, reserved }) =>
      newTask(context, {
        ...wanted,
        placement: { ...placement, containerInstanceArn: view.instance.arn, reserved },
      }),
    );
    for (const task of tasks) store.tasks.put(task);
    return { tasks, failures };
  });
  for (const { arn } of tasks) wake(arn);
  return { tasks: tasks.map(taskShapeWithTags), failures };
};
