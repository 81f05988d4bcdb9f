import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ResolvedInputs } from '../../model/ports.ts';
import { waitsFor } from '../../model/debug-wait.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import { fileVariables, secretVariables, type ComposeService } from './interpolation.ts';
import { containerName, PAUSE_SERVICE } from './names.ts';
import { CONTAINER_TEMPLATE } from './project-template.ts';
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
import { containerFlags, platformOf } from './render-platform.ts';
import { renderFlagPorts, renderPorts } from './render-ports.ts';
import { renderSizes } from './render-sizes.ts';
import { renderSysctls } from './render-sysctls.ts';
import { renderMounts } from './render-volumes.ts';

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
  const { name = '', image = '', user, workingDirectory } = container;
  const flagsOf = (one: ContainerDefinition) => containerFlags(context.dockerFlags, one);
  const flags = flagsOf(container);
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
  const volumes = [...renderMounts(container, definition, flagsOf, context), ...firelens.volumes];
  const chosenUser = flags.user ?? user;
  const platform = platformOf(definition, container, context);
  const service: ComposeService = {
    ...CONTAINER_TEMPLATE,
    image,
    container_name: containerName(task.family, task.revision, name, task.id),
    labels: renderLabels({ task, container, flags, context }),
    ...(container.stopTimeout !== undefined && { stop_grace_period: `${container.stopTimeout}s` }),
    ...renderSizes(definition, container, flags, context),
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
    ...renderSysctls(definition, container, networking.isShared),
    ...renderEngineOptions(container, flags),
    ...(platform !== undefined && { platform }),
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
