import { needsPause } from '../../model/pause-container.ts';
import { ExecutorError, type ResolvedInputs } from '../../model/ports.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import type { DockerFlags } from './docker-flags.ts';
import type { ComposeProject } from './interpolation.ts';
import { PAUSE_SERVICE, projectName } from './names.ts';
import { initializeFirelens } from './render-firelens.ts';
import { renderNetworking } from './render-networking.ts';
import { renderPause } from './render-pause.ts';
import { renderService } from './render-service.ts';
import { renderVolumes } from './render-volumes.ts';
import type { FileSystems } from './task-volumes.ts';

export { notActedOn } from './render-fields.ts';
export { composeText, taskHead } from './render-text.ts';

/** How a task reaches the sidecar's API. */
export type TaskEndpoint = {
  readonly url: string;
  /** `name:address` that makes the url's name known to a container. */
  readonly extraHost?: string;
  /** The same for containers on the host's own network. */
  readonly hostUrl?: string;
};

/** What a rendering depends on besides the task: the same for all tasks of a sidecar. */
export type RenderContext = {
  /** The network that tasks join; it is there before the first task. */
  readonly networkName: string;
  /** ECS_DOCKER_FLAGS, for every container. */
  readonly dockerFlags: DockerFlags;
  /** Id of the data folder, on every container as the label `ecsidecar.id`. */
  readonly sidecarId: string;
  readonly fileSystems: FileSystems;
  /** Absent: tasks are told of no endpoint (ECS_DISABLE_AWS_ENDPOINT_URL). */
  readonly endpoint?: TaskEndpoint | undefined;
  /** e.g. `linux/amd64`; absent where there is no engine to ask. */
  readonly enginePlatform?: string;
  /** How many processors it has; absent where there is no engine to ask. */
  readonly engineCpus?: number;
  /** Where the engine keeps its volumes; absent where there is no engine to ask. */
  readonly engineFolder?: string;
};

/**
 * The Compose project of a task. `definition` has the overrides applied already. Its strings are plain: what Compose
 * would replace in them (`$`) is escaped when they are written, by `composeText`.
 *
 * Docker flags add to lists (ports, volumes, hosts, DNS servers, capabilities) and win over what the definition says of
 * the same variable, label, limit, container path or scalar, as LocalStack's do.
 *
 * Of `inputs`, what was fetched for the task, it takes names alone; values are Compose's to fill in, from the variables
 * that `composeVariables` gives it. Without inputs the variables of environment files, whose names nobody knows, are
 * left out.
 *
 * Throws ExecutorError `cannotCreate` for what no container can be made from.
 */
export function renderTask(
  task: Task,
  definition: AwsTaskDefinition,
  context: RenderContext,
  inputs: ResolvedInputs = new Map(),
): ComposeProject {
  const networking = renderNetworking(definition.networkMode, context);
  const firelens = initializeFirelens(task, definition);
  const services = (definition.containerDefinitions ?? []).map((container) => {
    const name = container.name ?? '';
    return [name, renderContainer({ task, definition, container, networking, context, inputs })] as const;
  });
  const volumes = { ...renderVolumes(definition, context.dockerFlags, context), ...firelens.volumes };
  const pause = needsPause(definition)
    ? [[PAUSE_SERVICE, renderPause({ task, definition, networking, context })] as const]
    : [];
  return {
    name: projectName(task.clusterName, task.id),
    // Not an object literal: a container may be called `__proto__`.
    services: Object.fromEntries([...services, ...pause]),
    ...(Object.keys(networking.networks).length > 0 && { networks: networking.networks }),
    ...(Object.keys(volumes).length > 0 && { volumes }),
    ...(Object.keys(firelens.configs).length > 0 && { configs: firelens.configs }),
  };
}

function renderContainer(asked: Parameters<typeof renderService>[0]) {
  const { container } = asked;
  try {
    return renderService(asked);
  } catch (error) {
    if (error instanceof ExecutorError || !(error instanceof Error)) throw error;
    throw new ExecutorError('cannotCreate', error.message, {
      ...(container.name !== undefined && { container: container.name }),
      cause: error,
    });
  }
}
