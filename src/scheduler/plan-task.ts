import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type {
  HealthStatus,
  ObservedContainer,
  StopCode,
  Task,
  TaskContainer,
  TaskStatus,
} from '../model/task.ts';
import { lostPause, reportNetwork } from './plan-network.ts';
import { isHealthUnknown, isKeptUp, settleReloads, toReload } from './plan-reload.ts';

/** One thing to do for a task, and why. */
export type Step =
  | { readonly kind: 'pull'; readonly containers: readonly string[]; readonly cause: string }
  | { readonly kind: 'start'; readonly containers: readonly string[]; readonly cause: string }
  | { readonly kind: 'reload'; readonly containers: readonly string[]; readonly cause: string }
  | {
      readonly kind: 'stop';
      readonly containers: readonly string[];
      readonly graceSeconds: number;
      readonly cause: string;
    }
  | { readonly kind: 'remove'; readonly cause: string };

/** `task`: as it is to be reported now; the same object when nothing changed. No step: wait for an event. */
export type TaskPlan = { readonly task: Task; readonly step: Step | undefined };

/** Seconds between SIGTERM and SIGKILL when the definition says nothing. Source: ECS agent, ECS_CONTAINER_STOP_TIMEOUT. */
export const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

/** Prints a step on one line, as logs and tests show it: `start [app, db]: never started`. */
export function printStep(step: Step): string {
  switch (step.kind) {
    case 'pull':
    case 'start':
    case 'reload':
      return `${step.kind} [${step.containers.join(', ')}]: ${step.cause}`;
    case 'stop':
      return `stop [${step.containers.join(', ')}] within ${step.graceSeconds} s: ${step.cause}`;
    case 'remove':
      return `remove: ${step.cause}`;
  }
}

/**
 * Compares what is desired of a task with what the engine shows of its containers.
 * Pure; called again after every step and every event, it comes to no step once the task is where it should be.
 * A container that was started once is never started again but by a reload: that is what keeps a task from running
 * twice after a crash.
 */
export function planTask(
  current: Task,
  definition: AwsTaskDefinition,
  observed: readonly ObservedContainer[],
  now: Date,
): TaskPlan {
  if (current.lastStatus === 'STOPPED') return { task: current, step: undefined };
  const byName = new Map(observed.map((container) => [container.name, container]));
  const seen = reportNetwork(reportContainers(settleReloads(current, byName), definition, byName), byName);
  const task = stopWhenEssentialExited(seen, byName, now);
  return task.desiredStatus === 'RUNNING'
    ? planToRun(current, task, byName, now)
    : planToStop(current, task, definition, byName, now);
}

function planToRun(
  before: Task,
  task: Task,
  observed: ReadonlyMap<string, ObservedContainer>,
  now: Date,
): TaskPlan {
  if (!task.pullStoppedAt) {
    const started = withStatus({ ...task, pullStartedAt: task.pullStartedAt ?? now }, 'PENDING');
    const containers = task.containers.map(({ name }) => name);
    return {
      task: changed(before, task.pullStartedAt ? withStatus(task, 'PENDING') : started),
      step: { kind: 'pull', containers, cause: 'images not known to be present' },
    };
  }
  const toStart = task.containers
    .filter(({ name }) => !wasStarted(observed.get(name)) && !isKeptUp(task, name))
    .map(({ name }) => name);
  if (toStart.length > 0) {
    return {
      task: changed(before, withStatus(task, 'PENDING')),
      step: { kind: 'start', containers: toStart, cause: 'never started' },
    };
  }
  const running = changed(before, withStart(withStatus(task, 'RUNNING'), observed));
  const containers = toReload(task);
  if (containers.length === 0) return { task: running, step: undefined };
  const ids = containers.map((name) => task.reloads?.[name]?.id).join(', ');
  return { task: running, step: { kind: 'reload', containers, cause: `mounted files changed (${ids})` } };
}

function planToStop(
  before: Task,
  task: Task,
  definition: AwsTaskDefinition,
  observed: ReadonlyMap<string, ObservedContainer>,
  now: Date,
): TaskPlan {
  const running = task.containers.filter(({ name }) => observed.get(name)?.state === 'running');
  const cause = task.stoppedReason ?? 'desired status is STOPPED';
  if (running.length > 0) {
    const graceSeconds =
      task.stopGraceSeconds ?? Math.max(...running.map(({ name }) => stopTimeoutSeconds(definition, name)));
    const containers = running.map(({ name }) => name);
    return {
      task: changed(before, withStart(withStatus(task, 'STOPPING'), observed)),
      step: { kind: 'stop', containers, graceSeconds, cause },
    };
  }
  const ended = withStart(withStatus(task, 'DEPROVISIONING'), observed);
  return {
    task: changed(before, ended.executionStoppedAt ? ended : { ...ended, executionStoppedAt: now }),
    step: { kind: 'remove', cause },
  };
}

/** The task after its images were made present. */
export function afterPull(task: Task, now: Date): Task {
  return task.pullStoppedAt ? task : { ...task, pullStoppedAt: now, version: task.version + 1 };
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
 * The task after ECS gave up on starting it. The reason stands on the failing container only, and as the task's.
 * Source: ECS developer guide, stopped tasks error codes.
 */
export function failToStart(task: Task, reason: string, container: string | undefined, now: Date): Task {
  const failed = task.containers.map((one) => (one.name === container ? { ...one, reason } : one));
  return stopTask({ ...task, containers: failed }, 'TaskFailedToStart', reason, now);
}

/** The task once it is to stop. The first cause stays: a task that is stopping already is returned as it is. */
export function stopTask(task: Task, stopCode: StopCode, stoppedReason: string, now: Date): Task {
  if (task.desiredStatus === 'STOPPED') return task;
  return {
    ...task,
    desiredStatus: 'STOPPED',
    stopCode,
    stoppedReason,
    stoppingAt: now,
    version: task.version + 1,
  };
}

function stopWhenEssentialExited(
  task: Task,
  observed: ReadonlyMap<string, ObservedContainer>,
  now: Date,
): Task {
  const exited = task.containers.some(
    ({ name, essential }) => essential && hasEnded(observed.get(name)) && !isKeptUp(task, name),
  );
  return exited || lostPause(observed)
    ? stopTask(task, 'EssentialContainerExited', 'Essential container in task exited', now)
    : task;
}

function reportContainers(
  task: Task,
  definition: AwsTaskDefinition,
  observed: ReadonlyMap<string, ObservedContainer>,
): Task {
  const containers = task.containers.map((container) => {
    const seen = observed.get(container.name);
    // To its task a container that is reloaded or held runs on.
    if (!seen || isKeptUp(task, container.name)) return container;
    const isUnknown = seen.healthStatus === 'UNHEALTHY' && isHealthUnknown(task, container.name);
    return reportContainer(container, isUnknown ? { ...seen, healthStatus: 'UNKNOWN' } : seen);
  });
  const healthStatus = taskHealth(containers, definition);
  return healthStatus === task.healthStatus &&
    containers.every((container, index) => container === task.containers[index])
    ? task
    : { ...task, containers, healthStatus };
}

/**
 * Source: ECS API reference, Task.healthStatus: of the essential containers with a check, UNHEALTHY if any one is, else
 * UNKNOWN while any one is not evaluated, else HEALTHY.
 */
function taskHealth(
  containers: readonly TaskContainer[],
  { containerDefinitions = [] }: AwsTaskDefinition,
): HealthStatus {
  const checked = new Set(
    containerDefinitions.filter(({ healthCheck }) => healthCheck).map(({ name }) => name),
  );
  const statuses = containers
    .filter(({ name, essential }) => essential && checked.has(name))
    .map(({ healthStatus }) => healthStatus);
  if (statuses.includes('UNHEALTHY')) return 'UNHEALTHY';
  return statuses.length === 0 || statuses.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY';
}

function reportContainer(container: TaskContainer, seen: ObservedContainer): TaskContainer {
  const reason = container.reason ?? containerReason(seen);
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

function stopTimeoutSeconds(definition: AwsTaskDefinition, name: string): number {
  const container = definition.containerDefinitions?.find((one) => one.name === name);
  return container?.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS;
}

const withStatus = (task: Task, lastStatus: TaskStatus): Task =>
  task.lastStatus === lastStatus ? task : { ...task, lastStatus };

/** startedAt is the time at which the last of all containers was started; a task that never got so far has none. */
function withStart(task: Task, observed: ReadonlyMap<string, ObservedContainer>): Task {
  if (task.startedAt) return task;
  if (!task.containers.every(({ name }) => wasStarted(observed.get(name)))) return task;
  const times = task.containers.flatMap(({ name }) => observed.get(name)?.startedAt?.getTime() ?? []);
  return times.length === 0 ? task : { ...task, startedAt: new Date(Math.max(...times)) };
}

const changed = (before: Task, after: Task): Task =>
  after === before || after.version > before.version ? after : { ...after, version: before.version + 1 };
