import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { DockerFlags } from './docker-flags.ts';
import { PAUSE_SERVICE } from './names.ts';
import type { RenderContext } from './render.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];

/** How containers of a task are connected. */
export type Networking = {
  /** The project's networks by their keys in the Compose file. */
  readonly networks: NonNullable<ComposeSpecification['networks']>;
  /** Of whoever has the network: each container, or with awsvpc the pause container for all of them. */
  readonly service: { readonly network_mode?: string; readonly networks?: Record<string, null> };
  /** Without a network of their own, containers publish nothing. */
  readonly publishes: boolean;
  /** Containers join the network of the pause container, which has their ports, names and hosts. */
  readonly isShared: boolean;
};

/** Values of `--network` that are modes of Docker's and not names of networks. Source: docker run reference. */
const MODES = /^(host|none|bridge|container:.+)$/;

/**
 * Tasks in the modes bridge and awsvpc join the main network, host and none are Docker's own. `--network` of the flags
 * wins over all of them. Source: ECS developer guide, task networking.
 */
export function renderNetworking(
  mode: AwsTaskDefinition['networkMode'],
  { networkName, dockerFlags }: Pick<RenderContext, 'networkName' | 'dockerFlags'>,
): Networking {
  const isShared = mode === 'awsvpc';
  const [first, ...others] = dockerFlags.networks;
  if (first !== undefined && MODES.test(first)) return ofMode(first, isShared);
  if (first === undefined && (mode === 'host' || mode === 'none')) return ofMode(mode, isShared);
  const external = (name: string) => ({ name, external: true });
  if (others.length === 0) {
    return { networks: { default: external(first ?? networkName) }, service: {}, publishes: true, isShared };
  }
  const named = dockerFlags.networks.map(
    (name, index) => [index === 0 ? 'default' : `network-${index + 1}`, name] as const,
  );
  return {
    networks: Object.fromEntries(named.map(([key, name]) => [key, external(name)])),
    service: { networks: Object.fromEntries(named.map(([key]) => [key, null])) },
    publishes: true,
    isShared,
  };
}

function ofMode(mode: string, isShared: boolean): Networking {
  return { networks: {}, service: { network_mode: mode }, publishes: mode === 'bridge', isShared };
}

/** How one container is connected: `disableNetworking` leaves it its loopback alone, whatever the others have. */
export const containerNetworking = (
  networking: Networking,
  { disableNetworking }: ContainerDefinition,
): Networking => (disableNetworking ? ofMode('none', false) : networking);

/** Names and hosts of one container; those of a shared network are the pause container's. */
export function renderNetworkOptions(
  container: ContainerDefinition,
  networking: Networking,
  flags: DockerFlags,
  endpointHost: string | undefined,
): Service {
  if (networking.isShared) return {};
  const dns = [...(container.dnsServers ?? []), ...flags.dns];
  const extraHosts = [
    ...(container.extraHosts ?? []).map(({ hostname = '', ipAddress = '' }) => `${hostname}:${ipAddress}`),
    ...flags.extraHosts,
    ...(endpointHost === undefined ? [] : [endpointHost]),
  ];
  // A link is a name of this container's alone, and wins over the name that Compose gives to the containers of all tasks.
  const links = networking.publishes ? (container.links ?? []) : [];
  return {
    ...(container.dnsSearchDomains?.length && { dns_search: container.dnsSearchDomains }),
    ...(container.hostname && { hostname: container.hostname }),
    ...(dns.length > 0 && { dns }),
    ...(extraHosts.length > 0 && { extra_hosts: extraHosts }),
    ...(links.length > 0 && { links }),
  };
}

/**
 * What containers share besides the network. Source: ECS API reference, pidMode and ipcMode; ECS agent, where `none` of
 * the latter is Docker's.
 */
export function renderNamespaces({ pidMode, ipcMode }: AwsTaskDefinition): Service {
  const ofPause = `service:${PAUSE_SERVICE}`;
  return {
    ...(pidMode && { pid: pidMode === 'task' ? ofPause : pidMode }),
    ...(ipcMode && { ipc: ipcMode === 'task' ? ofPause : ipcMode }),
  };
}

/**
 * Names under which a task of a service is reached: at the pause container, or at the containers that have ports, or
 * where none has, at the essential ones. `container`: undefined for the pause container.
 */
export function renderAliases(
  networkAliases: readonly string[],
  { containerDefinitions = [] }: AwsTaskDefinition,
  container: ContainerDefinition | undefined,
  networking: Networking,
): Service {
  if (networkAliases.length === 0 || !networking.publishes || networking.service.network_mode !== undefined)
    return {};
  const hasPorts = ({ portMappings = [] }: ContainerDefinition): boolean => portMappings.length > 0;
  const isReached =
    container === undefined ||
    (containerDefinitions.some(hasPorts) ? hasPorts(container) : (container.essential ?? true));
  if (!isReached) return {};
  return { networks: { ...networking.service.networks, default: { aliases: [...networkAliases] } } };
}
