import type { Failure, ProtectedTask } from '@aws-sdk/client-ecs';
import { serviceArn } from '../../../model/arn.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import { serviceOfTask, type Service } from '../../../model/service.ts';
import { isProtected } from '../../../model/task-protection.ts';
import type { Task } from '../../../model/task.ts';
import type { EcsContext } from '../dependencies.ts';
import { taskArnOf } from '../identifiers.ts';
import { atMost } from '../limits.ts';

export type ProtectionAnswer = {
  readonly protectedTasks: readonly ProtectedTask[];
  readonly failures: readonly Failure[];
};

/** A task of a service that can be protected. */
export type ProtectableTask = { readonly task: Task; readonly service: Service };

/**
 * Answers for each named task, in the request's order. Only what a service runs can be protected. Source of the reasons:
 * ECS developer guide, API failure reasons. The wording of the refusals follows that of DescribeTasks.
 */
export function forEachTask(
  context: EcsContext,
  cluster: Cluster,
  { tasks: identifiers = [], max }: { readonly tasks?: readonly string[] | undefined; readonly max: number },
  answer: (found: ProtectableTask) => ProtectedTask | { readonly reason: string },
): ProtectionAnswer {
  const { store } = context;
  if (identifiers.length === 0) throw new InvalidParameterException('Tasks cannot be empty.');
  atMost('taskIds', identifiers, max);
  const protectedTasks: ProtectedTask[] = [];
  const failures: Failure[] = [];
  for (const arn of new Set(identifiers.map((one) => taskArnOf(cluster.scope, cluster.name, one)))) {
    const task = store.tasks.get(arn);
    const service = task?.desiredStatus === 'RUNNING' ? serviceOf(context, task) : undefined;
    const answered = task && service ? answer({ task, service }) : undefined;
    if (!answered) failures.push({ arn, reason: task ? 'TASK_NOT_VALID' : 'MISSING' });
    else if ('reason' in answered) failures.push({ arn, reason: answered.reason });
    else protectedTasks.push(answered);
  }
  return { protectedTasks, failures };
}

function serviceOf({ store }: EcsContext, task: Task): Service | undefined {
  const name = serviceOfTask(task);
  return name === undefined ? undefined : store.services.get(serviceArn(task.scope, task.clusterName, name));
}

/** Source: ECS API reference, ProtectedTask: no date for what is not protected. */
export function protectionShape(task: Task, nowMs: number): ProtectedTask {
  const { arn: taskArn, protectedUntilMs = 0 } = task;
  return isProtected(task, nowMs)
    ? { taskArn, protectionEnabled: true, expirationDate: new Date(protectedUntilMs) }
    : { taskArn, protectionEnabled: false };
}
