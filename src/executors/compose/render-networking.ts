import type { ComposeSpecification } from 'docker-compose';
import type { NetworkMode } from '@aws-sdk/client-ecs';
import type { RenderContext } from './render.ts';

/** How all containers of a task are connected. */
export type Networking = {
  /** The project's networks by their keys in the Compose file. */
  readonly networks: NonNullable<ComposeSpecification['networks']>;
  readonly service: { readonly network_mode?: string; readonly networks?: Record<string, null> };
  /** Without a network of their own, containers publish nothing. */
  readonly publishes: boolean;
};

/** Values of `--network` that are modes of Docker's and not names of networks. Source: docker run reference. */
const MODES = /^(host|none|bridge|container:.+)$/;

/**
 * Tasks in the modes bridge and awsvpc join the main network, host and none are Docker's own. `--network` of the flags
 * wins over all of them. Source: ECS developer guide, task networking.
 */
export function renderNetworking(
  mode: NetworkMode | undefined,
  { networkName, dockerFlags }: Pick<RenderContext, 'networkName' | 'dockerFlags'>,
): Networking {
  const [first, ...others] = dockerFlags.networks;
  if (first !== undefined && MODES.test(first)) return ofMode(first);
  if (first === undefined && (mode === 'host' || mode === 'none')) return ofMode(mode);
  const external = (name: string) => ({ name, external: true });
  if (others.length === 0) {
    return { networks: { default: external(first ?? networkName) }, service: {}, publishes: true };
  }
  const named = dockerFlags.networks.map(
    (name, index) => [index === 0 ? 'default' : `network-${index + 1}`, name] as const,
  );
  return {
    networks: Object.fromEntries(named.map(([key, name]) => [key, external(name)])),
    service: { networks: Object.fromEntries(named.map(([key]) => [key, null])) },
    publishes: true,
  };
}

function ofMode(mode: string): Networking {
  return { networks: {}, service: { network_mode: mode }, publishes: mode === 'bridge' };
}
