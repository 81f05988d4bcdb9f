import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** The package's version; its file lies beside `src` and beside `dist` alike. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** What the environment says, parsed and checked once. */
export type Config = {
  readonly listen: { readonly host: string; readonly port: number };
  /** Absolute. */
  readonly dataDir: string;
  /** Undefined: the sidecar's own, else `ecsidecar`. */
  readonly networkName: string | undefined;
  /** Whether tasks are told how to call the sidecar. */
  readonly tellsEndpoint: boolean;
  readonly dockerFlags: string;
  /** Absolute. */
  readonly overridesFolder: string | undefined;
  readonly removeContainers: boolean;
  /**
   * ECS's agent asks the registry for each task, `default`. Here most images are built on this machine and no registry
   * knows them, so that asking would cost each task a round trip, and offline a time-out: what is here is used.
   */
  readonly imagePullBehavior: (typeof PULL_BEHAVIORS)[number];
  readonly onShutdown: 'stop' | 'keep';
  readonly steadySeconds: number;
  readonly scalingSeconds: number;
  /** What a change in a mounted folder does, in the form of a reload action. */
  readonly hotReload: string;
  /** 0: by the system's events. */
  readonly hotReloadPollSeconds: number;
  /** Whether tasks are placed only where the machine has the CPU and memory that they ask for. */
  readonly hostCapacity: 'real' | 'unlimited';
  readonly upstreamUrl: string | undefined;
  /** Absolute paths of files with secrets, in the order in which they count. */
  readonly secretsFiles: readonly string[];
  /** Whether they were named, so that they have to be there. */
  readonly areSecretsFilesNamed: boolean;
  /** Absolute paths of the host that tasks may mount; none: all. */
  readonly hostVolumeRoots: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly logsMaxBytes: number;
  readonly logLevel: string;
  readonly logFormat: 'pretty' | 'json';
};

/** A setting that cannot be used; the message names the variable and says what it may be. */
export class ConfigError extends Error {}

/** Every variable that the sidecar reads, with its default and meaning: the one list, shown by `ecsidecar start --help`. */
export const VARIABLES: readonly (readonly [name: string, fallback: string, meaning: string])[] = [
  ['GATEWAY_LISTEN', '127.0.0.1:4566', 'address of the API: host:port or port; port 0 takes a free one'],
  ['ECSIDECAR_DATA_DIR', './.ecsidecar', 'database and generated Compose projects'],
  [
    'MAIN_DOCKER_NETWORK',
    "the sidecar container's own, else ecsidecar",
    'network that tasks join; made if absent',
  ],
  ['ECS_DISABLE_AWS_ENDPOINT_URL', '0', '1 gives tasks no AWS_ENDPOINT_URL, region and test credentials'],
  ['ECS_DOCKER_FLAGS', '', 'docker-run flags for every task container, e.g. "-p 0:9229"'],
  [
    'ECS_COMPOSE_OVERRIDES',
    '',
    'folder of further Compose files for tasks: all.yaml, <family>.yaml, <cluster>/<service>.yaml',
  ],
  ['ECS_TASK_EXECUTOR', 'docker', 'what runs the tasks; only docker so far'],
  ['ECS_REMOVE_CONTAINERS', '1', '0 keeps the containers of stopped tasks'],
  [
    'ECS_IMAGE_PULL_BEHAVIOR',
    'prefer-cached',
    'when images are pulled: default (for each task; what is here if that fails), always (for each task), once (for the first) or prefer-cached (what is not here)',
  ],
  ['ECS_ON_SHUTDOWN', 'stop', 'stop: stop and remove running tasks; keep: leave them for the next start'],
  [
    'ECS_STEADY_SECONDS',
    '1',
    "how long a service's task without health checks has to run to count as healthy; ECS: 40",
  ],
  ['ECS_SCALING_SECONDS', '10', 'how often the metrics of target tracking policies are read'],
  [
    'ECS_HOT_RELOAD',
    'restart',
    'what a change in a mounted folder does: restart, recreate, replace, signal:<signal>, exec:<command> or off',
  ],
  [
    'ECS_HOT_RELOAD_POLL',
    '0',
    'seconds between looks at mounted folders; 0 waits for the events of the system',
  ],
  [
    'ECS_HOST_CAPACITY',
    'real',
    'real: tasks of the launch types EC2 and EXTERNAL need as much free CPU and memory as they ask for; unlimited: not so',
  ],
  ['UPSTREAM_ENDPOINT_URL', '', 'where all AWS requests go that are not answered here'],
  [
    'ECS_SECRETS_FILE',
    './secrets.yaml, then ./.env, where there is no upstream',
    'file with secrets, parameters and environment files for tasks; what it lacks is asked of the upstream',
  ],
  ['ECS_HOST_VOLUME_ROOTS', 'all', 'folders of the host that tasks may mount, separated by colons or commas'],
  ['ALLOWED_HOSTS', '', 'further names, separated by commas, accepted in the Host header'],
  ['ECSIDECAR_LOGS_MAX_MIB', '1024', 'size of the log store; the oldest events go first'],
  ['DOCKER_HOST', '', 'address of the Docker engine; else its usual sockets are tried'],
  ['DOCKER_CONFIG', '~/.docker', "folder of Docker's config.json, or that file itself: registry credentials"],
  ['LOG_LEVEL', 'info', 'fatal, error, warn, info, debug or trace'],
  ['LOG_FORMAT', 'pretty on a terminal, else json', 'pretty or json'],
];

const PULL_BEHAVIORS = ['default', 'always', 'once', 'prefer-cached'] as const;
const YES_OR_NO = ['1', '0', 'true', 'false'] as const;

const isYes = (text: (typeof YES_OR_NO)[number]): boolean => text === '1' || text === 'true';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the environment. Throws ConfigError on the first value that cannot be used. */
export function readConfig(environment: NodeJS.ProcessEnv, isTerminal: boolean): Config {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const choice = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = read(name) ?? fallback;
    const found = allowed.find((one) => one === value);
    if (found === undefined)
      throw new ConfigError(`${name} is "${value}"; it may be ${allowed.join(' or ')}.`);
    return found;
  };
  choice('ECS_TASK_EXECUTOR', ['docker'], 'docker');
  return {
    listen: parseListen(read('GATEWAY_LISTEN') ?? '127.0.0.1:4566'),
    dataDir: resolve(read('ECSIDECAR_DATA_DIR') ?? '.ecsidecar'),
    networkName: parseNetwork(read('MAIN_DOCKER_NETWORK')),
    tellsEndpoint: !isYes(choice('ECS_DISABLE_AWS_ENDPOINT_URL', YES_OR_NO, '0')),
    dockerFlags: read('ECS_DOCKER_FLAGS') ?? '',
    overridesFolder: parseFolder('ECS_COMPOSE_OVERRIDES', read('ECS_COMPOSE_OVERRIDES')),
    removeContainers: isYes(choice('ECS_REMOVE_CONTAINERS', YES_OR_NO, '1')),
    imagePullBehavior: choice('ECS_IMAGE_PULL_BEHAVIOR', PULL_BEHAVIORS, 'prefer-cached'),
    onShutdown: choice('ECS_ON_SHUTDOWN', ['stop', 'keep'], 'stop'),
    scalingSeconds: parseSeconds('ECS_SCALING_SECONDS', read('ECS_SCALING_SECONDS') ?? '10'),
    steadySeconds: parseSeconds('ECS_STEADY_SECONDS', read('ECS_STEADY_SECONDS') ?? '1'),
    hotReload: read('ECS_HOT_RELOAD') ?? 'restart',
    hotReloadPollSeconds: parseSeconds('ECS_HOT_RELOAD_POLL', read('ECS_HOT_RELOAD_POLL') ?? '0'),
    hostCapacity: choice('ECS_HOST_CAPACITY', ['real', 'unlimited'], 'real'),
    upstreamUrl: parseUpstream(read('UPSTREAM_ENDPOINT_URL')),
    ...secretsFiles(read('ECS_SECRETS_FILE'), read('UPSTREAM_ENDPOINT_URL')),
    hostVolumeRoots: parseFolders('ECS_HOST_VOLUME_ROOTS', read('ECS_HOST_VOLUME_ROOTS') ?? ''),
    allowedHosts: (read('ALLOWED_HOSTS') ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    logsMaxBytes: parseMib('ECSIDECAR_LOGS_MAX_MIB', read('ECSIDECAR_LOGS_MAX_MIB') ?? '1024'),
    logLevel: choice('LOG_LEVEL', LEVELS, 'info'),
    logFormat: choice('LOG_FORMAT', ['pretty', 'json'], isTerminal ? 'pretty' : 'json'),
  };
}

/** `host:port`, `[::1]:port`, `:port` or `port`; LocalStack's lists of several addresses are refused. */
function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:(\[[\da-fA-F:.]+\]|[^:\s,]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    throw new ConfigError(`GATEWAY_LISTEN is "${text}"; it must be host:port, e.g. 127.0.0.1:4566.`);
  }
  return { host: match[1] ? match[1].replace(/^\[|\]$/g, '') : '127.0.0.1', port };
}

/** It has to be there, so that a mistyped one is not taken for one without files. */
function parseFolder(name: string, text: string | undefined): string | undefined {
  if (text === undefined || statSync(text, { throwIfNoEntry: false })?.isDirectory() === true)
    return text && resolve(text);
  throw new ConfigError(`${name} is "${text}"; there is no such folder.`);
}

function parseNetwork(text: string | undefined): string | undefined {
  if (text === undefined || /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)) return text;
  throw new ConfigError(`MAIN_DOCKER_NETWORK is "${text}"; that is no name of a Docker network.`);
}

function parseUpstream(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url && ['http:', 'https:'].includes(url.protocol) && url.username === '') return url.origin;
  throw new ConfigError(`UPSTREAM_ENDPOINT_URL is "${text}"; it must be an http:// or https:// address.`);
}

function secretsFiles(
  named: string | undefined,
  upstream: string | undefined,
): Pick<Config, 'secretsFiles' | 'areSecretsFilesNamed'> {
  const fallback = upstream === undefined ? ['secrets.yaml', '.env'] : [];
  const files = named === undefined ? fallback : [named];
  return { secretsFiles: files.map((file) => resolve(file)), areSecretsFilesNamed: named !== undefined };
}

function parseFolders(name: string, text: string): string[] {
  const folders = text
    .split(/[:,]/)
    .map((folder) => folder.trim())
    .filter((folder) => folder !== '');
  const relative = folders.find((folder) => !folder.startsWith('/'));
  if (relative === undefined) return folders;
  throw new ConfigError(`${name} is "${text}"; "${relative}" is no absolute path.`);
}

function parseSeconds(name: string, text: string): number {
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new ConfigError(`${name} is "${text}"; it must be a number of seconds, 0 or more.`);
}

function parseMib(name: string, text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) > 0) return Number(text) * 1024 * 1024;
  throw new ConfigError(`${name} is "${text}"; it must be a whole number of MiB, 1 or more.`);
}
