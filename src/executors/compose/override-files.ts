import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceOfTask } from '../../model/service.ts';
import type { Task } from '../../model/task.ts';

/** What decides which of the user's override files a task has. */
export type OverrideOwner = Pick<Task, 'family' | 'clusterName' | 'group' | 'startedBy'>;

/** A name as ECS takes it for a cluster, a service or a family: nothing in it leads out of a folder. */
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const ENDINGS = ['.yaml', '.yml'] as const;

/**
 * Override files that a task may have, below the folder and without their ending, the widest first: for all tasks, for
 * those of a family, for those of a service.
 */
export function overrideNames(task: OverrideOwner): string[] {
  const service = serviceOfTask(task);
  const names = [['all'], [task.family], ...(service === undefined ? [] : [[task.clusterName, service]])];
  const safe = names.filter((parts) => parts.every((part) => NAME.test(part)));
  return [...new Set(safe.map((parts) => parts.join('/')))];
}

/** Absolute paths of those that are there, in the order in which Compose merges them. `.yaml` counts before `.yml`. */
export async function findOverrides(folder: string, task: OverrideOwner): Promise<string[]> {
  const found = await Promise.all(
    overrideNames(task).map(async (name) => {
      const paths = ENDINGS.map((ending) => join(folder, `${name}${ending}`));
      const are = await Promise.all(paths.map(isFile));
      return paths.find((_, index) => are[index]);
    }),
  );
  return found.filter((path) => path !== undefined);
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
