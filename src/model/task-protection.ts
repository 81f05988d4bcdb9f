import type { Task } from './task.ts';

/** Whether neither a scale-in nor a deployment may stop this task now. */
export const isProtected = (
  { protectedUntilMs = 0 }: Pick<Task, 'protectedUntilMs'>,
  nowMs: number,
): boolean => protectedUntilMs > nowMs;

/** A task that is protected until then; undefined ends its protection. */
export function withProtection(task: Task, protectedUntilMs: number | undefined): Task {
  const { protectedUntilMs: _before, ...rest } = task;
  return { ...rest, ...(protectedUntilMs !== undefined && { protectedUntilMs }), version: task.version + 1 };
}
