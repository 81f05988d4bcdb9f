import type { ComposeSpecification } from 'docker-compose';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import { PAUSE_CONTAINER } from '../../model/pause-container.ts';
import type { Task } from '../../model/task.ts';
import { FLAGS_LABEL, flagsOfContainer, NO_FLAGS } from './docker-flags.ts';
import { containerName, PAUSE_SERVICE } from './names.ts';
import { PAUSE_IMAGE } from './pause-archive.ts';
import { PAUSE_TEMPLATE } from './project-template.ts';
import { reachableEndpoint } from './render-environment.ts';
import { renderOwnLabels } from './render-labels.ts';
import { renderAliases, renderNetworkOptions, type Networking } from './render-networking.ts';
import { renderFlagPorts, renderPorts } from './render-ports.ts';
import { renderSharedSysctls } from './render-sysctls.ts';
import type { RenderContext } from './render.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];

/**
 * The container that holds what the containers of a task share. With awsvpc it has the task's network, and with it the
 * ports, names and hosts of all of them; else it has none.
 */
export function renderPause({
  task,
  definition,
  networking,
  context,
}: {
  task: Task;
  definition: AwsTaskDefinition;
  networking: Networking;
  context: RenderContext;
}): Service {
  return {
    ...PAUSE_TEMPLATE,
    image: PAUSE_IMAGE,
    // DOCKER_DEFAULT_PLATFORM is for images that come for several.
    ...(context.enginePlatform !== undefined && { platform: context.enginePlatform }),
    container_name: containerName(task.family, task.revision, PAUSE_SERVICE, task.id),
    labels: renderOwnLabels(task, PAUSE_CONTAINER, true, context),
    ...(definition.ipcMode === 'task' && { ipc: 'shareable' }),
    ...renderSharedSysctls(definition, networking.isShared),
    ...(networking.isShared
      ? renderSharedNetwork(task, definition, networking, context)
      : { network_mode: 'none' }),
  };
}

function renderSharedNetwork(
  task: Task,
  definition: AwsTaskDefinition,
  networking: Networking,
  context: RenderContext,
): Service {
  const containers = (definition.containerDefinitions ?? []).filter((one) => !one.disableNetworking);
  const ofLabels = containers.map(({ dockerLabels }) =>
    flagsOfContainer(NO_FLAGS, dockerLabels?.[FLAGS_LABEL]),
  );
  const all = [context.dockerFlags, ...ofLabels];
  const flags = {
    ...context.dockerFlags,
    ports: unique(all.flatMap((one) => one.ports)),
    dns: unique(all.flatMap((one) => one.dns)),
    extraHosts: unique(all.flatMap((one) => one.extraHosts)),
  };
  const ports = networking.publishes
    ? [...containers.flatMap((one) => renderPorts(one, definition.networkMode)), ...renderFlagPorts(flags)]
    : [];
  const { extraHost } = reachableEndpoint(networking, context);
  return {
    ...networking.service,
    ...renderAliases(task.networkAliases ?? [], definition, undefined, networking),
    ...renderNetworkOptions({}, { ...networking, isShared: false }, flags, extraHost),
    ...(ports.length > 0 && { ports }),
  };
}

/** Equal ones once: Docker refuses a port that is published twice. */
const unique = <T>(values: readonly T[]): T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];
