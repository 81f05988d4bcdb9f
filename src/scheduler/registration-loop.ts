import type { Logger } from 'pino';
import { backoffMs } from '../lib/backoff.ts';
import { createKeyedQueue, type RunResult } from '../lib/keyed-queue.ts';
import { serviceArn, type TaskArn } from '../model/arn.ts';
import { AwsError } from '../model/aws-error.ts';
import { isUnserved, type AwsCalls } from '../model/local-apis.ts';
import type { EcsStore, TaskExecutor } from '../model/ports.ts';
import { registryId, type Registration, type RegistrationStore } from '../model/registration.ts';
import { serviceOfTask, type Service } from '../model/service.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type { Task } from '../model/task.ts';
import { planRegistration, type RegistrationStep } from './plan-registration.ts';

export type RegistrationLoop = {
  /** A task was saved: it may be to be registered, or not any more. */
  taskSaved(task: Task): void;
  /** Looks at every task anew; for the start. */
  wakeAll(): void;
  /** An executor that stops no container of a task before Cloud Map leads nobody to it any more. */
  leavingFirst(executor: TaskExecutor): TaskExecutor;
  /** Takes no more steps; those under way are aborted. */
  close(): Promise<void>;
};

export type RegistrationLoopOptions = {
  readonly store: EcsStore;
  readonly registrations: RegistrationStore;
  /** Cloud Map: ours, or the upstream's. */
  readonly calls: () => AwsCalls;
  /** Of the machine, as tasks reach its ports. */
  readonly hostAddress: () => Promise<string | undefined>;
  /** 0 to 1, for spreading retries. */
  readonly random: () => number;
  readonly logger: Logger;
};

/** A Cloud Map that does not answer holds up no stop for longer. */
const LEAVE_DEADLINE_MS = 5000;
const SERVICE = 'servicediscovery';

/**
 * Registers the running tasks of services with registries as instances in Cloud Map, and takes them out before they
 * stop. A registration is saved before it is made and forgotten after it was taken back, so that a death in between
 * leaves nothing that is not known; each life registers what runs anew, which Cloud Map takes for the same instance.
 */
export function createRegistrationLoop(options: RegistrationLoopOptions): RegistrationLoop {
  const { store, registrations, logger } = options;
  const held = new Map(registrations.all().map((one) => [one.taskArn, one]));
  const confirmed = new Set<TaskArn>();
  /** Cloud Map does not want them. */
  const refused = new Set<TaskArn>();
  const failures = new Map<TaskArn, number>();
  const leaving = new Map<TaskArn, Set<() => void>>();

  const serviceOf = (task: Task | undefined): Service | undefined => {
    if (!task) return undefined;
    const name = serviceOfTask(task);
    return name === undefined
      ? undefined
      : store.services.get(serviceArn(task.scope, task.clusterName, name));
  };

  const definitionOf = (task: Task | undefined): AwsTaskDefinition | undefined =>
    task && store.taskDefinitions.getByArn(task.taskDefinitionArn)?.definition;

  const plan = async (
    arn: TaskArn,
  ): Promise<{ task: Task | undefined; step: RegistrationStep | undefined }> => {
    const before = store.tasks.get(arn);
    const asksHost =
      before?.lastStatus === 'RUNNING' &&
      !confirmed.has(arn) &&
      definitionOf(before)?.networkMode !== 'awsvpc';
    const hostAddress = asksHost ? await options.hostAddress() : undefined;
    // It may have changed meanwhile.
    const task = store.tasks.get(arn);
    if (refused.has(arn)) return { task, step: undefined };
    const step = planRegistration({
      task,
      service: serviceOf(task),
      definition: definitionOf(task),
      held: held.get(arn),
      isConfirmed: confirmed.has(arn),
      hostAddress,
    });
    return { task, step };
  };

  const call = async (
    action: string,
    { scope, registryArn, instanceId }: Registration,
    more: object,
    signal: AbortSignal,
  ) => {
    const ServiceId = registryId(registryArn, scope);
    const caller = { ...scope, principalArn: `arn:aws:iam::${scope.account}:root` };
    await options
      .calls()
      .call(SERVICE, action, { ServiceId, InstanceId: instanceId, ...more }, { caller, signal });
  };

  const register = async (
    task: Task,
    { registryArn, attributes }: Extract<RegistrationStep, { kind: 'register' }>,
    signal: AbortSignal,
  ): Promise<void> => {
    const { scope, arn: taskArn, id: instanceId } = task;
    const registration = { scope, taskArn, registryArn, instanceId };
    registrations.put(registration);
    held.set(taskArn, registration);
    try {
      await call('RegisterInstance', registration, { Attributes: attributes }, signal);
      confirmed.add(taskArn);
      logger.info({ task: taskArn, registry: registryArn }, 'registered in Cloud Map');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      logger.warn(
        { task: taskArn, registry: registryArn, err: error },
        'Cloud Map does not register the task',
      );
      refused.add(taskArn);
      forget(registration);
    }
  };

  const deregister = async (
    registration: Registration,
    cause: string,
    signal: AbortSignal,
  ): Promise<void> => {
    const { taskArn: task, registryArn: registry } = registration;
    // One that is not there any more is as good.
    await call('DeregisterInstance', registration, {}, signal).catch((error: unknown) => {
      if (!isUnserved(error) && !isGone(error)) throw error;
    });
    forget(registration);
    logger.info({ task, registry }, `deregistered from Cloud Map: ${cause}`);
  };

  const forget = (registration: Registration): void => {
    const { taskArn } = registration;
    registrations.delete(registration);
    held.delete(taskArn);
    confirmed.delete(taskArn);
    for (const left of leaving.get(taskArn) ?? []) left();
  };

  const run = async (arn: TaskArn, signal: AbortSignal): Promise<RunResult> => {
    try {
      const { task, step } = await plan(arn);
      const registration = held.get(arn);
      if (step?.kind === 'register' && task) await register(task, step, signal);
      if (step?.kind === 'deregister' && registration) await deregister(registration, step.cause, signal);
      failures.delete(arn);
      if (!task || task.lastStatus === 'STOPPED') refused.delete(arn);
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      const count = (failures.get(arn) ?? 0) + 1;
      failures.set(arn, count);
      if (count === 1) logger.warn({ err: error, task: arn }, 'Cloud Map could not be told; trying again');
      return { retryAfterMs: backoffMs(count, options.random()) };
    }
  };

  const queue = createKeyedQueue<TaskArn>(run, (arn, error) => {
    logger.error({ task: arn, err: error }, 'a task could not be registered');
  });

  /** Tasks of services without a registry cost no more than this. */
  const concerns = (task: Task): boolean =>
    held.has(task.arn) ||
    (task.desiredStatus === 'RUNNING' &&
      task.lastStatus === 'RUNNING' &&
      (serviceOf(task)?.deployments.some(({ revision }) => revision.serviceRegistries.length > 0) ?? false));

  const left = async (arn: TaskArn, signal: AbortSignal): Promise<void> => {
    if (!held.has(arn)) return;
    const waiters = leaving.get(arn) ?? new Set();
    leaving.set(arn, waiters);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        waiters.delete(done);
        if (waiters.size === 0) leaving.delete(arn);
        resolve();
      };
      const timer = setTimeout(done, LEAVE_DEADLINE_MS);
      signal.addEventListener('abort', done);
      waiters.add(done);
      queue.wake(arn);
    });
  };

  return {
    taskSaved(task) {
      if (concerns(task)) queue.wake(task.arn);
    },
    wakeAll() {
      for (const arn of held.keys()) queue.wake(arn);
      for (const arn of store.tasks.listUnfinished()) {
        const task = store.tasks.get(arn);
        if (task && concerns(task)) queue.wake(arn);
      }
    },
    leavingFirst: (executor) => ({
      ...executor,
      async stop(spec, containers, graceSeconds, signal) {
        await left(spec.task.arn, signal);
        await executor.stop(spec, containers, graceSeconds, signal);
      },
    }),
    close: () => queue.close(),
  };
}

/** What another try would not change. */
const isRefusal = (error: unknown): boolean =>
  isUnserved(error) ||
  (error instanceof AwsError &&
    error.status < 500 &&
    !/Throttl|RequestLimit|DuplicateRequest/.test(error.code));

const isGone = (error: unknown): boolean =>
  error instanceof AwsError && (error.code === 'InstanceNotFound' || error.code === 'ServiceNotFound');
