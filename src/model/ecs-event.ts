import type { Attachment } from '@aws-sdk/client-ecs';
import {
  IMPAIRED_FAILURES,
  primaryOf,
  type Deployment,
  type RolloutState,
  type Service,
  type TaskSetState,
} from './service.ts';
import { capacityProviderArn, taskSetArn, type ContainerInstanceArn } from './arn.ts';
import type { Scope } from './caller.ts';
import type { ClusterUsage, ContainerInstance } from './container-instance.ts';
import type { TaskReload } from './reload.ts';
import type { Task } from './task.ts';

/**
 * An event as EventBridge hands it to its targets. Dates within the detail become ISO 8601 in its JSON.
 * Source: EventBridge user guide, event structure; ECS developer guide, Amazon ECS events.
 */
export type EcsEvent = {
  readonly version: '0';
  /** A uuid. */
  readonly id: string;
  readonly 'detail-type':
    | 'ECS Task State Change'
    | 'ECS Container Instance State Change'
    | 'ECS Deployment State Change'
    | 'ECS Service Action'
    | 'ECS Task Reload';
  /** AWS has no reloads. */
  readonly source: 'aws.ecs' | 'ecsidecar';
  readonly account: string;
  /** ISO 8601 in whole seconds. */
  readonly time: string;
  readonly region: string;
  /** The ARN of the task, the container instance or the service. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
};

export type EventContext = {
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  /** A task as DescribeTasks answers it; the API's own, which the model does not know. */
  readonly describeTask: (task: Task) => object;
  /** A container instance, with what its cluster's tasks hold, as its events tell it. */
  readonly describeInstance: (instance: ContainerInstance, usage: ClusterUsage) => object;
};

/** What changed and when, told of one of them. */
const makeEvent = (
  { scope, arn }: { readonly scope: Scope; readonly arn: string },
  detailType: EcsEvent['detail-type'],
  detail: EcsEvent['detail'],
  now: Date,
  { newId }: EventContext,
): EcsEvent => ({
  version: '0',
  id: newId(),
  'detail-type': detailType,
  source: detailType === 'ECS Task Reload' ? 'ecsidecar' : 'aws.ecs',
  account: scope.account,
  time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
  region: scope.region,
  resources: [arn],
  detail,
});

/** The events of a task that was saved; none where no status of it, of its containers or of their reloads is another. */
export function taskEvents(before: Task | undefined, after: Task, context: EventContext): EcsEvent[] {
  const reloads = reloadEvents(before, after, context);
  if (before && !isTaskChange(before, after)) return reloads;
  const updatedAt = context.now();
  const detail = { ...withEventAttachments(context.describeTask(after)), updatedAt };
  return [...reloads, makeEvent(after, 'ECS Task State Change', detail, updatedAt, context)];
}

/**
 * The event of a container instance that was saved; none where only its tags are others. Source: ECS developer guide,
 * container instance state change events.
 */
export function instanceEvents(
  before: ContainerInstance | undefined,
  after: ContainerInstance,
  usage: ClusterUsage,
  context: EventContext,
): EcsEvent[] {
  if (before?.version === after.version) return [];
  const updatedAt = context.now();
  const detail = { ...context.describeInstance(after, usage), updatedAt };
  return [makeEvent(after, 'ECS Container Instance State Change', detail, updatedAt, context)];
}

/** The container instance on which a task that was saved takes up room or leaves it. */
export function touchedInstance(before: Task | undefined, after: Task): ContainerInstanceArn | undefined {
  const holds = (task: Task | undefined): boolean => task !== undefined && task.lastStatus !== 'STOPPED';
  return holds(before) === holds(after) ? undefined : after.containerInstanceArn;
}

/** Events call a network interface `eni`, where DescribeTasks has another word. Source: ECS developer guide, task events. */
function withEventAttachments(task: object & { readonly attachments?: readonly Attachment[] }): object {
  if (!task.attachments?.length) return task;
  const attachments = task.attachments.map((one) =>
    one.type === 'ElasticNetworkInterface' ? { ...one, type: 'eni' } : one,
  );
  return { ...task, attachments };
}

/** What became of the reloads of a task's containers: asked for, done, or held. */
function reloadEvents(before: Task | undefined, after: Task, context: EventContext): EcsEvent[] {
  if (after.reloads === before?.reloads) return [];
  const isTold = (name: string, { id, status }: TaskReload): boolean => {
    const told = before?.reloads?.[name];
    return told?.id === id && told.status === status;
  };
  return Object.entries(after.reloads ?? {})
    .filter(([name, reload]) => !isTold(name, reload))
    .map(([containerName, { doneAtMs, requestedAtMs, holds: _holds, ...reload }]) => {
      const { arn: taskArn, group } = after;
      const durationMs = doneAtMs === undefined ? {} : { durationMs: doneAtMs - requestedAtMs };
      const detail = { taskArn, group, containerName, ...reload, ...durationMs };
      return makeEvent(after, 'ECS Task Reload', detail, context.now(), context);
    });
}

/** Source: ECS developer guide, task state change events: starts, stops, reports, and a container that changes state. */
const isTaskChange = (before: Task, after: Task): boolean =>
  before.lastStatus !== after.lastStatus ||
  before.desiredStatus !== after.desiredStatus ||
  after.containers.some(({ lastStatus }, index) => before.containers[index]?.lastStatus !== lastStatus);

/**
 * The events of a service that was saved, in the order in which things went. All of them show in the service itself,
 * so that whoever saves it need not tell. `isByUser`: the save carries out a user's request; a desired count of it is
 * no event. Source: ECS developer guide, service action events.
 */
export function serviceEvents(
  before: Service | undefined,
  after: Service,
  context: EventContext & { readonly isByUser: boolean },
): EcsEvent[] {
  const createdAt = context.now();
  const { clusterArn } = after;
  const actions = [
    ...violations(before, after),
    ...placementFailures(before, after),
    ...serviceActions(before, after, context.isByUser),
  ].map(({ eventType, eventName, ...more }) => {
    const detail = { eventType, eventName, clusterArn, ...more, createdAt };
    return makeEvent(after, 'ECS Service Action', detail, createdAt, context);
  });
  return [...deploymentEvents(before, after, createdAt, context), ...actions];
}

/** What an event of the detail type `ECS Service Action` tells. */
type ServiceAction = {
  readonly eventType: 'INFO' | 'WARN' | 'ERROR';
  readonly eventName:
    | 'SERVICE_STEADY_STATE'
    | 'TASKSET_STEADY_STATE'
    | 'CAPACITY_PROVIDER_STEADY_STATE'
    | 'SERVICE_DESIRED_COUNT_UPDATED'
    | 'SERVICE_TASK_START_IMPAIRED'
    | 'SERVICE_TASK_PLACEMENT_FAILURE'
    | 'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED';
  readonly [member: string]: unknown;
};

/**
 * Tasks of a DAEMON service that may not be on their container instance any more, each once. Source: ECS developer
 * guide, service action events; that their ARNs are told is ours.
 */
function violations(before: Service | undefined, after: Service): ServiceAction[] {
  return after.deployments.flatMap(({ id, violatingArns = [] }) => {
    const known = deploymentOf(before, id)?.violatingArns ?? [];
    const taskArns = violatingArns.filter((arn) => !known.includes(arn));
    return taskArns.length === 0
      ? []
      : { eventType: 'ERROR', eventName: 'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED', taskArns };
  });
}

const providerArns = ({ scope }: Service, { revision }: Deployment): readonly string[] =>
  revision.capacityProviderStrategy.map(({ capacityProvider = '' }) =>
    capacityProviderArn(scope, capacityProvider),
  );

/** Each time that a task has found no place. Source: ECS developer guide, service task placement failure event. */
function placementFailures(before: Service | undefined, after: Service): ServiceAction[] {
  return after.deployments.flatMap((deployment) => {
    const { id, unplaced } = deployment;
    const known = deploymentOf(before, id)?.unplaced?.failures ?? 0;
    if (!unplaced || unplaced.failures <= known) return [];
    const providers = providerArns(after, deployment);
    return {
      eventType: 'ERROR',
      eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
      ...(providers.length > 0 && { capacityProviderArns: providers }),
      ...(unplaced.instanceArn !== undefined && { containerInstanceArns: [unplaced.instanceArn] }),
      reason: unplaced.reason,
    };
  });
}

function serviceActions(before: Service | undefined, after: Service, isByUser: boolean): ServiceAction[] {
  const actions: ServiceAction[] = [];
  const isSame = before !== undefined && before.createdAt.getTime() === after.createdAt.getTime();
  if (isSame && !isByUser && before.desiredCount !== after.desiredCount)
    actions.push({ eventType: 'INFO', eventName: 'SERVICE_DESIRED_COUNT_UPDATED' });
  const isImpaired = after.deployments.some(
    ({ id, startFailures }) =>
      startFailures >= IMPAIRED_FAILURES &&
      (deploymentOf(before, id)?.startFailures ?? 0) < IMPAIRED_FAILURES,
  );
  if (isImpaired) actions.push({ eventType: 'WARN', eventName: 'SERVICE_TASK_START_IMPAIRED' });
  for (const deployment of after.deployments) {
    const { id, taskSet } = deployment;
    const isSteady = ({ stability }: TaskSetState): boolean => stability === 'STEADY_STATE';
    const known = deploymentOf(before, id)?.taskSet;
    // The guide shows no example of it; that the ARN is told is ours.
    if (taskSet && isSteady(taskSet) && !(known && isSteady(known)))
      actions.push({
        eventType: 'INFO',
        eventName: 'TASKSET_STEADY_STATE',
        taskSetArns: [taskSetArn(after.scope, after.clusterName, after.name, id)],
      });
  }
  if (after.steadySince && after.steadySince.getTime() !== before?.steadySince?.getTime()) {
    const primary = primaryOf(after);
    const capacityProviderArns = primary ? providerArns(after, primary) : [];
    if (capacityProviderArns.length > 0)
      actions.push({ eventType: 'INFO', eventName: 'CAPACITY_PROVIDER_STEADY_STATE', capacityProviderArns });
    actions.push({ eventType: 'INFO', eventName: 'SERVICE_STEADY_STATE' });
  }
  return actions;
}

/** A deployment that failed is told before the one that takes over from it. */
const ORDER: Readonly<Record<RolloutState, number>> = { FAILED: 0, COMPLETED: 1, IN_PROGRESS: 2 };

/** Source: ECS developer guide, service deployment state change events. */
function deploymentEvents(
  before: Service | undefined,
  after: Service,
  now: Date,
  context: EventContext,
): EcsEvent[] {
  return after.deployments
    .filter(({ id, rolloutState }) => deploymentOf(before, id)?.rolloutState !== rolloutState)
    .sort((a, b) => ORDER[a.rolloutState] - ORDER[b.rolloutState])
    .map(({ id, rolloutState, rolloutStateReason, updatedAt }) => {
      const detail = {
        eventType: rolloutState === 'FAILED' ? 'ERROR' : 'INFO',
        eventName: `SERVICE_DEPLOYMENT_${rolloutState}`,
        deploymentId: id,
        updatedAt,
        reason: rolloutStateReason,
      };
      return makeEvent(after, 'ECS Deployment State Change', detail, now, context);
    });
}

const deploymentOf = (service: Service | undefined, id: string): Deployment | undefined =>
  service?.deployments.find((deployment) => deployment.id === id);
