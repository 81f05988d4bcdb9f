import { withReload, type TaskReload } from '../model/reload.ts';
import type { ObservedContainer, Task } from '../model/task.ts';

/** A program that ends with an error this soon after a reload most likely has a mistake that was just saved. */
const HOLD_WINDOW_MS = 10_000;

/** Whether the end of a container is none of its task's: it is being reloaded, or waits for the next save. */
export const isKeptUp = (task: Pick<Task, 'reloads'>, container: string): boolean => {
  const reload = task.reloads?.[container];
  return reload?.status === 'PENDING' || reload?.status === 'HELD';
};

/** Names of the containers that are to be reloaded now. */
export const toReload = ({ reloads = {} }: Pick<Task, 'reloads'>): string[] =>
  Object.keys(reloads).filter((name) => reloads[name]?.status === 'PENDING');

/**
 * The task after what the engine shows of reloaded containers: one that ended with an error is held, and one that is
 * healthy again is as any other. The containers of a task that is to stop end because they are stopped: that says nothing
 * of their last reload. The same object when nothing changed.
 */
export function settleReloads(task: Task, observed: ReadonlyMap<string, ObservedContainer>): Task {
  let settled = task;
  if (task.desiredStatus === 'STOPPED') return task;
  for (const [name, reload] of Object.entries(task.reloads ?? {})) {
    const seen = observed.get(name);
    if (!seen) continue;
    if (reload.status === 'PENDING') {
      if (wasDone(reload, seen)) settled = withReload(settled, name, undefined);
      continue;
    }
    // Somebody started it by hand.
    if (reload.status === 'HELD' && seen.state === 'running')
      settled = withReload(settled, name, {
        ...reload,
        status: 'DONE',
        doneAtMs: seen.startedAt?.getTime() ?? 0,
      });
    if (reload.status === 'HELD') continue;
    if (isHealthySince(reload.requestedAtMs, seen)) settled = withReload(settled, name, undefined);
    else if (endedByMistake(reload, seen))
      settled = withReload(settled, name, {
        ...reload,
        status: 'HELD',
        reason: `it ended with exit code ${seen.exitCode ?? 'unknown'}`,
      });
  }
  return settled;
}

/** A program that did its work and ended before the change was noticed is not run again: it may have made the change. */
const wasDone = (
  { requestedAtMs }: TaskReload,
  { state, exitCode, finishedAt }: ObservedContainer,
): boolean => state === 'exited' && exitCode === 0 && (finishedAt?.getTime() ?? Infinity) <= requestedAtMs;

const isHealthySince = (sinceMs: number, { state, healthStatus, startedAt }: ObservedContainer): boolean =>
  state === 'running' && healthStatus === 'HEALTHY' && (startedAt?.getTime() ?? 0) >= sinceMs;

function endedByMistake(reload: TaskReload, seen: ObservedContainer): boolean {
  if (!reload.holds || seen.state !== 'exited' || seen.exitCode === 0 || seen.oomKilled) return false;
  const endedAtMs = seen.finishedAt?.getTime() ?? 0;
  return endedAtMs <= (reload.doneAtMs ?? 0) + HOLD_WINDOW_MS;
}

/** A check that fails since a reload says nothing yet: the next save may mend it. */
export const isHealthUnknown = (task: Pick<Task, 'reloads'>, container: string): boolean =>
  task.reloads?.[container]?.holds === true;
