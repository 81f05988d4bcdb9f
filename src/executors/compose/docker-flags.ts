import { parseArgs } from 'node:util';
import { parseArgsStringToArgv } from 'string-argv';
import {
  parseBytes,
  parseEnvFile,
  parseExtraHost,
  parseIp,
  parseKeyValue,
  parseNetwork,
  parsePlatform,
  parsePublish,
  parseUlimit,
  parseVolume,
  type FlagPort,
  type FlagUlimit,
  type FlagVolume,
} from './docker-flag-values.ts';

/** docker-run flags, read; in the order given. */
export type DockerFlags = {
  readonly ports: readonly FlagPort[];
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly FlagVolume[];
  /** Names of networks, or one of Docker's modes (`host`, `none`, `bridge`, `container:…`) alone. */
  readonly networks: readonly string[];
  /** `name:address` */
  readonly extraHosts: readonly string[];
  readonly dns: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly ulimits: Readonly<Record<string, FlagUlimit>>;
  readonly capAdd: readonly string[];
  readonly privileged: boolean;
  readonly user?: string;
  readonly platform?: string;
  readonly memoryBytes?: number;
  readonly shmSizeBytes?: number;
  /** Empty: what the image says is cleared. */
  readonly entrypoint?: readonly string[];
};

const list = { type: 'string', multiple: true } as const;
const OPTIONS = {
  publish: { ...list, short: 'p' },
  env: { ...list, short: 'e' },
  'env-file': list,
  volume: { ...list, short: 'v' },
  network: list,
  'add-host': list,
  dns: list,
  label: { ...list, short: 'l' },
  ulimit: list,
  user: { ...list, short: 'u' },
  platform: list,
  privileged: list,
  memory: { ...list, short: 'm' },
  'shm-size': list,
  'cap-add': list,
  entrypoint: list,
} as const;

type FlagName = keyof typeof OPTIONS;

/**
 * Reads flags written as for `docker run`: `-p 8080:80`, `-p8080:80`, `-p=8080:80`, `--publish 8080:80`,
 * `--publish=8080:80`, repeated as often as wanted; quotes keep blanks together. `-e KEY` takes the value from
 * `environment`, or sets nothing where it has none, as docker does. They add to the lists of a task definition (ports,
 * volumes, hosts, DNS servers, capabilities, networks in place of the main one) and win over its variables, labels,
 * limits and scalars.
 *
 * `readFile` reads the files of `--env-file`. Throws an Error that names the flag which is unknown or cannot be read.
 */
export function parseDockerFlags(
  text: string,
  environment: NodeJS.ProcessEnv,
  readFile: (path: string) => string,
): DockerFlags {
  const values = readFlags(splitArguments(text));
  const each = <T>(name: FlagName, parse: (value: string) => T): T[] =>
    (values.get(name) ?? []).map((value) => parseValue(name, value, parse));
  const last = <T>(name: FlagName, parse: (value: string) => T): T | undefined => each(name, parse).at(-1);
  const variable = (value: string) => parseKeyValue(value, (key) => environment[key]);

  const networks = each('network', parseNetwork);
  if (networks.length > 1 && networks.some(({ mode }) => mode)) {
    throw new Error(`--network: host, none, bridge and container:… cannot be combined with other networks`);
  }
  const user = last('user', notEmpty);
  const platform = last('platform', parsePlatform);
  const memoryBytes = last('memory', parseBytes);
  const shmSizeBytes = last('shm-size', parseBytes);
  const entrypoint = last('entrypoint', (value) => (value === '' ? [] : [value]));
  return {
    ports: each('publish', parsePublish).flat(),
    environment: Object.fromEntries([
      ...each('env-file', (path) => parseEnvFile(readFile(path), environment)).flat(),
      ...each('env', variable).flat(),
    ]),
    volumes: each('volume', parseVolume),
    networks: networks.map(({ name }) => name),
    extraHosts: each('add-host', parseExtraHost),
    dns: each('dns', parseIp),
    labels: Object.fromEntries(each('label', (value) => parseKeyValue(value, () => '')).flat()),
    ulimits: Object.fromEntries(each('ulimit', parseUlimit)),
    capAdd: each('cap-add', notEmpty),
    privileged: last('privileged', parseBoolean) ?? false,
    ...(user !== undefined && { user }),
    ...(platform !== undefined && { platform }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(shmSizeBytes !== undefined && { shmSizeBytes }),
    ...(entrypoint !== undefined && { entrypoint }),
  };
}

/**
 * The flags for one container: those of all, and with them its own, which its definition has as the label
 * `ecsidecar.docker-flags`. Its own win where only one can hold. A definition comes from a request, so it gets no file of
 * the sidecar's machine, no variable of its environment, and no network or volume that others share.
 * Throws an Error that names the label.
 */
export function flagsOfContainer(common: DockerFlags, label: string | undefined): DockerFlags {
  if (label === undefined) return common;
  try {
    const own = parseDockerFlags(label, {}, () => {
      throw new Error('files have no place here');
    });
    if (own.networks.length > 0) throw new Error('--network has no place here');
    if (own.volumes.some(({ type }) => type === 'volume'))
      throw new Error('named volumes have no place here');
    return {
      ...common,
      ...own,
      ports: [...common.ports, ...own.ports],
      environment: { ...common.environment, ...own.environment },
      volumes: [...common.volumes, ...own.volumes],
      networks: common.networks,
      extraHosts: [...common.extraHosts, ...own.extraHosts],
      dns: [...common.dns, ...own.dns],
      labels: { ...common.labels, ...own.labels },
      ulimits: { ...common.ulimits, ...own.ulimits },
      capAdd: [...common.capAdd, ...own.capAdd],
      privileged: common.privileged || own.privileged,
    };
  } catch (error) {
    throw new Error(`the label ${FLAGS_LABEL}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** No flag at all. */
export const NO_FLAGS: DockerFlags = parseDockerFlags('', {}, () => '');

/** On a container of a definition: flags of its own. */
export const FLAGS_LABEL = 'ecsidecar.docker-flags';

function splitArguments(text: string): string[] {
  const quotes = text.replace(/"[^"]*"|'[^']*'/g, '');
  if (/["']/.test(quotes)) throw new Error(`a quotation mark is not closed in: ${text}`);
  return parseArgsStringToArgv(text);
}

/** Values by flag. A boolean flag has its value as text: `--privileged` is `--privileged=true`. */
function readFlags(args: readonly string[]): Map<FlagName, string[]> {
  const spelledOut = args.map((argument) => (argument === '--privileged' ? '--privileged=true' : argument));
  const { tokens } = parseArgs({ args: spelledOut, options: OPTIONS, strict: false, tokens: true });
  const values = new Map<FlagName, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new Error(`"${token.value}" is no flag; an image or command has no place here`);
    if (token.kind === 'option-terminator') throw new Error('"--" is no flag');
    if (!isFlagName(token.name)) throw new Error(`unknown flag ${token.rawName}`);
    if (token.value === undefined) throw new Error(`${token.rawName} needs a value`);
    // As pflag reads it, a shorthand's value may be joined by `=`.
    const isShorthand = !token.rawName.startsWith('--');
    const value = isShorthand && token.inlineValue ? token.value.replace(/^=/, '') : token.value;
    values.set(token.name, [...(values.get(token.name) ?? []), value]);
  }
  return values;
}

const isFlagName = (name: string): name is FlagName => Object.hasOwn(OPTIONS, name);

function parseValue<T>(name: FlagName, value: string, parse: (value: string) => T): T {
  try {
    return parse(value);
  } catch (error) {
    throw new Error(`--${name} "${value}": ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function notEmpty(value: string): string {
  if (value === '') throw new Error('it is empty');
  return value;
}

/** Source: Go, strconv.ParseBool, which docker's flags use. */
function parseBoolean(value: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
  throw new Error('it must be true or false');
}
