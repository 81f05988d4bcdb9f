import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ResolvedInputs } from '../../model/ports.ts';
import { waitsFor } from '../../model/debug-wait.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import { FLAGS_LABEL, flagsOfContainer } from './docker-flags.ts';
import { fileVariables, secretVariables, type ComposeService } from './interpolation.ts';
import { containerName, PAUSE_SERVICE } from './names.ts';
import type { RenderContext } from './render.ts';
import { renderEngineOptions } from './render-engine-options.ts';
import {
  debugEnvironment,
  endpointEnvironment,
  reachableEndpoint,
  renderEnvironment,
} from './render-environment.ts';
import { renderDependsOn } from './render-depends-on.ts';
import { renderFirelensService } from './render-firelens.ts';
import { renderHealthCheck } from './render-health.ts';
import { renderLabels } from './render-labels.ts';
import { renderLogging } from './render-logging.ts';
import {
  containerNetworking,
  renderAliases,
  renderNamespaces,
  renderNetworkOptions,
  type Networking,
} from './render-networking.ts';
import { renderFlagPorts, renderPorts } from './render-ports.ts';
import { renderMounts } from './render-volumes.ts';

/** Source: ECS agent, container stop timeout. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;
/** Docker takes 0 for 1024 shares and the kernel refuses 1. Source: ECS agent, dockerCPUShares. */
const MIN_CPU_SHARES = 2;
/** The least that Docker takes; smaller limits are raised to it. Source: ECS agent; ECS API reference, memory. */
const MIN_MEMORY_MIB = 6;

/** One container as a Compose service. Throws an Error for what no container can be made from. */
export function renderService({
  task,
  definition,
  container,
  networking: ofTask,
  context,
  inputs,
}: {
  task: Task;
  definition: AwsTaskDefinition;
  container: ContainerDefinition;
  networking: Networking;
  context: RenderContext;
  inputs: ResolvedInputs;
}): ComposeService {
  const { name = '', image = '', memory, memoryReservation, user, workingDirectory } = container;
  const flags = flagsOfContainer(context.dockerFlags, container.dockerLabels?.[FLAGS_LABEL]);
  // An empty list is, to ECS, one that is not given; to Compose it would clear what the image says.
  const entrypoint = flags.entrypoint ?? (container.entryPoint?.length ? container.entryPoint : undefined);
  const networking = containerNetworking(ofTask, container);
  const endpoint = reachableEndpoint(networking, context);
  const firelens = renderFirelensService(task, definition, container, context.engineFolder);
  const environment = {
    ...endpointEnvironment(task, endpoint),
    ...debugEnvironment(waitsFor(container)),
    // Source: ECS agent, MergeEnvironmentVariablesFromEnvfiles and PopulateSecrets.
    ...fileVariables(container, inputs),
    ...renderEnvironment(container),
    ...firelens.environment,
    ...secretVariables(container),
    ...flags.environment,
  };
  const hasNetwork = networking.publishes && !networking.isShared;
  const ports = hasNetwork
    ? [...renderPorts(container, definition.networkMode), ...renderFlagPorts(flags)]
    : [];
  const volumes = [...renderMounts(container, definition.volumes ?? [], flags), ...firelens.volumes];
  const memoryLimit = flags.memoryBytes ?? (memory ? `${Math.max(memory, MIN_MEMORY_MIB)}m` : undefined);
  const chosenUser = flags.user ?? user;
  const service: ComposeService = {
    image,
    container_name: containerName(task.family, task.revision, name, task.id),
    labels: renderLabels({ task, container, flags, context }),
    restart: 'no',
    stop_grace_period: `${container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS}s`,
    cpu_shares: Math.max(container.cpu ?? 0, MIN_CPU_SHARES),
    ...(networking.isShared
      ? { network_mode: `service:${PAUSE_SERVICE}` }
      : {
          ...networking.service,
          ...renderAliases(task.networkAliases ?? [], definition, container, networking),
        }),
    ...renderNamespaces(definition),
    ...renderDependsOn(container, definition.containerDefinitions ?? []),
    ...(container.healthCheck && {
      healthcheck: renderHealthCheck(container.healthCheck, waitsFor(container)),
    }),
    ...(entrypoint && { entrypoint: [...entrypoint] }),
    ...(container.command?.length && { command: container.command }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(workingDirectory && { working_dir: workingDirectory }),
    ...(chosenUser && { user: chosenUser }),
    ...(memoryLimit !== undefined && { mem_limit: memoryLimit }),
    ...(memoryReservation && { mem_reservation: `${memoryReservation}m` }),
    ...(ports.length > 0 && { ports }),
    ...(volumes.length > 0 && { volumes }),
    ...renderLogging(container, task.id),
    ...firelens.service,
    ...renderNetworkOptions(
      { ...container, links: [...(container.links ?? []), ...firelens.links] },
      networking,
      flags,
      endpoint.extraHost,
    ),
    ...renderEngineOptions(container, flags),
    // Compose refuses to copy a configuration into a container that is read-only.
    ...(firelens.service.configs && container.readonlyRootFilesystem && { read_only: false }),
  };
  for (const [field, value] of Object.entries(service)) refuseNul(field, value);
  return service;
}

/** The kernel ends a string at NUL, so neither an argument nor a variable or path can have one. */
function refuseNul(field: string, value: unknown): void {
  if (typeof value === 'string' && value.includes('\0')) throw new Error(`${field} has a NUL character`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    refuseNul(field, key);
    refuseNul(field, member);
  }
}
