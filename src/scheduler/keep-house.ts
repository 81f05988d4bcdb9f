import type { Logger } from 'pino';
import type { EcsStore, TaskExecutor } from '../model/ports.ts';

/** How long a stopped task stays describable. Source: ECS API reference, DescribeTasks: at least one hour. */
const STOPPED_TASK_RETENTION_MS = 60 * 60_000;
/** How long a clientToken is remembered. Source: ECS developer guide, idempotency: up to 24 hours. */
const TOKEN_RETENTION_MS = 24 * 60 * 60_000;

/** Forgets tasks and tokens that are over for long enough. What fails is tried again by the next call. */
export function keepHouse(
  store: EcsStore,
  executor: Pick<TaskExecutor, 'forget'>,
  now: Date,
  logger: Logger,
): void {
  try {
    for (const task of store.tasks.listStoppedBefore(new Date(now.getTime() - STOPPED_TASK_RETENTION_MS))) {
      store.tasks.delete(task.arn);
      executor.forget(task).catch((error: unknown) => {
        logger.warn(
          { err: error, task: task.arn },
          'the generated project of an expired task could not be deleted',
        );
      });
    }
    store.tasks.deleteTokensBefore(new Date(now.getTime() - TOKEN_RETENTION_MS));
  } catch (error) {
    logger.error({ err: error }, 'expired tasks could not be forgotten; trying again in a minute');
  }
}
