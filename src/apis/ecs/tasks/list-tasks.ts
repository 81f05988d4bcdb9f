import type { ListTasksRequest, ListTasksResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import type { TaskArn } from '../../../model/arn.ts';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';

/** Filters that stand alone; desiredStatus may be beside them. */
const FILTERS = [
  'containerInstance',
  'family',
  'startedBy',
  'serviceName',
  'launchType',
  'daemonName',
] as const;

/**
 * ARNs of a cluster's tasks, ascending by id.
 * Source: ECS API reference, ListTasks: desiredStatus RUNNING unless given, PENDING matches nothing.
 */
export const listTasks: EcsOperation<ListTasksRequest, ListTasksResponse> = (context, input) => {
  const { store } = context;
  const cluster = findCluster(context, input.cluster);
  checkLone('startedBy', input);
  checkLone('serviceName', input);
  const { limit, position } = pageRequest('ListTasks', input);
  // No services yet, so none can be named. Source: ECS's words.
  if (input.serviceName !== undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  const { desiredStatus = 'RUNNING', family, startedBy, launchType } = input;
  // No task runs on a container instance or belongs to a daemon here.
  if (
    desiredStatus === 'PENDING' ||
    input.containerInstance !== undefined ||
    input.daemonName !== undefined
  ) {
    return { taskArns: [] };
  }
  const [after] = position ?? [];
  const listed = store.tasks.listArns(
    cluster.scope,
    {
      clusterName: cluster.name,
      desiredStatus,
      ...(family !== undefined && { family }),
      ...(startedBy !== undefined && { startedBy }),
      ...(launchType !== undefined && { launchType }),
    },
    { ...(after !== undefined && { after }), limit: limit + 1 },
  );
  return answers.get(listed) ?? answer(listed, limit);
};

/** The store gives the same list while nothing of it changed, and so is the answer. */
const answers = new WeakMap<readonly TaskArn[], ListTasksResponse>();

function answer(listed: readonly TaskArn[], limit: number): ListTasksResponse {
  const { items, nextToken } = pageOf(listed, limit, 'ListTasks', (arn) => [
    arn.slice(arn.lastIndexOf('/') + 1),
  ]);
  const made = Object.freeze({ taskArns: [...items], ...(nextToken !== undefined && { nextToken }) });
  answers.set(listed, made);
  return made;
}

/** Source: ECS's words, recorded in GitHub issues: `cannot specify startedBy with other arguments`. */
function checkLone(filter: (typeof FILTERS)[number], input: ListTasksRequest): void {
  if (input[filter] === undefined) return;
  if (FILTERS.some((other) => other !== filter && input[other] !== undefined)) {
    throw new InvalidParameterException(`cannot specify ${filter} with other arguments`);
  }
}
