import type { StopTaskRequest } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { stopTask as toStop } from '../../../model/stop-task.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { taskArnOf } from '../identifiers.ts';
import { taskShape, type TaskShape } from './shape.ts';

/**
 * Asks a task to stop and answers at once; its lastStatus changes later. A task that stops already is answered as it
 * is, with its first reason. The answer shows no tags.
 * Source: real outputs of StopTask; the messages are ECS's.
 */
export const stopTask: EcsOperation<StopTaskRequest, { readonly task: TaskShape }> = (context, input) => {
  const { store, wake, now } = context;
  const cluster = findCluster(context, input.cluster);
  const arn = taskArnOf(cluster.scope, cluster.name, input.task ?? '');
  const task = store.tasks.get(arn);
  if (!task) throw new InvalidParameterException('The referenced task was not found.');
  if (task.desiredStatus === 'STOPPED') return { task: taskShape(task) };
  const stopping = toStop(task, 'UserInitiated', input.reason ?? 'Task stopped by user', now());
  store.tasks.put(stopping);
  wake(arn);
  return { task: taskShape(stopping) };
};
