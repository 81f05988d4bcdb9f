import type { Failure, RunTaskRequest } from '@aws-sdk/client-ecs';
import { AwsError, ClusterNotFoundException, InvalidParameterException } from '../../../model/aws-error.ts';
import { addsInstances, distribute } from '../../../model/capacity-provider.ts';
import { DEFAULT_CLUSTER, type Cluster } from '../../../model/cluster.ts';
import { isPlaced, newTask, type NewTask, type Placement } from '../../../model/new-task.ts';
import type { Task } from '../../../model/task.ts';
import { placeOnCluster } from '../../../model/place-on-cluster.ts';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import { newCluster } from '../clusters/new-cluster.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { clusterNameOf } from '../identifiers.ts';
import { launchOf, type Launch } from './placement.ts';
import { requestDigest } from './request-digest.ts';
import { checkRequest } from './run-task-rules.ts';
import { taskShapeWithTags, type TaskShape } from './shape.ts';
import { runnableDefinition, taskToPlace, wantedTask } from './wanted-task.ts';

type Answer = { readonly tasks: readonly TaskShape[]; readonly failures: readonly Failure[] };

/**
 * Saves `count` tasks that are desired to run, wakes whoever runs them and answers at once: no engine is waited for.
 * Everything is saved in one transaction, with the client's token, so a request is carried out once or not at all.
 */
export const runTask: EcsOperation<RunTaskRequest, Answer> = (context, input) => {
  const { store, wake } = context;
  checkRequest(input);
  const { cluster, isNew } = clusterToRunIn(context, input.cluster);
  const token = tokenOf(cluster, input);
  const before = token && tasksOfToken(context, token);
  if (before) return { tasks: before.map(taskShapeWithTags), failures: [] };

  const registered = runnableDefinition(context, input.taskDefinition);
  const launch = launchOf(context, input, cluster, registered.definition);
  const wanted = wantedTask(cluster, registered, launch.placement, input);
  const { tasks, failures } = store.transaction(() => {
    if (isNew) store.clusters.put(cluster);
    const { tasks, failures } = placedTasks(context, wanted, launch.strategy, input);
    for (const task of tasks) store.tasks.put(task);
    if (token) {
      store.tasks.putToken({ ...token, taskArns: tasks.map(({ arn }) => arn), createdAt: context.now() });
    }
    return { tasks, failures };
  });
  for (const { arn } of tasks) wake(arn);
  return { tasks: tasks.map(taskShapeWithTags), failures };
};

/** As many tasks as there is room for, and why there is none for more. Source: ECS developer guide, API failure reasons. */
function placedTasks(
  context: EcsContext,
  wanted: NewTask,
  capacityProviders: Launch['strategy'],
  { count = 1, placementConstraints = [], placementStrategy = [] }: RunTaskRequest,
): { tasks: Task[]; failures: Failure[] } {
  const providers = distribute(capacityProviders, count);
  const { placement } = wanted;
  const make = (index: number, more: Partial<Placement>): Task => {
    const capacityProviderName = providers[index];
    return newTask(context, {
      ...wanted,
      placement: {
        ...placement,
        ...(capacityProviderName !== undefined && { capacityProviderName }),
        ...more,
      },
    });
  };
  if (!isPlaced(placement.launchType))
    return { tasks: providers.map((_, index) => make(index, {})), failures: [] };
  const result = placeOnCluster(context, {
    ...taskToPlace(wanted),
    constraints: placementConstraints,
    strategy: placementStrategy,
    addsInstances: addsInstances(capacityProviders, (name) =>
      context.store.capacityProviders.get(wanted.cluster.scope, name),
    ),
    count,
  });
  // Source: ECS's words, recorded in GitHub issues.
  if (!result) throw new InvalidParameterException('No Container Instances were found in your cluster.');
  return {
    tasks: result.placed.map(({ view, reserved }, index) =>
      make(index, { containerInstanceArn: view.instance.arn, reserved }),
    ),
    failures: result.failures.map(({ view, reason }) => ({ arn: view.instance.arn, reason })),
  };
}

/** The cluster `default` needs no making: its first task makes it. Source: ECS developer guide, default cluster. */
function clusterToRunIn(
  context: EcsContext,
  identifier: string | undefined,
): { cluster: Cluster; isNew: boolean } {
  const name = clusterNameOf(context.caller, identifier);
  const existing = context.store.clusters.get(context.caller, name);
  if (existing) return { cluster: findActiveCluster(context, identifier), isNew: false };
  if (name !== DEFAULT_CLUSTER) throw new ClusterNotFoundException();
  return { cluster: newCluster(context, {}), isNew: true };
}

type TokenKey = Pick<Cluster, 'scope'> & { clusterName: string; clientToken: string; requestDigest: string };

function tokenOf(
  { scope, name }: Cluster,
  { clientToken, ...request }: RunTaskRequest,
): TokenKey | undefined {
  if (clientToken === undefined || clientToken === '') return undefined;
  return { scope, clusterName: name, clientToken, requestDigest: requestDigest(request) };
}

/**
 * The tasks that a token stands for, as they are now. A token ends when all its tasks are forgotten, an hour after
 * they stopped. Source: ECS developer guide, idempotency; the message is recorded from ECS, September 2026.
 */
function tasksOfToken({ store }: EcsContext, token: TokenKey): Task[] | undefined {
  const known = store.tasks.getToken(token.scope, token.clusterName, token.clientToken);
  if (!known) return undefined;
  const tasks = known.taskArns.flatMap((arn) => store.tasks.get(arn) ?? []);
  if (tasks.length === 0) return undefined;
  if (known.requestDigest !== token.requestDigest) {
    throw new AwsError(
      'ConflictException',
      'The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different request.',
      { members: { resourceIds: [...known.taskArns] } },
    );
  }
  return tasks;
}
