import { isIP } from 'node:net';

export type FlagPort = {
  readonly hostIp?: string;
  /** A port or a range `from-to` of which Docker takes a free one; none: a random port. */
  readonly hostPort?: string;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
};

export type FlagVolume = { readonly target: string; readonly readOnly: boolean } & (
  | {
      readonly type: 'bind';
      readonly source: string;
      readonly propagation?: string;
      readonly selinux?: 'z' | 'Z';
    }
  /** A volume of the engine's, by its name. */
  | { readonly type: 'volume'; readonly source: string; readonly noCopy: boolean }
  | { readonly type: 'anonymous' }
);

export type FlagUlimit = number | { readonly soft: number; readonly hard: number };

/** `[[ip:][host port]:]container port[/protocol]`, each port also a range. Source: docker run reference, --publish. */
export function parsePublish(text: string): FlagPort[] {
  const match =
    /^(?:(?:(?<ip>[\d.]+|\[[\da-fA-F:.]+\]):(?=[\d-]*:))?(?<host>[\d-]*):)?(?<container>[\d-]+)(?:\/(?<protocol>\w+))?$/.exec(
      text,
    );
  const { ip, host, container, protocol = 'tcp' } = match?.groups ?? {};
  if (container === undefined) throw new Error('it must be [[ip:]hostPort:]containerPort[/protocol]');
  const proto = protocol.toLowerCase();
  if (proto !== 'tcp' && proto !== 'udp' && proto !== 'sctp')
    throw new Error('the protocol must be tcp, udp or sctp');
  const hostIp = ip?.replace(/^\[|\]$/g, '');
  if (hostIp !== undefined && isIP(hostIp) === 0) throw new Error(`${hostIp} is no IP address`);
  const targets = parsePorts(container, 1);
  const published = host ? parsePorts(host, 0) : [];
  if (published.length > 0 && targets.length > 1 && published.length !== targets.length) {
    throw new Error('the ranges are of different length');
  }
  return targets.map((containerPort, index) => {
    const hostPort = targets.length === 1 ? host : String(published[index] ?? '');
    return {
      containerPort,
      protocol: proto,
      ...(hostIp !== undefined && { hostIp }),
      ...(hostPort && hostPort !== '0' && { hostPort }),
    };
  });
}

function parsePorts(text: string, least: number): number[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || first < least || last > 65_535 || first > last)
    throw new Error(`${text} is no port or range of ports`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `KEY=value`, or `KEY` with the value that `find` has for it; nothing where it has none. */
export function parseKeyValue(text: string, find: (key: string) => string | undefined): [string, string][] {
  const [key, value] = splitAt(text, '=');
  if (key === '') throw new Error('it has no name');
  const found = value ?? find(key);
  return found === undefined ? [] : [[key, found]];
}

/**
 * Lines `KEY=value` or `KEY`, taken as they are: quotes and `$` mean nothing; empty lines and those that begin with `#`
 * are left out. Source: docker/cli, opts/file.go.
 */
export function parseEnvFile(text: string, environment: NodeJS.ProcessEnv): [string, string][] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const trimmed = line.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    try {
      const [key] = splitAt(trimmed, '=');
      if (/\s/.test(key)) throw new Error(`the name "${key}" has a blank`);
      return parseKeyValue(trimmed, (name) => environment[name]);
    } catch (error) {
      throw new Error(`line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  });
}

const PROPAGATIONS = ['shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'];
/** Of Docker Desktop's old file sharing; without effect now. */
const CONSISTENCIES = ['cached', 'delegated', 'consistent', 'default'];

/** `[source:]target[:options]`; a source with a `/` is a path of the host. Source: docker run reference, --volume. */
export function parseVolume(text: string): FlagVolume {
  const parts = text.split(':');
  if (parts.length > 3 || parts.includes('')) throw new Error('it must be [source:]target[:options]');
  const [first = '', second, third] = parts;
  const target = second ?? first;
  if (!target.startsWith('/')) throw new Error(`the path in the container, ${target}, is not absolute`);
  const options = new Set(third?.split(','));
  const take = (...names: string[]): string | undefined => names.find((name) => options.delete(name));
  const readOnly = take('ro', 'readonly') !== undefined;
  take('rw');
  take(...CONSISTENCIES);
  const selinux = take('z', 'Z') as 'z' | 'Z' | undefined;
  const propagation = take(...PROPAGATIONS);
  const noCopy = take('nocopy') !== undefined;
  const [unknown] = options;
  if (unknown !== undefined) throw new Error(`the option "${unknown}" is not known`);
  const common = { target, readOnly };
  if (second === undefined) return { type: 'anonymous', ...common };
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(first)) return { type: 'volume', source: first, noCopy, ...common };
  if (!first.startsWith('/'))
    throw new Error(`${first} is neither an absolute path nor the name of a volume`);
  return {
    type: 'bind',
    source: first,
    ...(propagation !== undefined && { propagation }),
    ...(selinux !== undefined && { selinux }),
    ...common,
  };
}

/** A network's name, or a mode of Docker's. The long form (`name=…,alias=…`) is not taken. */
export function parseNetwork(text: string): { name: string; mode: boolean } {
  const mode = /^(host|none|bridge|container:[\w.-]+)$/.test(text);
  if (!mode && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)) throw new Error('it is no name of a network');
  return { name: text, mode };
}

/** `name:address` (or `name=address`), where the address may be `host-gateway`. */
export function parseExtraHost(text: string): string {
  const [, host, address = ''] = /^([^:=\s]+)[:=](\S+)$/.exec(text) ?? [];
  if (host === undefined) throw new Error('it must be name:address');
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  if (bare !== 'host-gateway' && isIP(bare) === 0) throw new Error(`"${address}" is no IP address`);
  return `${host}:${bare}`;
}

export function parseIp(text: string): string {
  if (isIP(text) === 0) throw new Error('it is no IP address');
  return text;
}

/** `os[/architecture[/variant]]`. */
export function parsePlatform(text: string): string {
  if (!/^\w+(\/\w+){0,2}$/.test(text)) throw new Error('it must be os[/architecture[/variant]]');
  return text;
}

/** Source: docker/go-units, ulimit. */
const ULIMITS =
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  );

/** `name=soft[:hard]`; -1 is no limit. */
export function parseUlimit(text: string): [string, FlagUlimit] {
  const match = /^(\w+)=(-1|\d+)(?::(-1|\d+))?$/.exec(text);
  const [, name = '', softText, hardText] = match ?? [];
  if (!match) throw new Error('it must be name=soft[:hard]');
  if (!ULIMITS.includes(name)) throw new Error(`"${name}" is no limit; it may be ${ULIMITS.join(', ')}`);
  const soft = Number(softText);
  if (hardText === undefined) return [name, soft];
  const hard = Number(hardText);
  if (hard !== -1 && (soft === -1 || soft > hard)) throw new Error('the soft limit is above the hard one');
  return [name, { soft, hard }];
}

/** A number of bytes with an optional unit of 1024: `512m`, `1.5g`, `64MiB`. Source: docker/go-units, RAMInBytes. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text);
  if (!match) throw new Error('it must be a number of bytes, e.g. 512m');
  const exponent = ['', 'k', 'm', 'g', 't', 'p'].indexOf((match[2] ?? '').toLowerCase());
  return Math.floor(Number(match[1]) * 1024 ** exponent);
}

function splitAt(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
