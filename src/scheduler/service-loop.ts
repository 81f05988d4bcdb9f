import type { Logger } from 'pino';
import { clusterArn, serviceArn, type ClusterArn, type ServiceArn, type TaskArn } from '../model/arn.ts';
import type { Host } from '../model/container-instance.ts';
import { distribute } from '../model/capacity-provider.ts';
import { hostPortsOf } from '../model/host-ports.ts';
import { newTask, taskTags } from '../model/new-task.ts';
import type { EcsStore } from '../model/ports.ts';
import {
  newDeploymentId,
  serviceAliases,
  serviceGroup,
  serviceOfTask,
  type Deployment,
  type Service,
} from '../model/service.ts';
import { stopTask } from '../model/stop-task.ts';
import type { Task } from '../model/task.ts';
import type { ServiceStart } from './plan-moves.ts';
import { planService, type ServicePlan } from './plan-service.ts';
import { launchTypeOf, placerOf } from './service-placement.ts';
import { hintOf } from './unplaced.ts';

export type ServiceLoop = {
  /** Says that something about a service changed: what is desired of it, or one of its tasks. */
  wake(arn: ServiceArn): void;
  /** The same for a task that was saved; tasks of no service are ignored. */
  taskSaved(task: Task): void;
  /** Says that tasks may have more or less room on the container instances of a cluster. */
  capacityChanged(cluster: ClusterArn): void;
  /** Wakes every service that is not over; for the start. */
  wakeAll(): void;
  /** Takes no more steps. */
  close(): void;
};

export type ServiceLoopOptions = {
  readonly store: EcsStore;
  /** The machine that tasks run on. */
  readonly host: Host;
  readonly wakeTask: (arn: TaskArn) => void;
  /** A service was saved with another desired count, task definition or end: its generated project is out of date. */
  readonly onServiceSaved: (service: Service) => void;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  /** 0 to 1, for what placement strategies leave to chance. */
  readonly random: () => number;
  readonly steadySeconds: number;
  readonly logger: Logger;
};

/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Brings services from their tasks as they are to what is desired. No step waits for anything: a plan is carried out
 * in one transaction that makes and stops tasks, counts and tells; the tasks' own loop does the rest. So the death of
 * the process leaves either all of a plan or nothing of it.
 */
export function createServiceLoop(options: ServiceLoopOptions): ServiceLoop {
  const { store, now, newId, logger } = options;
  const woken = new Set<ServiceArn>();
  const timers = new Map<ServiceArn, NodeJS.Timeout>();
  /** Services some of whose tasks have no place, by their cluster: what becomes free may be theirs. */
  const unplaced = new Map<ClusterArn, Set<ServiceArn>>();
  let turn: NodeJS.Immediate | undefined;
  let closed = false;

  const wake = (arn: ServiceArn): void => {
    if (closed) return;
    woken.add(arn);
    turn ??= setImmediate(runNext);
  };

  /** One service a turn, so that a thousand of them do not hold up a request. */
  const runNext = (): void => {
    turn = undefined;
    const [arn] = woken;
    if (arn === undefined) return;
    woken.delete(arn);
    if (woken.size > 0) turn = setImmediate(runNext);
    try {
      run(arn);
    } catch (error) {
      logger.error({ err: error, service: arn }, 'a service could not be brought on; trying again');
      wakeAt(arn, now().getTime() + 5000);
    }
  };

  const wakeAt = (arn: ServiceArn, atMs: number): void => {
    clearTimeout(timers.get(arn));
    const waitMs = Math.min(MAX_TIMER_MS, Math.max(1, atMs - now().getTime()));
    timers.set(
      arn,
      setTimeout(() => {
        timers.delete(arn);
        wake(arn);
      }, waitMs).unref(),
    );
  };

  const run = (arn: ServiceArn): void => {
    const service = store.services.get(arn);
    clearTimeout(timers.get(arn));
    timers.delete(arn);
    if (!service || service.status === 'INACTIVE') return;
    const settings = {
      placer: placerOf(options, service),
      steadySeconds: options.steadySeconds,
      newDeploymentId: () => newDeploymentId(newId()),
      newHookId: newId,
    };
    const plan = planService(service, (task) => store.tasks.get(task), now(), settings);
    if (plan.wakeAtMs !== undefined) wakeAt(arn, plan.wakeAtMs);
    noteUnplaced(plan.service);
    if (plan.service === service && plan.starts.length === 0) return;
    const touched = store.transaction(() => carryOut(plan));
    hint(service, plan.service);
    for (const task of touched) options.wakeTask(task);
    const saved = store.services.get(arn);
    if (saved) options.onServiceSaved(saved);
    // What was just done may allow the next step; a plan that changes nothing ends it.
    wake(arn);
  };

  const noteUnplaced = ({ arn, clusterArn, deployments }: Service): void => {
    const waiting = unplaced.get(clusterArn) ?? new Set();
    if (deployments.some((deployment) => deployment.unplaced)) unplaced.set(clusterArn, waiting.add(arn));
    else waiting.delete(arn);
  };

  const hint = (before: Service, { arn, deployments }: Service): void => {
    for (const { id, unplaced } of deployments) {
      const known = before.deployments.find((one) => one.id === id)?.unplaced;
      const text = unplaced && unplaced.reason !== known?.reason ? hintOf(unplaced) : undefined;
      if (text !== undefined) logger.warn({ service: arn, deployment: id }, text);
    }
  };

  /** Saves all of a plan; returns the tasks that have something to do now. */
  const carryOut = ({ service, stops, starts, before, after }: ServicePlan): TaskArn[] => {
    const messages = [...before];
    for (const { arn, reason } of stops) {
      const task = store.tasks.get(arn);
      if (task) store.tasks.put(stopTask(task, 'ServiceSchedulerInitiated', reason, now()));
    }
    if (stops.length > 0)
      messages.push(
        `(service ${service.name}) has stopped ${stops.length} running tasks: ${listed(stops.map(({ arn }) => arn))}.`,
      );
    const started = starts.map((start) => ({ ...start, tasks: makeTasks(service, start) }));
    const startedArns = started.flatMap(({ tasks }) => tasks.map(({ arn }) => arn));
    for (const task of started.flatMap(({ tasks }) => tasks)) store.tasks.put(task);
    if (startedArns.length > 0)
      messages.push(
        `(service ${service.name}) has started ${startedArns.length} tasks: ${listed(startedArns)}.`,
      );
    const deployments = service.deployments.map((deployment): Deployment => {
      const arns = started.flatMap(({ deploymentId, tasks }) =>
        deploymentId === deployment.id ? tasks.map(({ arn }) => arn) : [],
      );
      return arns.length === 0
        ? deployment
        : { ...deployment, taskArns: [...deployment.taskArns, ...arns], updatedAt: now() };
    });
    store.services.put({ ...service, deployments });
    const all = [...messages, ...after];
    store.services.addEvents(
      service.arn,
      all.map((message) => ({ id: newId(), createdAt: now(), message })),
    );
    for (const message of all) logger.info({ service: service.arn }, message);
    return [...stops.map(({ arn }) => arn), ...startedArns];
  };

  /** How many tasks of a deployment there are by their capacity provider. */
  const providersOf = ({ taskArns }: Deployment): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const arn of taskArns) {
      const name = store.tasks.get(arn)?.capacityProviderName;
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  };

  const makeTasks = (service: Service, { deploymentId, count, places }: ServiceStart): Task[] => {
    const deployment = service.deployments.find(({ id }) => id === deploymentId);
    const cluster = store.clusters.get(service.scope, service.clusterName);
    const registered = deployment && store.taskDefinitions.getByArn(deployment.revision.taskDefinitionArn);
    if (!cluster || !registered)
      throw new Error(`cluster or task definition of ${service.arn} is not in the store`);
    const { revision } = deployment;
    const managed = service.enableECSManagedTags
      ? [
          { key: 'aws:ecs:clusterName', value: cluster.name },
          { key: 'aws:ecs:serviceName', value: service.name },
        ]
      : [];
    const propagated =
      service.propagateTags === 'SERVICE'
        ? service.tags
        : service.propagateTags === 'TASK_DEFINITION'
          ? registered.tags
          : [];
    const strategy = revision.capacityProviderStrategy;
    const providers = distribute(strategy, count, strategy.length > 0 ? providersOf(deployment) : undefined);
    return providers.map((provider, index) => {
      const place = places?.[index];
      return newTask(
        { now, newId },
        {
          cluster,
          registered,
          placement: {
            launchType: launchTypeOf(revision),
            ...(place && { containerInstanceArn: place.view.instance.arn, reserved: place.reserved }),
            ...(provider !== undefined && { capacityProviderName: provider }),
            ...(revision.platformVersion !== undefined && { platformVersion: revision.platformVersion }),
            ...(revision.platformFamily !== undefined && { platformFamily: revision.platformFamily }),
          },
          group: serviceGroup(service.name),
          startedBy: deploymentId,
          enableExecuteCommand: service.enableExecuteCommand,
          tags: taskTags(managed, propagated, []),
          networkAliases: serviceAliases(service, revision),
          networkConfiguration: revision.networkConfiguration,
        },
      );
    });
  };

  return {
    wake,
    taskSaved(task) {
      const name = serviceOfTask(task);
      if (name !== undefined) wake(serviceArn(task.scope, task.clusterName, name));
      if (task.lastStatus !== 'STOPPED') return;
      // Its ports are the machine's, and so every cluster's.
      const isFreeEverywhere = hostPortsOf(task).length > 0;
      const own = clusterArn(task.scope, task.clusterName);
      for (const [cluster, waiting] of unplaced)
        if (isFreeEverywhere || (cluster === own && task.containerInstanceArn !== undefined))
          for (const arn of waiting) wake(arn);
    },
    capacityChanged(cluster) {
      const prefix = `${cluster.replace(':cluster/', ':service/')}/`;
      for (const arn of store.services.listUnfinished()) if (arn.startsWith(prefix)) wake(arn);
    },
    wakeAll() {
      for (const arn of store.services.listUnfinished()) {
        const service = store.services.get(arn);
        // Its file may not have been written before the last end.
        if (service) options.onServiceSaved(service);
        wake(arn);
      }
    },
    close() {
      closed = true;
      if (turn) clearImmediate(turn);
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Source: ECS's words: `(task A) (task B)`. */
const listed = (arns: readonly TaskArn[]): string =>
  arns.map((arn) => `(task ${arn.slice(arn.lastIndexOf('/') + 1)})`).join(' ');
