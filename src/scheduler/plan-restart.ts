import type { ContainerRestartPolicy } from '@aws-sdk/client-ecs';
import type { ObservedContainer, Task, TaskContainer } from '../model/task.ts';

/** Source: ECS API reference, ContainerRestartPolicy.restartAttemptPeriod. */
const DEFAULT_ATTEMPT_PERIOD_SECONDS = 300;

/**
 * Whether a container that ended is to be started again by its policy: its exit code is not ignored, and it ran for the
 * attempt period since its last start. Decided by what the engine shows alone, so that a restart is neither lost nor
 * done twice over a crash. Source: ECS agent, RestartTracker.ShouldRestart.
 */
export function isToRestart(
  container: TaskContainer,
  policy: ContainerRestartPolicy | undefined,
  seen: ObservedContainer | undefined,
): boolean {
  if (!policy?.enabled || seen?.state !== 'exited') return false;
  const { exitCode, startedAt, finishedAt } = seen;
  if (exitCode === undefined || !startedAt || !finishedAt) return false;
  if (policy.ignoredExitCodes?.includes(exitCode)) return false;
  if (container.restarts?.refused && container.restarts.ofLifeMs === startedAt.getTime()) return false;
  const ranMs = finishedAt.getTime() - startedAt.getTime();
  return ranMs >= (policy.restartAttemptPeriod ?? DEFAULT_ATTEMPT_PERIOD_SECONDS) * 1000;
}

/** The task once these containers are to be started again: each life that ended is counted once. */
export function countRestarts(
  task: Task,
  names: readonly string[],
  observed: ReadonlyMap<string, ObservedContainer>,
): Task {
  const containers = task.containers.map((container) => {
    const ofLifeMs = observed.get(container.name)?.startedAt?.getTime();
    if (!names.includes(container.name) || ofLifeMs === undefined) return container;
    if (container.restarts?.ofLifeMs === ofLifeMs) return container;
    return { ...container, restarts: { count: (container.restarts?.count ?? 0) + 1, ofLifeMs } };
  });
  return containers.some((one, index) => one !== task.containers[index]) ? { ...task, containers } : task;
}

/** The task after the engine refused to start a container again. Source: ECS agent: the container is stopped, then. */
export function refuseRestart(task: Task, name: string): Task {
  const containers = task.containers.map((container) =>
    container.name === name && container.restarts
      ? { ...container, restarts: { ...container.restarts, refused: true as const } }
      : container,
  );
  return { ...task, containers, version: task.version + 1 };
}
