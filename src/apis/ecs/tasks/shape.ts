import type {
  Attachment,
  Container as AwsContainer,
  NetworkInterface as AwsNetworkInterface,
  Task as AwsTask,
} from '@aws-sdk/client-ecs';
import { clusterArn } from '../../../model/arn.ts';
import type { NetworkInterface, Task, TaskContainer } from '../../../model/task.ts';

/** A task as ECS answers it. Frozen throughout and the same object for the same Task, so that its text may be cached by identity. */
export type TaskShape = Readonly<AwsTask>;

const withoutTags = new WeakMap<Task, TaskShape>();
const withTags = new WeakMap<Task, TaskShape>();

/**
 * A task without its tags, as DescribeTasks answers it unless they are included.
 * Source: recorded from ECS, September 2026 and, for the first answer of RunTask, February 2024.
 */
export function taskShape(task: Task): TaskShape {
  const known = withoutTags.get(task);
  if (known) return known;
  const shape = deepFreeze(makeShape(task));
  withoutTags.set(task, shape);
  return shape;
}

/** A task with its tags, as RunTask answers it. */
export function taskShapeWithTags(task: Task): TaskShape {
  if (task.tags.length === 0) return taskShape(task);
  const known = withTags.get(task);
  if (known) return known;
  const shape = deepFreeze({ ...taskShape(task), tags: task.tags.map((tag) => ({ ...tag })) });
  withTags.set(task, shape);
  return shape;
}

function makeShape(task: Task): AwsTask {
  // ECS reaches the agent shortly before the pull starts; here both are one moment.
  const connectivityAt = task.pullStartedAt;
  return {
    attachments: task.networkInterface ? [attachmentShape(task, task.networkInterface)] : [],
    attributes: [{ name: 'ecs.cpu-architecture', value: task.cpuArchitecture ?? 'x86_64' }],
    availabilityZone: `${task.scope.region}a`,
    ...(task.capacityProviderName !== undefined && { capacityProviderName: task.capacityProviderName }),
    clusterArn: clusterArn(task.scope, task.clusterName),
    ...(task.containerInstanceArn !== undefined && { containerInstanceArn: task.containerInstanceArn }),
    ...(connectivityAt && { connectivity: 'CONNECTED', connectivityAt }),
    containers: task.containers.map((container) => containerShape(task, container)),
    ...(task.cpu !== undefined && { cpu: task.cpu }),
    createdAt: task.createdAt,
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    ...(task.ephemeralStorageGib !== undefined && {
      ephemeralStorage: { sizeInGiB: task.ephemeralStorageGib },
      fargateEphemeralStorage: { sizeInGiB: task.ephemeralStorageGib },
    }),
    ...(task.executionStoppedAt && { executionStoppedAt: task.executionStoppedAt }),
    group: task.group,
    healthStatus: task.healthStatus,
    lastStatus: task.lastStatus,
    ...(task.launchType && { launchType: task.launchType }),
    ...(task.memory !== undefined && { memory: task.memory }),
    overrides: structuredClone(task.overrides),
    ...(task.platformFamily !== undefined && { platformFamily: task.platformFamily }),
    ...(task.platformVersion !== undefined && { platformVersion: task.platformVersion }),
    ...(task.pullStartedAt && { pullStartedAt: task.pullStartedAt }),
    ...(task.pullStoppedAt && { pullStoppedAt: task.pullStoppedAt }),
    ...(task.startedAt && { startedAt: task.startedAt }),
    ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
    ...(task.stopCode && { stopCode: task.stopCode }),
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    ...(task.stoppingAt && { stoppingAt: task.stoppingAt }),
    tags: [],
    taskArn: task.arn,
    taskDefinitionArn: task.taskDefinitionArn,
    version: task.version,
  };
}

/** Source: recorded from ECS, September 2026 and, for a task that is being provisioned, February 2024. */
function attachmentShape(task: Task, { attachmentId, id, subnetId, address }: NetworkInterface): Attachment {
  const details = {
    subnetId,
    ...(address && {
      networkInterfaceId: id,
      macAddress: address.macAddress,
      privateDnsName: address.privateDnsName,
      privateIPv4Address: address.privateIpv4Address,
    }),
  };
  return {
    id: attachmentId,
    type: 'ElasticNetworkInterface',
    status: attachmentStatus(task, address !== undefined),
    details: Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : { name, value })),
  };
}

/** Source: ECS developer guide, task life cycle; ECS API reference, Attachment.status. */
function attachmentStatus({ lastStatus }: Task, isAttached: boolean): string {
  if (lastStatus === 'PROVISIONING') return 'PRECREATED';
  if (lastStatus === 'DEPROVISIONING') return 'DETACHING';
  if (lastStatus === 'STOPPED') return 'DELETED';
  return isAttached ? 'ATTACHED' : 'ATTACHING';
}

function containerInterfaces({ networkInterface }: Task): AwsNetworkInterface[] {
  const privateIpv4Address = networkInterface?.address?.privateIpv4Address;
  if (!networkInterface || privateIpv4Address === undefined) return [];
  return [{ attachmentId: networkInterface.attachmentId, privateIpv4Address }];
}

function containerShape(task: Task, container: TaskContainer): AwsContainer {
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    ...(container.imageDigest !== undefined && { imageDigest: container.imageDigest }),
    ...(container.runtimeId !== undefined && { runtimeId: container.runtimeId }),
    lastStatus: container.lastStatus,
    ...(container.exitCode !== undefined && { exitCode: container.exitCode }),
    ...(container.reason !== undefined && { reason: container.reason }),
    networkBindings: container.networkBindings.map((binding) => ({ ...binding })),
    networkInterfaces: containerInterfaces(task),
    healthStatus: container.healthStatus,
    ...(container.cpu !== undefined && { cpu: container.cpu }),
    ...(container.memory !== undefined && { memory: container.memory }),
    ...(container.memoryReservation !== undefined && { memoryReservation: container.memoryReservation }),
  };
}

/** Dates are left as they are: freezing does not keep a Date from being set. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Date || Object.isFrozen(value))
    return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
