import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { canBeOrdered, hasHealthCheck } from '../model/container-dependencies.ts';
import { stopTask } from '../model/stop-task.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type { HealthStatus, ObservedContainer, Task, TaskContainer, TaskStatus } from '../model/task.ts';
import { lostPause, reportNetwork } from './plan-network.ts';
import { isHealthUnknown, isKeptUp, settleReloads, toReload } from './plan-reload.ts';
import { countRestarts, isToRestart } from './plan-restart.ts';
import {
  GIVEN_UP_EXIT_CODE,
  planStarts,
  type ContainerView,
  type Standing,
  type StartPlan,
} from './plan-start.ts';
import { planStops, printStops, type ContainerStop } from './plan-stop.ts';

/** One thing to do for a task, and why. */
export type Step =
  | { readonly kind: 'pull'; readonly containers: readonly string[]; readonly cause: string }
  | { readonly kind: 'start'; readonly containers: readonly string[]; readonly cause: string }
  | { readonly kind: 'restart'; readonly containers: readonly string[]; readonly cause: string }
  | { readonly kind: 'reload'; readonly containers: readonly string[]; readonly cause: string }
  | { readonly kind: 'stop'; readonly containers: readonly ContainerStop[]; readonly cause: string }
  | { readonly kind: 'remove'; readonly cause: string };

/** `task`: as it is to be reported now; the same object when nothing changed. No step: wait for an event. */
export type TaskPlan = {
  readonly task: Task;
  readonly step: Step | undefined;
  /** When to plan again although nothing happened. */
  readonly wakeAt: Date | undefined;
};

/** Prints a step on one line, as logs and tests show it: `start [app, db]: never started`. */
export function printStep(step: Step): string {
  switch (step.kind) {
    case 'pull':
    case 'start':
    case 'restart':
    case 'reload':
      return `${step.kind} [${step.containers.join(', ')}]: ${step.cause}`;
    case 'stop':
      return `stop [${printStops(step.containers)}]: ${step.cause}`;
    case 'remove':
      return `remove: ${step.cause}`;
  }
}

/** What one planning looks at. */
type Sight = {
  readonly definitions: ReadonlyMap<string, ContainerDefinition>;
  readonly observed: ReadonlyMap<string, ObservedContainer>;
  readonly now: Date;
};

/**
 * Compares what is desired of a task with what the engine shows of its containers.
 * Pure; called again after every step and every event, it comes to no step once the task is where it should be.
 * A container that was started once is never started again but by its restart policy or a reload: that is what keeps a
 * task from running twice after a crash.
 */
export function planTask(
  current: Task,
  definition: AwsTaskDefinition,
  observed: readonly ObservedContainer[],
  now: Date,
): TaskPlan {
  if (current.lastStatus === 'STOPPED') return { task: current, step: undefined, wakeAt: undefined };
  const { containerDefinitions = [] } = definition;
  const sight: Sight = {
    definitions: new Map(containerDefinitions.map((one) => [one.name ?? '', one] as const)),
    observed: new Map(observed.map((container) => [container.name, container])),
    now,
  };
  const settled = settleReloads(current, sight.observed);
  const seen = reportNetwork(reportContainers(settled, sight), sight.observed);
  const task = stopWhenEssentialEnded(stopWhenUnorderable(seen, containerDefinitions, now), sight);
  return task.desiredStatus === 'RUNNING'
    ? planToRun(current, task, definition, sight)
    : planToStop(current, task, definition, sight);
}

function planToRun(before: Task, task: Task, definition: AwsTaskDefinition, sight: Sight): TaskPlan {
  const { observed, now } = sight;
  if (!task.pullStoppedAt) {
    const started = withStatus({ ...task, pullStartedAt: task.pullStartedAt ?? now }, 'PENDING');
    const containers = task.containers.map(({ name }) => name);
    return {
      task: changed(before, task.pullStartedAt ? withStatus(task, 'PENDING') : started),
      step: { kind: 'pull', containers, cause: 'images not known to be present' },
      wakeAt: undefined,
    };
  }
  const starts = planStarts(viewsOf(task, sight), now);
  if (starts.givenUp.length > 0) {
    const without = stopWhenEssentialNeverStarts(giveUpContainers(task, starts.givenUp), now);
    return without.desiredStatus === 'RUNNING'
      ? planToRun(before, without, definition, sight)
      : planToStop(before, without, definition, sight);
  }
  const toRestart = task.containers.filter((one) => isRestarting(task, one, sight)).map(({ name }) => name);
  const isStarting = task.containers.some((one) => standingOf(task, one, sight) === 'waiting');
  const status = isStarting ? withStatus(task, 'PENDING') : withStart(withStatus(task, 'RUNNING'), observed);
  // To ECS nothing happens to a container that is restarted: the version stays.
  const reported = countRestarts(changed(before, status), toRestart, observed);
  return { task: reported, step: nextStep(reported, toRestart, starts), wakeAt: starts.wakeAt };
}

function nextStep(task: Task, toRestart: readonly string[], { ready, cause }: StartPlan): Step | undefined {
  if (toRestart.length > 0)
    return {
      kind: 'restart',
      containers: toRestart,
      cause: `restart policy (${printCounts(task, toRestart)})`,
    };
  if (ready.length > 0) return { kind: 'start', containers: ready, cause };
  const containers = toReload(task).filter((name) =>
    task.containers.some((one) => one.name === name && isHeldUp(task, one)),
  );
  if (containers.length === 0) return undefined;
  const ids = containers.map((name) => task.reloads?.[name]?.id).join(', ');
  return { kind: 'reload', containers, cause: `mounted files changed (${ids})` };
}

const printCounts = (task: Task, names: readonly string[]): string =>
  task.containers
    .filter(({ name }) => names.includes(name))
    .map(({ restarts }) => restarts?.count ?? 0)
    .join(', ');

function planToStop(before: Task, asked: Task, definition: AwsTaskDefinition, sight: Sight): TaskPlan {
  const { observed, now } = sight;
  // Nothing is restarted any more: what ended has ended.
  const task = reportContainers(asked, sight);
  const running = task.containers
    .map(({ name }) => name)
    .filter((name) => observed.get(name)?.state === 'running');
  const cause = task.stoppedReason ?? 'desired status is STOPPED';
  if (running.length > 0) {
    const containers = planStops(running, definition, task.stopGraceSeconds);
    return {
      task: changed(before, withStart(withStatus(task, 'STOPPING'), observed)),
      step: { kind: 'stop', containers, cause },
      wakeAt: undefined,
    };
  }
  const ended = withStart(withStatus(task, 'DEPROVISIONING'), observed);
  return {
    task: changed(before, ended.executionStoppedAt ? ended : { ...ended, executionStoppedAt: now }),
    step: { kind: 'remove', cause },
    wakeAt: undefined,
  };
}

/** The task after its images were made present, and with what override files make of what is watched. */
export function afterPull(task: Task, overriddenWatch: Task['overriddenWatch'], now: Date): Task {
  if (task.pullStoppedAt) return task;
  const more = overriddenWatch && { overriddenWatch };
  return { ...task, ...more, pullStoppedAt: now, version: task.version + 1 };
}

/** The task after nothing of it is left in the engine: STOPPED, the end. */
export function afterRemove(task: Task, now: Date): Task {
  return {
    ...task,
    lastStatus: 'STOPPED',
    stoppedAt: now,
    containers: task.containers.map((container) => ({ ...container, lastStatus: 'STOPPED' })),
    version: task.version + 1,
  };
}

/**
 * The task after one of its containers, or all, could not be started. The reason stands on the failing container, and
 * as the task's; without one that is not essential the task goes on, where only that one is to blame.
 * Source: ECS developer guide, stopped tasks error codes; ECS agent, handleEventError.
 */
export function failToStart(task: Task, { reason, container, isContainers }: StartFailure, now: Date): Task {
  // One that stands in the way of the others even so takes the task with it.
  const isOptional =
    isContainers &&
    task.containers.some((one) => one.name === container && !one.essential && !one.neverStarts);
  const containers = task.containers.map((one): TaskContainer => {
    if (one.name !== container) return one;
    return isOptional ? { ...one, reason, lastStatus: 'STOPPED', neverStarts: true } : { ...one, reason };
  });
  return isOptional
    ? { ...task, containers, version: task.version + 1 }
    : stopTask({ ...task, containers }, 'TaskFailedToStart', reason, now);
}

/** ECS's name and text for what went wrong. */
export type StartFailure = {
  readonly reason: string;
  /** The container that failed, where one is known. */
  readonly container: string | undefined;
  /** Whether it is that container's fault alone: the engine could not create or start it. */
  readonly isContainers: boolean;
};

/** Source: ECS agent: such a task is refused with this text. */
function stopWhenUnorderable(task: Task, containers: readonly ContainerDefinition[], now: Date): Task {
  if (task.desiredStatus === 'STOPPED' || task.startedAt || canBeOrdered(containers)) return task;
  const reason = `TaskDependencyError: Task dependencies cannot be resolved, taskArn: ${task.arn}`;
  return stopTask(task, 'TaskFailedToStart', reason, now);
}

function stopWhenEssentialEnded(task: Task, sight: Sight): Task {
  const hasEnded = task.containers.some(
    (container) => container.essential && standingOf(task, container, sight) === 'ended',
  );
  return hasEnded || lostPause(sight.observed)
    ? stopTask(task, 'EssentialContainerExited', 'Essential container in task exited', sight.now)
    : task;
}

/** Source: recorded from ECS: the reason stands on the container, the task has only this text. */
function stopWhenEssentialNeverStarts(task: Task, now: Date): Task {
  const isOver = task.containers.some(({ essential, neverStarts }) => essential && neverStarts);
  return isOver ? stopTask(task, 'TaskFailedToStart', 'Task failed to start', now) : task;
}

function giveUpContainers(task: Task, givenUp: readonly { name: string; reason: string }[]): Task {
  const reasons = new Map(givenUp.map(({ name, reason }) => [name, reason]));
  const containers = task.containers.map((container): TaskContainer => {
    const reason = reasons.get(container.name);
    if (reason === undefined) return container;
    return { ...container, lastStatus: 'STOPPED', exitCode: GIVEN_UP_EXIT_CODE, reason, neverStarts: true };
  });
  return { ...task, containers };
}

/** Whether a container is kept up by a reload. Nothing is of a task that is to stop; what never started has no reload. */
const isHeldUp = (task: Task, { name, lastStatus, neverStarts }: TaskContainer): boolean =>
  task.desiredStatus === 'RUNNING' && lastStatus !== 'PENDING' && !neverStarts && isKeptUp(task, name);

function standingOf(task: Task, container: TaskContainer, sight: Sight): Standing {
  const seen = sight.observed.get(container.name);
  if (isHeldUp(task, container)) return 'up';
  if (!wasStarted(seen)) return container.neverStarts ? 'never' : 'waiting';
  return seen?.state === 'running' || isRestarting(task, container, sight) ? 'up' : 'ended';
}

/** Whether a container has ended and its policy will start it again: to its task it runs on. */
function isRestarting(task: Task, container: TaskContainer, { definitions, observed }: Sight): boolean {
  const { name } = container;
  if (task.desiredStatus === 'STOPPED' || isHeldUp(task, container)) return false;
  return isToRestart(container, definitions.get(name)?.restartPolicy, observed.get(name));
}

function viewsOf(task: Task, sight: Sight): Map<string, ContainerView> {
  return new Map(
    task.containers.map((container) => {
      const { name, healthStatus, startedAtMs, exitCode } = container;
      const standing = standingOf(task, container, sight);
      const definition = sight.definitions.get(name) ?? { name };
      return [name, { definition, standing, healthStatus, startedAtMs, exitCode }] as const;
    }),
  );
}

function reportContainers(task: Task, sight: Sight): Task {
  const { definitions, observed } = sight;
  const containers = task.containers.map((container) => {
    const { name } = container;
    const seen = observed.get(name);
    // To its task a container that is restarted, reloaded or held runs on.
    if (!seen || isHeldUp(task, container) || isRestarting(task, container, sight)) return container;
    // What was given up may have been created all the same.
    if (container.neverStarts && !wasStarted(seen)) return container;
    // An image's own check says nothing to ECS. Source: ECS developer guide, container health checks.
    const isChecked = hasHealthCheck(definitions.get(name) ?? {});
    const isUnknown = !isChecked || (seen.healthStatus === 'UNHEALTHY' && isHealthUnknown(task, name));
    return reportContainer(container, isUnknown ? { ...seen, healthStatus: 'UNKNOWN' } : seen);
  });
  const healthStatus = taskHealth(containers, definitions);
  return healthStatus === task.healthStatus &&
    containers.every((container, index) => container === task.containers[index])
    ? task
    : { ...task, containers, healthStatus };
}

/**
 * Source: ECS API reference, Task.healthStatus: of the essential containers with a check, UNHEALTHY if any one is, else
 * UNKNOWN while any one is not evaluated, else HEALTHY.
 */
function taskHealth(containers: readonly TaskContainer[], definitions: Sight['definitions']): HealthStatus {
  const statuses = containers
    .filter(({ name, essential }) => essential && hasHealthCheck(definitions.get(name) ?? {}))
    .map(({ healthStatus }) => healthStatus);
  if (statuses.includes('UNHEALTHY')) return 'UNHEALTHY';
  return statuses.length === 0 || statuses.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY';
}

function reportContainer(container: TaskContainer, seen: ObservedContainer): TaskContainer {
  const reason = container.reason ?? containerReason(seen);
  const startedAtMs = container.startedAtMs ?? seen.startedAt?.getTime();
  const report: TaskContainer = {
    ...container,
    lastStatus: seen.state === 'running' ? 'RUNNING' : seen.state === 'created' ? 'PENDING' : 'STOPPED',
    runtimeId: seen.dockerId,
    healthStatus: seen.healthStatus,
    // A stopped container has no bindings any more; ECS goes on showing those it had.
    networkBindings: seen.networkBindings.length > 0 ? seen.networkBindings : container.networkBindings,
    // The first answer stays: after a restart the engine may only tell the image's id.
    ...(seen.imageDigest !== undefined && { imageDigest: container.imageDigest ?? seen.imageDigest }),
    ...(seen.exitCode !== undefined && { exitCode: seen.exitCode }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(reason !== undefined && { reason }),
  };
  return JSON.stringify(report) === JSON.stringify(container) ? container : report;
}

/** Source: ECS agent, apierrors: `<ErrorName>: <text>`. */
function containerReason(seen: ObservedContainer): string | undefined {
  if (seen.oomKilled && hasEnded(seen)) return 'OutOfMemoryError: Container killed due to memory usage';
  if (seen.state === 'gone' && seen.exitCode === undefined) {
    return 'DockerStateError: Container was removed outside of ECS';
  }
  return undefined;
}

const hasEnded = (seen: ObservedContainer | undefined): boolean =>
  seen?.state === 'exited' || seen?.state === 'gone';

const wasStarted = (seen: ObservedContainer | undefined): boolean =>
  seen !== undefined && seen.state !== 'created';

const withStatus = (task: Task, lastStatus: TaskStatus): Task =>
  task.lastStatus === lastStatus ? task : { ...task, lastStatus };

/** startedAt is the time at which the last of all containers was started; a task that never got so far has none. */
function withStart(task: Task, observed: ReadonlyMap<string, ObservedContainer>): Task {
  if (task.startedAt) return task;
  const hasAll = task.containers.every(
    ({ name, essential, neverStarts }) => wasStarted(observed.get(name)) || (neverStarts && !essential),
  );
  if (!hasAll) return task;
  const times = task.containers.flatMap(({ name }) => observed.get(name)?.startedAt?.getTime() ?? []);
  return times.length === 0 ? task : { ...task, startedAt: new Date(Math.max(...times)) };
}

const changed = (before: Task, after: Task): Task =>
  after === before || after.version > before.version ? after : { ...after, version: before.version + 1 };
