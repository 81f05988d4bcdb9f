import type { ContainerDefinition, RunTaskRequest, Tag, TaskOverride } from '@aws-sdk/client-ecs';
import { containerArn, taskArn } from '../../../model/arn.ts';
import type { Cluster } from '../../../model/cluster.ts';
import { effectiveDefinition } from '../../../model/effective-definition.ts';
import type { AwsTaskDefinition, TaskDefinition } from '../../../model/task-definition.ts';
import type { Task, TaskContainer } from '../../../model/task.ts';
import type { EcsContext } from '../dependencies.ts';
import { mergeTags } from '../tag-rules.ts';
import { parseCpuUnits, parseMemoryMib } from '../task-definitions/sizes.ts';
import type { Placement } from './placement.ts';

/** Source: Fargate's own default. */
const FARGATE_STORAGE_GIB = 20;

type Plan = {
  readonly cluster: Cluster;
  readonly registered: TaskDefinition;
  readonly placement: Placement;
  readonly input: RunTaskRequest;
};

/** A task as RunTask makes it: PROVISIONING, version 1, its containers PENDING. */
export function newTask({ now, newId }: EcsContext, { cluster, registered, placement, input }: Plan): Task {
  const { scope, name: clusterName } = cluster;
  const id = newId().replaceAll('-', '');
  const overrides = storedOverrides(registered.definition, input.overrides ?? {});
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
    group: input.group ?? `family:${registered.family}`,
    ...placement,
    cpuArchitecture: definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
    ...(placement.launchType === 'FARGATE' && { ephemeralStorageGib: storage ?? FARGATE_STORAGE_GIB }),
    ...(input.startedBy !== undefined && { startedBy: input.startedBy }),
    ...(definition.cpu !== undefined && { cpu: definition.cpu }),
    ...(definition.memory !== undefined && { memory: definition.memory }),
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    overrides,
    tags: tagsOf(cluster, registered, input),
    version: 1,
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    healthStatus: 'UNKNOWN',
    containers: (definition.containerDefinitions ?? []).map((container) =>
      newContainer(container, (containerId) => containerArn(scope, clusterName, id, containerId), newId),
    ),
    createdAt: now(),
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

/** Source: ECS developer guide, tagging: the request's tags win over the definition's; ECS's own come beside them. */
function tagsOf(cluster: Cluster, registered: TaskDefinition, input: RunTaskRequest): Tag[] {
  const propagated = input.propagateTags === 'TASK_DEFINITION' ? registered.tags : [];
  const managed =
    input.enableECSManagedTags === true ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : [];
  return [...managed, ...mergeTags(propagated, input.tags ?? [])];
}
