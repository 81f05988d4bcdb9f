import type { DescribeTasksRequest, Failure } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { taskArnOf } from '../identifiers.ts';
import { atMost } from '../limits.ts';
import { taskShape, taskShapeWithTags, type TaskShape } from './shape.ts';

type Answer = { readonly tasks: readonly TaskShape[]; readonly failures: readonly Failure[] };

/** Describes tasks of a cluster. Source: ECS's words, recorded in GitHub issues: empty and more than 100. */
export const describeTasks: EcsOperation<DescribeTasksRequest, Answer> = (context, input) => {
  const { store } = context;
  const { tasks: identifiers = [], include = [] } = input;
  const cluster = findCluster(context, input.cluster);
  if (identifiers.length === 0) throw new InvalidParameterException('Tasks cannot be empty.');
  atMost('taskIds', identifiers, 100);
  const shapeOf = include.includes('TAGS') ? taskShapeWithTags : taskShape;
  const arns = new Set(identifiers.map((identifier) => taskArnOf(cluster.scope, cluster.name, identifier)));
  const tasks: TaskShape[] = [];
  const failures: Failure[] = [];
  for (const arn of arns) {
    const task = store.tasks.get(arn);
    if (task) tasks.push(shapeOf(task));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { tasks, failures };
};
