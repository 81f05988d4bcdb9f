import type {
  ContainerDefinition,
  HealthCheck,
  PortMapping,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { parseCpuUnits, parseMemoryMib } from '../../../model/sizes.ts';

/** What the registration adds to a request. */
type Registered = Pick<
  TaskDefinition,
  'taskDefinitionArn' | 'revision' | 'registeredAt' | 'registeredBy' | 'compatibilities'
>;

/**
 * A checked request as ECS stores and answers it: defaults filled in, sizes as integer strings.
 * Source: recorded from ECS, September 2026. `networkMode` stays absent when it was not given.
 */
export function storedDefinition(
  request: RegisterTaskDefinitionRequest,
  registered: Registered,
): TaskDefinition {
  const { networkMode, cpu, memory } = request;
  const cpuUnits = cpu === undefined ? undefined : parseCpuUnits(cpu);
  const memoryMib = memory === undefined ? undefined : parseMemoryMib(memory);
  return {
    ...registered,
    containerDefinitions: (request.containerDefinitions ?? []).map((one) =>
      storedContainer(one, networkMode),
    ),
    ...definedOf({
      family: request.family,
      taskRoleArn: request.taskRoleArn,
      executionRoleArn: request.executionRoleArn,
      networkMode,
      requiresCompatibilities: request.requiresCompatibilities,
      cpu: cpuUnits?.toString(),
      memory: memoryMib?.toString(),
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- ECS still stores and answers it.
      inferenceAccelerators: request.inferenceAccelerators,
      pidMode: request.pidMode,
      ipcMode: request.ipcMode,
      proxyConfiguration: request.proxyConfiguration,
      ephemeralStorage: request.ephemeralStorage,
      runtimePlatform: request.runtimePlatform,
      enableFaultInjection: request.enableFaultInjection,
    }),
    volumes: request.volumes ?? [],
    placementConstraints: request.placementConstraints ?? [],
    status: 'ACTIVE',
  };
}

function storedContainer(
  container: ContainerDefinition,
  networkMode: TaskDefinition['networkMode'],
): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    portMappings: (container.portMappings ?? []).map((mapping) => storedPortMapping(mapping, networkMode)),
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    ...(container.healthCheck && { healthCheck: storedHealthCheck(container.healthCheck) }),
  };
}

/** hostPort: 0 (any) on bridge, the container's with host and awsvpc. */
function storedPortMapping(mapping: PortMapping, networkMode: TaskDefinition['networkMode']): PortMapping {
  const { containerPort, hostPort, protocol = 'tcp' } = mapping;
  const samePort = networkMode === 'host' || networkMode === 'awsvpc';
  if (containerPort === undefined) return { ...mapping, protocol };
  return { ...mapping, hostPort: samePort ? containerPort : (hostPort ?? 0), protocol };
}

/** Source: ECS API reference, HealthCheck. */
const storedHealthCheck = (check: HealthCheck): HealthCheck => ({
  ...check,
  interval: check.interval ?? 30,
  timeout: check.timeout ?? 5,
  retries: check.retries ?? 3,
});

/** Without members that are undefined. */
const definedOf = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
