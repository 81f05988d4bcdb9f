import type { Logger } from 'pino';
import { backoffMs } from '../lib/backoff.ts';
import { createKeyedQueue, type RunResult } from '../lib/keyed-queue.ts';
import type { TaskArn } from '../model/arn.ts';
import { effectiveDefinition } from '../model/effective-definition.ts';
import { ExecutorError, type EcsStore, type TaskExecutor, type TaskSpec } from '../model/ports.ts';
import { afterReload, holdReload, parseReloadAction } from '../model/reload.ts';
import { stopTask } from '../model/stop-task.ts';
import type { Task } from '../model/task.ts';
import {
  afterPull,
  afterRemove,
  failToStart,
  planTask,
  printStep,
  type StartFailure,
  type Step,
} from './plan-task.ts';
import { refuseRestart } from './plan-restart.ts';
import type { ContainerStop } from './plan-stop.ts';

export type TaskLoop = {
  /** Says that something about a task changed: its desired state, or what the engine shows of it. */
  wake(arn: TaskArn): void;
  /** Stops every unfinished task and waits until all are STOPPED or the signal is aborted. */
  stopAll(reason: string, graceSeconds: number, signal: AbortSignal): Promise<void>;
  /** Takes no more steps; those under way are aborted. */
  close(): Promise<void>;
};

export type TaskLoopOptions = {
  readonly store: EcsStore;
  readonly executor: TaskExecutor;
  /** A task was saved anew: its service may have something to do. */
  readonly onSaved: (task: Task) => void;
  /** Makes the log groups and streams that a task's containers write to. Throws an Error in ECS's words. */
  readonly prepareLogs: (spec: TaskSpec) => void;
  readonly now: () => Date;
  /** 0 to 1, for spreading retries. */
  readonly random: () => number;
  readonly logger: Logger;
};

/** A timer cannot wait for longer than some weeks; one that waits for less does no harm. */
const MAX_WAIT_MS = 60 * 60_000;

/** A newer wish cut a step short: plan again at once. */
class StepInterrupted extends Error {}

/** Brings tasks from what is observed to what is desired, one step of one task at a time, any number of tasks at once. */
export function createTaskLoop(options: TaskLoopOptions): TaskLoop {
  const { store, executor, now, logger } = options;
  /** Steps under way that a newer wish may cut short: a pull by StopTask, a long grace period by the shutdown. */
  const interruptible = new Map<TaskArn, { step: Step; controller: AbortController }>();
  const failures = new Map<TaskArn, number>();
  const stopWaiters = new Set<() => void>();

  const specOf = (task: Task): TaskSpec => {
    const stored = store.taskDefinitions.getByArn(task.taskDefinitionArn);
    if (!stored)
      throw new Error(`task definition ${task.taskDefinitionArn} of ${task.arn} is not in the store`);
    return { task, definition: effectiveDefinition(stored.definition, task.overrides) };
  };

  /** Plans afresh and saves what is to be reported; the step is only returned, never taken here. */
  const planAndSave = (
    arn: TaskArn,
  ): { spec: TaskSpec; step: Step | undefined; wakeAt: Date | undefined } | undefined => {
    const task = store.tasks.get(arn);
    if (!task || task.lastStatus === 'STOPPED') return undefined;
    const spec = specOf(task);
    const plan = planTask(task, spec.definition, store.tasks.observed(arn), now());
    if (plan.task !== task) save(plan.task, task);
    const { step, wakeAt } = plan;
    return { spec: { task: plan.task, definition: spec.definition }, step, wakeAt };
  };

  const save = (task: Task, before: Task | undefined): void => {
    store.tasks.put(task);
    options.onSaved(task);
    if (before?.lastStatus !== task.lastStatus) {
      logger.info(
        { task: task.arn, reason: task.stoppedReason },
        `task ${task.id.slice(0, 12)} is ${task.lastStatus}`,
      );
    }
    for (const [index, { name, neverStarts, reason }] of task.containers.entries())
      if (neverStarts && !before?.containers[index]?.neverStarts)
        logger.warn({ task: task.arn, container: name }, `${name} is not started: ${reason ?? ''}`);
    if (task.lastStatus === 'STOPPED') for (const check of stopWaiters) check();
  };

  /** Applies a change to the task as it is now: StopTask may have come while a step was under way. */
  const update = (arn: TaskArn, change: (task: Task) => Task): void => {
    store.transaction(() => {
      const task = store.tasks.get(arn);
      if (!task) return;
      const next = change(task);
      if (next !== task) save(next, task);
    });
  };

  const interruptibly = async (
    arn: TaskArn,
    step: Step,
    closing: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const controller = new AbortController();
    interruptible.set(arn, { step, controller });
    try {
      await work(AbortSignal.any([closing, controller.signal]));
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      throw new StepInterrupted();
    } finally {
      interruptible.delete(arn);
    }
  };

  const take = async (spec: TaskSpec, step: Step, closing: AbortSignal): Promise<void> => {
    const { arn } = spec.task;
    switch (step.kind) {
      case 'pull':
        await interruptibly(arn, step, closing, async (signal) => {
          const mounts = await executor.pull(spec, step.containers, signal);
          update(arn, (task) => afterPull(task, mounts, now()));
        });
        return;
      case 'start':
        options.prepareLogs(spec);
        await executor.start(spec, step.containers, closing);
        return;
      case 'restart':
        await Promise.all(step.containers.map((name) => restart(spec, name, closing)));
        return;
      case 'reload':
        await Promise.all(step.containers.map((name) => reload(spec, name, closing)));
        return;
      case 'stop':
        await interruptibly(arn, step, closing, (signal) => stop(spec, step.containers, signal));
        return;
      case 'remove':
        await executor.remove(spec, closing);
        update(arn, (task) => afterRemove(task, now()));
        return;
    }
  };

  /** Each container once those before it have ended; one that cannot be stopped keeps only those behind it. */
  const stop = async (
    spec: TaskSpec,
    stops: readonly ContainerStop[],
    signal: AbortSignal,
  ): Promise<void> => {
    const ended = new Map<string, Promise<void>>();
    for (const { name, graceSeconds, after } of stops) {
      const before = Promise.all(after.flatMap((one) => ended.get(one) ?? []));
      ended.set(
        name,
        before.then(() => executor.stop(spec, [name], graceSeconds, signal)),
      );
    }
    const failed = (await Promise.allSettled(ended.values())).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };

  /** A container that the engine does not start again has ended. */
  const restart = async (spec: TaskSpec, name: string, closing: AbortSignal): Promise<void> => {
    const restarts = spec.task.containers.find((one) => one.name === name)?.restarts;
    if (!restarts) return;
    try {
      await executor.restart(spec, name, restarts.ofLifeMs, closing);
      logger.info(
        { task: spec.task.arn },
        `${name} is started again by its restart policy (${restarts.count})`,
      );
    } catch (error) {
      if (!startFailure(error)) throw error;
      logger.warn({ task: spec.task.arn, container: name, err: error }, 'it could not be started again');
      update(spec.task.arn, (task) => refuseRestart(task, name));
    }
  };

  /** A container that does not come up again waits for the next save, as one that ends soon after. */
  const reload = async (spec: TaskSpec, name: string, closing: AbortSignal): Promise<void> => {
    const { arn } = spec.task;
    const asked = spec.task.reloads?.[name];
    const action = asked && parseReloadAction(asked.action);
    if (!asked || !action || action.kind === 'off' || action.kind === 'replace') return;
    try {
      await executor.reload(spec, name, action, closing);
      update(arn, (task) => afterReload(task, name, asked.id, { doneAtMs: now().getTime() }));
    } catch (error) {
      if (!startFailure(error) || !(error instanceof Error)) throw error;
      const { message } = error;
      const doneAtMs = now().getTime();
      // A program that was only told something runs on, whatever it made of that.
      const runsOn = action.kind === 'signal' || action.kind === 'exec';
      update(arn, (task) =>
        runsOn
          ? afterReload(task, name, asked.id, { doneAtMs, reason: message })
          : holdReload(task, name, asked.id, message),
      );
    }
  };

  const run = async (arn: TaskArn, closing: AbortSignal): Promise<RunResult> => {
    let previous = '';
    while (!closing.aborted) {
      const planned = planAndSave(arn);
      if (!planned?.step) return later(planned?.wakeAt);
      const { spec, step } = planned;
      const printed = printStep(step);
      // A step that succeeded and is still wanted waits for the engine's event, or is tried again a little later.
      if (printed === previous) return retry(arn);
      previous = printed;
      logger.debug({ task: arn }, printed);
      try {
        await take(spec, step, closing);
        failures.delete(arn);
      } catch (error) {
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may abort while a step is taken
        if (closing.aborted) break;
        if (error instanceof StepInterrupted) continue;
        if (!giveUp(spec.task, step, error)) return retry(arn);
      }
    }
    return undefined;
  };

  const later = (wakeAt: Date | undefined): RunResult =>
    wakeAt && { retryAfterMs: Math.min(Math.max(0, wakeAt.getTime() - now().getTime()), MAX_WAIT_MS) };

  /** Whether the failure was the task's own, so that it stops; else the step is to be tried again. */
  const giveUp = (task: Task, step: Step, error: unknown): boolean => {
    const failure = startFailure(error);
    logger.warn(
      { task: task.arn, err: error },
      `${printStep(step)}: ${failure?.reason ?? 'failed, will be tried again'}`,
    );
    if (!failure || step.kind === 'stop' || step.kind === 'remove') return false;
    update(task.arn, (one) => failToStart(one, failure, now()));
    return true;
  };

  const retry = (arn: TaskArn): RunResult => {
    const count = (failures.get(arn) ?? 0) + 1;
    failures.set(arn, count);
    return { retryAfterMs: backoffMs(count, options.random()) };
  };

  const queue = createKeyedQueue<TaskArn>(run, (arn, error) => {
    logger.error({ task: arn, err: error }, 'a task could not be planned');
  });

  /** While a step is under way, its events already show in the task's status. */
  const showEvents = (arn: TaskArn): void => {
    try {
      const planned = planAndSave(arn);
      const current = interruptible.get(arn);
      if (!planned?.step || !current || planned.step.kind === current.step.kind) return;
      if (current.step.kind === 'pull') current.controller.abort();
    } catch (error) {
      logger.error({ task: arn, err: error }, 'an event could not be saved, it will be read again');
    }
  };

  const wake = (arn: TaskArn): void => {
    if (queue.isRunning(arn)) showEvents(arn);
    queue.wake(arn);
  };

  return {
    wake,
    async stopAll(reason, graceSeconds, signal) {
      for (const arn of store.tasks.listUnfinished()) {
        update(arn, (task) => ({
          ...stopTask(task, 'TerminationNotice', reason, now()),
          stopGraceSeconds: Math.min(graceSeconds, task.stopGraceSeconds ?? graceSeconds),
        }));
        const current = interruptible.get(arn);
        if (
          current?.step.kind === 'stop' &&
          current.step.containers.some((container) => container.graceSeconds > graceSeconds)
        )
          current.controller.abort();
        wake(arn);
      }
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if (!signal.aborted && store.tasks.listUnfinished().length > 0) return;
          stopWaiters.delete(check);
          resolve();
        };
        stopWaiters.add(check);
        signal.addEventListener('abort', check, { once: true });
        check();
      });
    },
    close: () => queue.close(),
  };
}

/** ECS's name and text for what went wrong; undefined when it was not the task's fault. */
function startFailure(error: unknown): StartFailure | undefined {
  if (!(error instanceof ExecutorError)) return undefined;
  const { kind, message, container } = error;
  switch (kind) {
    case 'cannotPull':
      return { reason: `CannotPullContainerError: ${message}`, container, isContainers: false };
    case 'cannotCreate':
      return { reason: `CannotCreateContainerError: ${message}`, container, isContainers: true };
    case 'cannotStart':
      return { reason: `CannotStartContainerError: ${message}`, container, isContainers: true };
    case 'cannotInitialize':
      return { reason: `ResourceInitializationError: ${message}`, container, isContainers: false };
    case 'cannotStop':
    case 'unavailable':
      return undefined;
  }
}
