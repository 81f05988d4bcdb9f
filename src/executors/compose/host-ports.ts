import { parse } from 'yaml';
import { mappedPorts } from '../../model/port-mapping.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import { freePortRange } from './free-ports.ts';
import type { ComposeProject } from './interpolation.ts';
import { PAUSE_SERVICE } from './names.ts';

type Port = {
  readonly target?: string | number;
  readonly protocol?: string;
  readonly published?: string | number;
};
type Services = Readonly<
  Record<string, { readonly ports?: readonly unknown[]; readonly volumes?: readonly unknown[] }>
>;

/** Host ports by `service/index/container port/protocol`: a container may publish one port of its own on two. */
export type HostPorts = ReadonlyMap<string, string>;

const keyOf = (service: string, index: number, { target = '', protocol = 'tcp' }: Port): string =>
  `${service}/${index}/${target}/${protocol}`;

const portsOf = (services: Services): { service: string; key: string; port: Port }[] =>
  Object.entries(services).flatMap(([service, { ports = [] }]) =>
    (ports as readonly Port[]).map((port, index) => ({ service, key: keyOf(service, index, port), port })),
  );

const isFixed = ({ published }: Port): boolean =>
  published !== undefined && published !== '' && String(published) !== '0';

/** The fixed host ports in the text of a generated Compose file; none where it cannot be read. */
export function readHostPorts(text: string): HostPorts {
  try {
    const { services = {} } = parse(text) as { services?: Services };
    return new Map(
      portsOf(services)
        .filter(({ port }) => isFixed(port))
        .map(({ key, port }) => [key, String(port.published)]),
    );
  } catch {
    return new Map();
  }
}

/**
 * Ports that the engine would choose anew at each start, of containers that mount a host path: those are restarted when
 * a file changes, and whoever is connected to them is to find them again. `overridden`: services to which override files
 * may have given one.
 */
export function portsToPin({ services = {} }: ComposeProject, overridden: readonly string[]): string[] {
  const mounting = Object.entries(services as Services)
    .filter(([, { volumes = [] }]) => (volumes as { type?: string }[]).some(({ type }) => type === 'bind'))
    .map(([name]) => name)
    .concat(overridden);
  return portsOf(services as Services)
    .filter(({ service, port }) => mounting.includes(service) && !isFixed(port))
    .map(({ key }) => key);
}

/** The same project with these host ports; what they do not name stays as it is. */
export function withHostPorts(specification: ComposeProject, ports: HostPorts): ComposeProject {
  const services = Object.entries(specification.services ?? {}).map(([name, service]) => {
    const pinned = (service.ports ?? []).map((port, index) => {
      const published = typeof port === 'object' ? ports.get(keyOf(name, index, port)) : undefined;
      return published === undefined || typeof port !== 'object' ? port : { ...port, published };
    });
    return [name, service.ports ? { ...service, ports: pinned } : service] as const;
  });
  return { ...specification, services: Object.fromEntries(services) };
}

/** The host port that an `up` failed for. Source: the engine's words, and those of the kernel that it passes on. */
export function takenPort(output: string): string | undefined {
  return /(?:\d|\]|\*):(\d+)\b[^\n]*(?:port is already allocated|address already in use)/.exec(output)?.[1];
}

/**
 * Ports of these services that may move to another host port: those of Docker flags, and those that we chose. A host
 * port that the definition asks for is its own matter; on ECS, too, its task does not start.
 */
export function movablePorts(
  { services = {} }: ComposeProject,
  { containerDefinitions = [] }: AwsTaskDefinition,
  hostPort: string,
  wanted: readonly string[],
): string[] {
  const isAsked = (service: string, { target, protocol = 'tcp' }: Port): boolean =>
    containerDefinitions.some(
      ({ name, portMappings = [] }) =>
        name === service &&
        portMappings.some(
          (asked) =>
            asked.containerPort === Number(target) &&
            (asked.protocol ?? 'tcp') === protocol &&
            String(asked.hostPort) === hostPort,
        ),
    );
  return portsOf(services as Services)
    .filter(
      ({ service, port }) =>
        wanted.includes(service) && String(port.published) === hostPort && !isAsked(service, port),
    )
    .map(({ key }) => key);
}

/** Ports of one `containerPortRange` each, ascending: their host ports follow each other. */
export type PortRanges = readonly (readonly string[])[];

/** Source: ECS API reference, PortMapping.containerPortRange. */
export function portRanges(
  { services = {} }: ComposeProject,
  { containerDefinitions = [], networkMode }: AwsTaskDefinition,
): PortRanges {
  const all = portsOf(services);
  return containerDefinitions.flatMap(({ name, portMappings = [] }) =>
    portMappings
      .filter(({ containerPortRange }) => containerPortRange !== undefined)
      .map((mapping) => {
        const holder = networkMode === 'awsvpc' ? PAUSE_SERVICE : name;
        const targets = mappedPorts(mapping);
        const protocol = mapping.protocol ?? 'tcp';
        return all
          .filter(({ service, port }) => service === holder && (port.protocol ?? 'tcp') === protocol)
          .filter(({ port }) => targets.includes(Number(port.target)))
          .map(({ key }) => key);
      })
      .filter((keys) => keys.length > 0),
  );
}

/** Free host ports for these, and for all of a range that one of them is in. */
export async function chooseHostPorts(
  keys: readonly string[],
  ranges: PortRanges,
): Promise<Map<string, string>> {
  const chosen = new Map<string, string>();
  for (const key of keys) {
    if (chosen.has(key)) continue;
    const range = ranges.find((one) => one.includes(key)) ?? [key];
    const first = await freePortRange(range.length, key.endsWith('/udp') ? 'udp' : 'tcp');
    for (const [index, one] of range.entries()) chosen.set(one, String(first + index));
  }
  return chosen;
}

/** The host ports that the pause container asks for, which are as good at any other number. */
export const sharedPorts = ({ services = {} }: ComposeProject): { key: string; hostPort: string }[] =>
  portsOf(services as Services)
    .filter(({ service, port }) => service === PAUSE_SERVICE && isFixed(port))
    .map(({ key, port }) => ({ key, hostPort: `${port.published ?? ''}/${port.protocol ?? 'tcp'}` }));
