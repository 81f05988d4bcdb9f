import type { PortMapping } from '@aws-sdk/client-ecs';
import { mappedPorts, parsePortRange } from '../../../../model/port-mapping.ts';
import { eachContainer, firstDuplicate, type Rule } from './rule.ts';

/** The container's ports that mappings name, in ECS's words. */
const containerPortsOf = (mapping: PortMapping): string[] =>
  mappedPorts(mapping).map((port) => `${protocolOf(mapping)} container port '${port}'`);

/** The host's ports that they ask for; 0 is any, and on the host's network the container's own. */
const hostPortsOf = (mapping: PortMapping, networkMode: string): string[] => {
  const port = mapping.hostPort || (networkMode === 'host' ? mapping.containerPort : undefined);
  return port ? [`${protocolOf(mapping)} host port '${port}'`] : [];
};

const protocolOf = ({ protocol = 'tcp' }: PortMapping): string => protocol.toUpperCase();

/** Ports of containers. */
export const portRules: readonly Rule[] = [
  eachContainer([
    ({ name = '', portMappings = [] }) => {
      for (const { containerPort, containerPortRange } of portMappings) {
        // Source: ECS's words, September 2026.
        if (containerPort !== undefined && containerPortRange !== undefined) {
          return `Invalid port mapping for container '${name}', cannot specify both single port and port range.`;
        }
        if (containerPortRange !== undefined && !parsePortRange(containerPortRange)) {
          return `Invalid 'containerPortRange' setting for container '${name}'.`;
        }
      }
      return undefined;
    },
    // Source: ECS's words for `containerPortRange`, applied to ports; ECS API reference, PortMapping: 0 to 65535.
    ({ name = '', portMappings = [] }) => {
      const isPort = (port: number | undefined, least: number): boolean =>
        port === undefined || (Number.isInteger(port) && port >= least && port <= 65_535);
      for (const { containerPort, hostPort } of portMappings) {
        if (!isPort(containerPort, 1)) return `Invalid 'containerPort' setting for container '${name}'.`;
        if (!isPort(hostPort, 0)) return `Invalid 'hostPort' setting for container '${name}'.`;
      }
      return undefined;
    },
    // Source: ECS API reference, PortMapping.name. ECS's own wording is not known.
    ({ name = '', portMappings = [] }) =>
      portMappings.every(({ name: port }) => port === undefined || /^[a-z0-9_][a-z0-9_-]{0,63}$/.test(port))
        ? undefined
        : `Invalid port mapping name for container '${name}'.`,
  ]),
  // Source: ECS's words, September 2026 (awsvpc) and GitHub issues (host).
  ({ containers, networkMode }) =>
    (networkMode === 'awsvpc' || networkMode === 'host') &&
    containers.some(({ portMappings = [] }) =>
      portMappings.some(
        // 0 asks for any port, which is the container's in these modes.
        ({ containerPort, hostPort = 0 }) =>
          hostPort !== 0 && containerPort !== undefined && hostPort !== containerPort,
      ),
    )
      ? `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`
      : undefined,
  // Source: ECS's words, recorded in GitHub issues of 2018.
  ({ containers, networkMode }) => {
    if (networkMode === 'awsvpc' || networkMode === 'none') return undefined;
    const twice = firstDuplicate(
      containers.flatMap(({ portMappings = [] }) =>
        portMappings.flatMap((mapping) => hostPortsOf(mapping, networkMode)),
      ),
    );
    return twice === undefined ? undefined : `${twice} is mapped multiple times in task.`;
  },
  // Source: ECS's words, September 2026.
  ({ containers, networkMode }) => {
    if (networkMode !== 'awsvpc') return undefined;
    const mappings = containers.flatMap(({ portMappings = [] }) => portMappings);
    const twice = firstDuplicate(mappings.flatMap(containerPortsOf));
    if (twice !== undefined) return `${twice} is used multiple times in task when networkMode=awsvpc.`;
    const sameName = firstDuplicate(mappings.flatMap(({ name }) => name ?? []));
    return sameName === undefined ? undefined : 'When networkMode=awsvpc, port mapping name is already used';
  },
];
