import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import { dependenciesOf } from '../../model/container-dependencies.ts';
import { firelensRouter, logsThroughFirelens } from '../../model/firelens.ts';
import { ExecutorError } from '../../model/ports.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import {
  BUFFER_LIMIT,
  firelensConfig,
  FORWARD_PORT,
  refuseLineBreaks,
  SOCKET_FOLDER,
  SOCKET_NAME,
  type FirelensSettings,
} from './firelens-config.ts';
import {
  firelensText,
  secretLogOptions,
  type ComposeService,
  type Text,
  type Values,
} from './interpolation.ts';

/** What FireLens adds to a task's project; nothing where no container is a router. */
export type FirelensProject = {
  readonly configs: Record<string, { readonly content: Text }>;
  readonly volumes: NonNullable<ComposeSpecification['volumes']>;
};

/** What FireLens adds to one container. */
export type FirelensService = {
  readonly environment: Values;
  readonly volumes: NonNullable<ComposeService['volumes']>;
  readonly links: readonly string[];
  readonly service: Pick<ComposeService, 'configs' | 'logging'>;
};

/** Keys of the Compose file; volumes and configs of a definition have no dot in their names. */
const SOCKET_VOLUME = 'ecs.firelens';
const CONFIG = 'ecs.firelens';
const EXTERNAL_CONFIG = 'ecs.firelens.external';

/** Source: ECS agent, AddFirelensContainerBindMounts. */
const PATHS = {
  fluentbit: { config: '/fluent-bit/etc/fluent-bit.conf', external: '/fluent-bit/etc/external.conf' },
  fluentd: { config: '/fluentd/etc/fluent.conf', external: '/fluentd/etc/external.conf' },
} as const;

/** Short, since the path of a socket has 108 characters at most, and the engine's folder is a part of it. */
const volumeName = ({ id }: Pick<Task, 'id'>): string => `ecs-firelens-${id.slice(0, 12)}`;

/**
 * The router's configuration and the volume in which its socket is. It is the engine that writes to the socket, so it
 * lies where the engine can see it: in a volume.
 * Throws ExecutorError `cannotInitialize` for options of which no configuration can be made.
 */
export function renderFirelens(task: Task, definition: AwsTaskDefinition): FirelensProject {
  const router = firelensRouter(definition);
  if (!router) return { configs: {}, volumes: {} };
  const { external } = optionsOf(router);
  return {
    configs: {
      [CONFIG]: { content: firelensConfig(settingsOf(task, definition, router)) },
      ...(external === 's3' && { [EXTERNAL_CONFIG]: { content: firelensText(router) } }),
    },
    volumes: { [SOCKET_VOLUME]: { name: volumeName(task), ...ownedVolume(router.user) } },
  };
}

/** A user other than root must be able to make the socket. Source: ECS agent, firelens SetOwnership. */
function ownedVolume(user: string | undefined) {
  const [, uid, gid = '0'] = /^(\d+)(?::(\d+))?/.exec(user ?? '') ?? [];
  if (uid === undefined || Number(uid) === 0) return {};
  const o = `uid=${uid},gid=${gid},mode=0755`;
  return { driver_opts: { type: 'tmpfs', device: 'tmpfs', o } };
}

/** What one container gets: the router its configuration, one that logs through it the driver that brings its output there. */
export function renderFirelensService(
  task: Task,
  definition: AwsTaskDefinition,
  container: ContainerDefinition,
  engineFolder: string | undefined,
): FirelensService {
  const router = firelensRouter(definition);
  const ofRouter = router && router === container ? routerParts(definition, router) : undefined;
  const isSender = router !== undefined && logsThroughFirelens(container);
  const isFollower = isSender && router !== container;
  const links = isFollower ? linksTo(router, definition, container) : [];
  return {
    environment: { ...ofRouter?.environment, ...(isFollower && fluentHost(router, definition, links)) },
    volumes: ofRouter
      ? [{ type: 'volume', source: SOCKET_VOLUME, target: SOCKET_FOLDER, volume: { nocopy: true } }]
      : [],
    links,
    service: {
      ...(ofRouter && { configs: ofRouter.configs }),
      ...(isSender && {
        logging: { driver: 'fluentd', options: driverOptions(task, container, engineFolder) },
      }),
    },
  };
}

/**
 * Source: ECS agent, createContainer: the router's address in the modes bridge and awsvpc. There it is an IP address;
 * here, in bridge mode, a name, as the address is not known yet.
 */
function fluentHost(
  { name = '' }: ContainerDefinition,
  { networkMode = 'bridge' }: AwsTaskDefinition,
  links: readonly string[],
): Record<string, string> {
  const host = networkMode === 'awsvpc' ? '127.0.0.1' : links.length > 0 ? name : undefined;
  return host === undefined ? {} : { FLUENT_HOST: host, FLUENT_PORT: FORWARD_PORT };
}

/** A link leads to the router of the same task; one can only be made to a container that is there already. */
function linksTo(
  { name = '' }: ContainerDefinition,
  { networkMode = 'bridge' }: AwsTaskDefinition,
  container: ContainerDefinition,
): string[] {
  const isAfter = dependenciesOf(container).some((dependency) => dependency.container === name);
  const isLinked = (container.links ?? []).some((link) => link === name || link.startsWith(`${name}:`));
  return networkMode === 'bridge' && isAfter && !container.disableNetworking && !isLinked ? [name] : [];
}

/** Source: ECS agent, getFirelensLogConfig. */
function driverOptions(
  { id }: Task,
  { name = '', logConfiguration }: ContainerDefinition,
  engineFolder = '/var/lib/docker',
): Record<string, string> {
  const limit = logConfiguration?.options?.[BUFFER_LIMIT];
  return {
    tag: `${name}-firelens-${id}`,
    'fluentd-address': `unix://${engineFolder}/volumes/${volumeName({ id })}/_data/${SOCKET_NAME}`,
    'fluentd-async': 'true',
    'fluentd-sub-second-precision': 'true',
    ...(limit !== undefined && { 'fluentd-buffer-limit': limit }),
  };
}

function routerParts(definition: AwsTaskDefinition, router: ContainerDefinition) {
  const { type, external } = optionsOf(router);
  const paths = PATHS[type];
  return {
    environment: Object.fromEntries(
      senders(definition).flatMap(({ container, index }) =>
        Object.entries(secretLogOptions(container)).map(
          ([option, value]) => [secretName(option, index), value] as const,
        ),
      ),
    ),
    configs: [
      { source: CONFIG, target: paths.config },
      ...(external === 's3' ? [{ source: EXTERNAL_CONFIG, target: paths.external }] : []),
    ],
  };
}

const senders = ({ containerDefinitions = [] }: AwsTaskDefinition) =>
  containerDefinitions
    .map((container, index) => ({ container, index }))
    .filter(({ container }) => logsThroughFirelens(container));

/** A secret option is a variable of the router. Source: ECS agent, firelensConfigVarFmt. */
const secretName = (option: string, index: number): string => `${option}_${index}`;

function settingsOf(
  task: Task,
  definition: AwsTaskDefinition,
  router: ContainerDefinition,
): FirelensSettings {
  const { networkMode = 'bridge' } = definition;
  const { type, isMetadataEnabled, include } = optionsOf(router);
  const placeholder = (name: string): string => (type === 'fluentd' ? `"#{ENV['${name}']}"` : `\${${name}}`);
  return {
    type,
    include,
    listenAddress: networkMode === 'awsvpc' ? '127.0.0.1' : networkMode === 'bridge' ? '0.0.0.0' : undefined,
    memoryMib: router.memoryReservation ?? router.memory ?? 0,
    metadata: isMetadataEnabled
      ? {
          ecs_cluster: task.clusterName,
          ecs_task_arn: task.arn,
          ecs_task_definition: `${task.family}:${task.revision}`,
        }
      : {},
    outputs: senders(definition).map(({ container, index }) => ({
      container: container.name ?? '',
      options: {
        ...container.logConfiguration?.options,
        ...Object.fromEntries(
          Object.keys(secretLogOptions(container)).map((option) => [
            option,
            placeholder(secretName(option, index)),
          ]),
        ),
      },
    })),
  };
}

/** Source: ECS agent, firelens parseOptions. */
function optionsOf({ firelensConfiguration }: ContainerDefinition): {
  type: FirelensSettings['type'];
  isMetadataEnabled: boolean;
  external: 'file' | 's3' | undefined;
  include: string | undefined;
} {
  const { type, options = {} } = firelensConfiguration ?? {};
  if (type !== 'fluentbit' && type !== 'fluentd')
    throw new Error(`invalid firelens configuration type: ${String(type)}`);
  const { 'config-file-type': external, 'config-file-value': value } = options;
  if (external !== undefined && external !== 'file' && external !== 's3')
    throw new Error(`invalid value ${external} is specified for option config-file-type`);
  if (external !== undefined && value === undefined)
    throw new Error('option config-file-type is specified but config-file-value is not specified');
  if (value !== undefined) refuseLineBreaks('config-file-value', value);
  return {
    type,
    isMetadataEnabled: !/^(0|f|false)$/i.test(options['enable-ecs-log-metadata'] ?? ''),
    external,
    include: external === 's3' ? PATHS[type].external : external === 'file' ? value : undefined,
  };
}

/** The project's part, with the agent's words around what is wrong. */
export function initializeFirelens(task: Task, definition: AwsTaskDefinition): FirelensProject {
  try {
    return renderFirelens(task, definition);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const text = `unable to generate firelens config file: unable to generate firelens config: ${error.message}`;
    const name = firelensRouter(definition)?.name;
    throw new ExecutorError('cannotInitialize', text, {
      ...(name !== undefined && { container: name }),
      cause: error,
    });
  }
}
