import type { ListTasksRequest, ListTasksResponse } from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import type { TaskArn } from '../../../model/arn.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { serviceGroup } from '../../../model/service.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import { containerInstanceArnOf } from '../container-instances/find-instance.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { pageRequest } from '../limits.ts';
import { findService } from '../services/find-service.ts';

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
  const group =
    input.serviceName === undefined ? undefined : groupOf(context, input.cluster, input.serviceName);
  const { desiredStatus = 'RUNNING', family, startedBy, launchType } = input;
  // No task belongs to a daemon here.
  if (desiredStatus === 'PENDING' || input.daemonName !== undefined) return { taskArns: [] };
  const containerInstance =
    input.containerInstance === undefined
      ? undefined
      : containerInstanceArnOf(cluster.scope, cluster.name, input.containerInstance);
  const [after] = position ?? [];
  const listed = store.tasks.listArns(
    cluster.scope,
    {
      clusterName: cluster.name,
      desiredStatus,
      ...(family !== undefined && { family }),
      ...(startedBy !== undefined && { startedBy }),
      ...(group !== undefined && { group }),
      ...(launchType !== undefined && { launchType }),
      ...(containerInstance !== undefined && { containerInstance }),
    },
    { ...(after !== undefined && { after }), limit: limit + 1 },
  );
  return answers.get(listed) ?? answer(listed, limit);
};

/** The group of a service's tasks. Throws ServiceNotFoundException, in ECS's words. */
const groupOf = (context: EcsContext, cluster: string | undefined, service: string): string =>
  serviceGroup(findService(context, cluster, service).service.name);

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
