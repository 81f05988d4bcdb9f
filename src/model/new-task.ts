import type { ContainerDefinition, NetworkConfiguration, Tag, TaskOverride } from '@aws-sdk/client-ecs';
import { containerArn, taskArn, type ContainerInstanceArn } from './arn.ts';
import type { Cluster } from './cluster.ts';
import type { Reservation } from './container-instance.ts';
import { effectiveDefinition } from './effective-definition.ts';
import { parseCpuUnits, parseMemoryMib } from './sizes.ts';
import { mergeTags } from './tags.ts';
import type { AwsTaskDefinition, TaskDefinition } from './task-definition.ts';
import type { LaunchType, NetworkInterface, Task, TaskContainer } from './task.ts';

/** Source: Fargate's own default. */
const FARGATE_STORAGE_GIB = 20;

/** How a task is launched. Every launch type runs on the local engine. */
export type Placement = {
  readonly launchType: LaunchType;
  readonly capacityProviderName?: string;
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly containerInstanceArn?: ContainerInstanceArn;
  readonly reserved?: Reservation;
};

/** Fargate and Managed Instances bring a machine for each task; the other launch types share container instances. */
export const isPlaced = (launchType: LaunchType): boolean =>
  launchType === 'EC2' || launchType === 'EXTERNAL';

/** What a task is made from: the members of RunTask that say so. */
export type NewTask = {
  readonly cluster: Cluster;
  readonly registered: TaskDefinition;
  readonly placement: Placement;
  /** `family:<family>` when not given. */
  readonly group?: string | undefined;
  readonly startedBy?: string | undefined;
  readonly overrides?: TaskOverride | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
  readonly tags: readonly Tag[];
  /** Names under which the task is reached on the main network. */
  readonly networkAliases?: readonly string[];
  readonly networkConfiguration?: NetworkConfiguration | undefined;
};

export type NewTaskSource = {
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

/** A task as RunTask makes it: PROVISIONING, version 1, its containers PENDING. */
export function newTask({ now, newId }: NewTaskSource, wanted: NewTask): Task {
  const { cluster, registered, placement } = wanted;
  const { scope, name: clusterName } = cluster;
  const id = newId().replaceAll('-', '');
  const overrides = storedOverrides(registered.definition, wanted.overrides ?? {});
  const definition = effectiveDefinition(registered.definition, overrides);
  const storage = overrides.ephemeralStorage?.sizeInGiB ?? definition.ephemeralStorage?.sizeInGiB;
  return {
    scope,
    arn: taskArn(scope, clusterName, id),
    id,
    clusterName,
    taskDefinitionArn: registered.arn,
    family: registered.family,
    revision: registered.revision,
    group: wanted.group ?? `family:${registered.family}`,
    ...placement,
    cpuArchitecture: definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
    ...(placement.launchType === 'FARGATE' && { ephemeralStorageGib: storage ?? FARGATE_STORAGE_GIB }),
    ...(wanted.startedBy !== undefined && { startedBy: wanted.startedBy }),
    ...(definition.cpu !== undefined && { cpu: definition.cpu }),
    ...(definition.memory !== undefined && { memory: definition.memory }),
    enableExecuteCommand: wanted.enableExecuteCommand ?? false,
    overrides,
    tags: wanted.tags,
    ...(wanted.networkAliases?.length && { networkAliases: wanted.networkAliases }),
    version: 1,
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    healthStatus: 'UNKNOWN',
    containers: (definition.containerDefinitions ?? []).map((container) =>
      newContainer(container, (containerId) => containerArn(scope, clusterName, id, containerId), newId),
    ),
    ...(definition.networkMode === 'awsvpc' && {
      networkInterface: newInterface(newId, wanted.networkConfiguration),
    }),
    createdAt: now(),
  };
}

/** ECS chooses among the subnets; the first is as good as any here. */
function newInterface(
  newId: () => string,
  networkConfiguration: NetworkConfiguration | undefined,
): NetworkInterface {
  const subnetId = networkConfiguration?.awsvpcConfiguration?.subnets?.[0];
  return {
    attachmentId: newId(),
    id: `eni-0${newId().replaceAll('-', '').slice(-16)}`,
    ...(subnetId !== undefined && { subnetId }),
  };
}

function newContainer(
  container: ContainerDefinition,
  arnOf: (containerId: string) => TaskContainer['arn'],
  newId: () => string,
): TaskContainer {
  const { name = '', image = '', cpu = 0, memory, memoryReservation } = container;
  return {
    arn: arnOf(newId()),
    name,
    image,
    essential: container.essential ?? true,
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    networkBindings: [],
    cpu: String(cpu),
    ...(memory !== undefined && { memory: String(memory) }),
    ...(memoryReservation !== undefined && { memoryReservation: String(memoryReservation) }),
  };
}

/** Every container has an entry, as ECS answers it; sizes are integer strings. */
function storedOverrides(definition: AwsTaskDefinition, given: TaskOverride): TaskOverride {
  const cpuUnits = given.cpu === undefined ? undefined : parseCpuUnits(given.cpu);
  const memoryMib = given.memory === undefined ? undefined : parseMemoryMib(given.memory);
  return {
    containerOverrides: (definition.containerDefinitions ?? []).map(({ name = '' }) => ({
      ...given.containerOverrides?.find((override) => override.name === name),
      name,
    })),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- ECS still answers it, empty.
    inferenceAcceleratorOverrides: [],
    ...(cpuUnits !== undefined && { cpu: String(cpuUnits) }),
    ...(memoryMib !== undefined && { memory: String(memoryMib) }),
    ...(given.executionRoleArn !== undefined && { executionRoleArn: given.executionRoleArn }),
    ...(given.taskRoleArn !== undefined && { taskRoleArn: given.taskRoleArn }),
    ...(given.ephemeralStorage && { ephemeralStorage: given.ephemeralStorage }),
  };
}

/**
 * Tags of a new task. Source: ECS developer guide, tagging: given tags win over those that are propagated; ECS's own
 * come beside them; those of CloudFormation are not propagated (github.com/aws/containers-roadmap/issues/2427).
 */
export const taskTags = (
  managed: readonly Tag[],
  propagated: readonly Tag[],
  given: readonly Tag[],
): Tag[] => [
  ...managed,
  ...mergeTags(
    propagated.filter(({ key = '' }) => !key.startsWith('aws:')),
    given,
  ),
];
