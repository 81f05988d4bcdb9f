import {
  serviceArn,
  serviceDeploymentArn,
  serviceRevisionArn,
  taskArn,
  taskDefinitionArn,
  clusterArn,
  type TaskArn,
} from '../../src/model/arn.ts';
import type { Deployment, Service, ServiceRevision } from '../../src/model/service.ts';
import type { Task, TaskStatus } from '../../src/model/task.ts';
import type { ContainerInstanceView } from '../../src/model/container-instance.ts';
import { hostPortsOf } from '../../src/model/host-ports.ts';
import type { Needs, Placed, PlacementConstraints, PlacementRequest } from '../../src/model/placement.ts';
import { createPlacer, type Placer } from '../../src/scheduler/placer.ts';
import { planService, type ServicePlan } from '../../src/scheduler/plan-service.ts';
import { stopTask } from '../../src/model/stop-task.ts';
import { emptyDeployment } from '../../src/model/rollback.ts';

const scope = { account: '000000000000', region: 'us-east-1' };

/** A service and its tasks without store or engine: plans are carried out as the loop does it, tests move the tasks. */
export type ServiceWorld = {
  service: Service;
  readonly tasks: Map<TaskArn, Task>;
  /** All that was told, oldest first. */
  readonly events: string[];
  clockMs: number;
  /** Plans and carries out until nothing is left to do; returns the plans. */
  settle(): ServicePlan[];
  /** Plans once and carries it out. */
  step(): ServicePlan;
  /** Begins a deployment of another revision, as UpdateService does. */
  deploy(more?: Partial<Service>): void;
  /** The container instances of the cluster; undefined: its tasks are Fargate's. Tests change them. */
  instances: readonly ContainerInstanceView[] | undefined;
  /** What a task of a deployment asks of a container instance. */
  needs: (deploymentId: string) => Partial<Needs>;
  constraints: PlacementConstraints;
  /** Tasks that are not STOPPED, of one deployment or of all. */
  present(deploymentId?: string): Task[];
  move(arn: TaskArn, lastStatus: TaskStatus, more?: Partial<Task>): void;
  /** Moves every task one step on its way: to RUNNING, or to STOPPED. */
  moveAll(): void;
};

const revision = (number: number, hasHealthCheck: boolean): ServiceRevision => ({
  arn: serviceRevisionArn(scope, 'c', 's', String(number)),
  taskDefinitionArn: taskDefinitionArn(scope, 'f', number),
  capacityProviderStrategy: [],
  loadBalancers: [],
  serviceRegistries: [],
  volumeConfigurations: [],
  hasHealthCheck,
  createdAt: new Date(0),
});

export function createServiceWorld(
  options: { hasHealthCheck?: boolean; steadySeconds?: number } & Partial<Service> = {},
): ServiceWorld {
  const { hasHealthCheck = false, steadySeconds = 0, ...given } = options;
  let ids = 0;
  let revisions = 1;
  let hooks = 0;
  const first = emptyDeployment('ecs-svc/1', revision(1, hasHealthCheck), new Date(0));
  const service: Service = {
    scope,
    arn: serviceArn(scope, 'c', 's'),
    name: 's',
    clusterName: 'c',
    clusterArn: clusterArn(scope, 'c'),
    status: 'ACTIVE',
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    desiredCount: 1,
    deploymentConfiguration: {},
    placementConstraints: [],
    placementStrategy: [],
    healthCheckGracePeriodSeconds: 0,
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    availabilityZoneRebalancing: 'ENABLED',
    tags: [],
    requestDigest: '',
    createdAt: new Date(0),
    createdBy: '',
    deployments: [{ ...first, desiredCount: given.desiredCount ?? 1 }],
    ...given,
  };
  const tasks = new Map<TaskArn, Task>();
  const now = (): Date => new Date(world.clockMs);

  const newTask = (deploymentId: string, place: Placed | undefined): Task => {
    const id = String((ids += 1)).padStart(32, '0');
    const arn = taskArn(scope, 'c', id);
    const task: Task = {
      scope,
      arn,
      id,
      clusterName: 'c',
      taskDefinitionArn: taskDefinitionArn(scope, 'f', 1),
      family: 'f',
      revision: 1,
      group: 'service:s',
      startedBy: deploymentId,
      enableExecuteCommand: false,
      overrides: {},
      tags: [],
      version: 1,
      desiredStatus: 'RUNNING',
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
      containers: [],
      createdAt: now(),
      ...(place && { containerInstanceArn: place.view.instance.arn, reserved: place.reserved }),
    };
    tasks.set(arn, task);
    return task;
  };

  /** As CreateService and UpdateService make it. */
  const recordOf = ({ id, revision: target }: Deployment): Pick<Deployment, 'record'> => {
    const { deploymentConfiguration, deployments } = world.service;
    const isHeld =
      (deploymentConfiguration.strategy ?? 'ROLLING') !== 'ROLLING' &&
      deployments.some(({ wasCompleted }) => wasCompleted);
    const at = { createdAt: now(), updatedAt: now() };
    return {
      record: {
        arn: serviceDeploymentArn(scope, 'c', 's', id.slice('ecs-svc/'.length)),
        deploymentId: id,
        status: 'IN_PROGRESS',
        sourceRevisionArns: deployments.map(({ revision: { arn } }) => arn),
        targetRevisionArn: target.arn,
        deploymentConfiguration,
        ...(isHeld && { lifecycle: { stage: 'PRE_SCALE_UP', enteredAt: now(), weight: 0, hooks: [] } }),
        breakerThreshold: 3,
        breakerFailures: 0,
        ...at,
      },
    };
  };

  const requestOf = ({ id }: Deployment): PlacementRequest | undefined =>
    world.instances && {
      needs: { cpuUnits: 0, memoryMib: 0, ports: [], gpus: 0, attributes: [], ...world.needs(id) },
      group: 'service:s',
      constraints: world.constraints,
      strategy: [],
    };

  /** As the loop makes it of what is stored. */
  const newPlacer = (): Placer => {
    const instances = world.instances ?? [];
    return createPlacer({
      isDaemon: world.service.schedulingStrategy === 'DAEMON',
      views: () => instances.filter(({ instance }) => instance.status === 'ACTIVE').map(withTasks),
      inactive: () =>
        new Set(instances.flatMap(({ instance }) => (instance.status === 'ACTIVE' ? [] : instance.arn))),
      requestOf,
      random: () => 0,
    });
  };

  const withTasks = (view: ContainerInstanceView): ContainerInstanceView => {
    const own = world.present().filter(({ containerInstanceArn: arn }) => arn === view.instance.arn);
    const reserved = own.flatMap((task) => task.reserved ?? []);
    const running = own.filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length;
    return {
      ...view,
      used: {
        cpuUnits: reserved.reduce((sum, { cpuUnits }) => sum + cpuUnits, view.used.cpuUnits),
        memoryMib: reserved.reduce((sum, { memoryMib }) => sum + memoryMib, view.used.memoryMib),
        ports: [...view.used.ports, ...world.present().flatMap(hostPortsOf)],
        gpuIds: [...view.used.gpuIds, ...reserved.flatMap(({ gpuIds }) => gpuIds)],
      },
      tasksByGroup: new Map([['service:s', running]]),
    };
  };

  const world: ServiceWorld = {
    instances: undefined,
    needs: () => ({}),
    constraints: { isDistinct: false, memberOf: [] },
    service,
    tasks,
    events: [],
    clockMs: 0,
    step() {
      const plan = planService(world.service, (arn) => tasks.get(arn), now(), {
        placer: newPlacer(),
        steadySeconds,
        newHookId: () => `hook-${(hooks += 1)}`,
        newDeploymentId: () => `ecs-svc/rollback-${(revisions += 1)}`,
      });
      for (const { arn, reason } of plan.stops) {
        const task = tasks.get(arn);
        if (task) tasks.set(arn, stopTask(task, 'ServiceSchedulerInitiated', reason, now()));
      }
      const started = new Map(
        plan.starts.map(({ deploymentId, count, places }) => [
          deploymentId,
          Array.from({ length: count }, (_, index) => newTask(deploymentId, places?.[index]).arn),
        ]),
      );
      world.service = {
        ...plan.service,
        deployments: plan.service.deployments.map((deployment): Deployment => ({
          ...deployment,
          taskArns: [...deployment.taskArns, ...(started.get(deployment.id) ?? [])],
        })),
      };
      world.events.push(...plan.before, ...plan.after);
      return plan;
    },
    settle() {
      const plans: ServicePlan[] = [];
      for (;;) {
        const before = world.service;
        const plan = world.step();
        if (plan.service === before && plan.starts.length === 0 && plan.stops.length === 0) return plans;
        plans.push(plan);
        if (plans.length > 100) throw new Error('the plan does not come to an end');
      }
    },
    deploy(more = {}) {
      revisions += 1;
      const next = emptyDeployment(`ecs-svc/${revisions}`, revision(revisions, hasHealthCheck), now());
      const { desiredCount } = { ...world.service, ...more };
      world.service = {
        ...world.service,
        ...more,
        deployments: [
          { ...next, desiredCount, ...recordOf(next) },
          ...world.service.deployments.map((one): Deployment => ({
            ...one,
            status: 'ACTIVE',
            desiredCount: one.wasCompleted ? one.desiredCount : one.taskArns.length,
          })),
        ],
      };
    },
    present: (deploymentId) =>
      [...tasks.values()].filter(
        ({ lastStatus, startedBy }) =>
          lastStatus !== 'STOPPED' && (deploymentId === undefined || startedBy === deploymentId),
      ),
    move(arn, lastStatus, more = {}) {
      const task = tasks.get(arn);
      if (!task) throw new Error(`no task ${arn}`);
      tasks.set(arn, {
        ...task,
        lastStatus,
        ...(lastStatus === 'RUNNING' && { startedAt: task.startedAt ?? now() }),
        ...more,
      });
    },
    moveAll() {
      for (const { arn, desiredStatus } of world.present())
        world.move(arn, desiredStatus === 'RUNNING' ? 'RUNNING' : 'STOPPED', {
          ...(desiredStatus === 'RUNNING' && { healthStatus: 'HEALTHY' }),
        });
    },
  };
  return world;
}

/** The end of a task by itself. */
export const CRASHED = { desiredStatus: 'STOPPED', stopCode: 'EssentialContainerExited' } as const;

/** Brings a world to where nothing moves any more. */
export function runToEnd(world: ServiceWorld, limit = 100): number {
  for (let round = 0; round < limit; round++) {
    const plans = world.settle();
    const waiting = world
      .present()
      .some(({ lastStatus, desiredStatus }) => lastStatus !== 'RUNNING' || desiredStatus === 'STOPPED');
    if (plans.length === 0 && !waiting) return round;
    world.moveAll();
  }
  throw new Error(`not at its end after ${limit} rounds`);
}
