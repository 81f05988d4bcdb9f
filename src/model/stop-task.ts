import type { StopCode, Task } from './task.ts';

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
