import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join as joinPath } from 'node:path';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { isWithin } from '../../lib/is-within.ts';
import { engineMessage, engineStatus, type EngineInfo } from './engine.ts';
import { findOwnContainer, isInContainer, type OwnContainer } from './own-container.ts';
import type { TaskEndpoint } from './render.ts';
import type { FileSystems } from './task-volumes.ts';

/** Where the sidecar finds itself: the network of its tasks, and how they and it reach each other. */
export type Surroundings = {
  readonly networkName: string;
  /** The sidecar's own container, when it is one. */
  readonly own?: OwnContainer;
  /** Whether a path is the same one here as for the engine of the tasks. */
  readonly sharesPath: (path: string) => boolean;
  /** Where what stands for file systems lies, with this data folder. */
  readonly fileSystems: (dataDir: string) => FileSystems;
  /** Further names by which it is called. */
  readonly names: readonly string[];
  /** On a Linux host: the address on the tasks' network that is the host's own, and whose callers may use it. */
  readonly gateway?: { readonly address: string; readonly subnet: string };
  /** By which tasks reach ports that the engine publishes: of the engine's machine on their network. */
  readonly hostAddress: () => Promise<string | undefined>;
  /** The port at which the engine's host has the API, when it listens on this one. */
  readonly hostPort: (port: number) => number;
  /** The address of the API for tasks, when it listens on this port. */
  readonly endpoint: (port: number) => TaskEndpoint;
  /** The same where both tasks and the host's own programs reach it, as far as there is such an address. */
  readonly url: (port: number) => string;
};

export const DEFAULT_NETWORK = 'ecsidecar';
/** Docker Desktop's name for the host, which containers on Linux have when they are given it. */
const HOST_NAME = 'host.docker.internal';

/**
 * Looks where the sidecar is, makes the tasks' network when it is absent, and joins it when the sidecar is a container
 * itself. `networkName`: MAIN_DOCKER_NETWORK; without it, the sidecar's own network.
 */
export async function lookAround(
  {
    docker,
    dockerHost,
    engine,
  }: { readonly docker: Docker; readonly dockerHost: string; readonly engine: Pick<EngineInfo, 'hostname'> },
  asked: string | undefined,
  logger: Logger,
): Promise<Surroundings> {
  const own = await findOwnContainer(docker);
  const networkName = asked ?? own?.networks[0] ?? DEFAULT_NETWORK;
  await ensureNetwork(docker, networkName);
  // An engine that does not know our container may run in it.
  const isHere = !isInContainer() || engine.hostname === hostname();
  const isLocal = isHere && /^(unix|npipe):/.test(dockerHost);
  const sharesPath = (path: string): boolean =>
    own ? own.sharedPaths.some((shared) => isWithin(shared, path)) : isLocal;
  const fileSystems = (dataDir: string): FileSystems =>
    sharesPath(dataDir) ? { kind: 'folders', path: joinPath(dataDir, 'volumes') } : { kind: 'volumes' };
  let known: string | undefined;
  const hostAddress = async (): Promise<string | undefined> =>
    (known ??= (await gatewaysOf(docker, networkName))[0]?.address);
  if (own && !own.isOnHostNetwork) {
    if (!own.networks.includes(networkName)) await join(docker, networkName, own.id, logger);
    return {
      networkName,
      own,
      sharesPath,
      fileSystems,
      names: own.names,
      hostAddress,
      hostPort: (port) => own.publishedPorts.get(port) ?? port,
      endpoint: (port) => ({ url: `http://${own.name}:${port}` }),
      url: (port) => `http://${own.name}:${port}`,
    };
  }
  const gateway = await hostGateway(docker, networkName);
  return {
    networkName,
    ...(own && { own }),
    sharesPath,
    fileSystems,
    names: [...(own?.names ?? []), HOST_NAME, ...(gateway ? [gateway.address] : [])],
    ...(gateway && { gateway }),
    hostAddress,
    hostPort: (port) => port,
    endpoint: (port) => ({
      url: `http://${HOST_NAME}:${port}`,
      extraHost: `${HOST_NAME}:${gateway?.address ?? 'host-gateway'}`,
      hostUrl: `http://127.0.0.1:${port}`,
    }),
    url: (port) => `http://${gateway?.address ?? HOST_NAME}:${port}`,
  };
}

/** Makes the tasks' network when it is absent; idempotent, also when two sidecars do it at once. */
async function ensureNetwork(docker: Docker, name: string): Promise<void> {
  const found = await docker.listNetworks({ filters: { name: [`^${name}$`] } });
  if (found.some((network) => network.Name === name)) return;
  try {
    await docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { 'ecsidecar.network': 'main' },
    });
  } catch (error) {
    if (engineStatus(error) !== 409) throw error;
  }
}

/** Tasks reach the sidecar on their own network only. */
async function join(docker: Docker, network: string, container: string, logger: Logger): Promise<void> {
  try {
    await docker.getNetwork(network).connect({ Container: container });
    logger.info(`the sidecar's container joined the network ${network}, where its tasks are`);
  } catch (error) {
    logger.warn(
      `the sidecar's container could not join the network ${network}, so tasks may not reach it: ${engineMessage(error)}`,
    );
  }
}

/**
 * The gateway of a bridge network, where that is an address of this machine: not with Docker Desktop, whose engine is in
 * a machine of its own and leads `host-gateway` to our loopback by itself.
 */
async function hostGateway(docker: Docker, network: string): Promise<Surroundings['gateway']> {
  for (const gateway of await gatewaysOf(docker, network)) if (await isLocal(gateway.address)) return gateway;
  return undefined;
}

/** The gateways of a bridge network, in the engine's order. */
async function gatewaysOf(
  docker: Docker,
  network: string,
): Promise<{ readonly address: string; readonly subnet: string }[]> {
  const inspected = (await docker.getNetwork(network).inspect()) as {
    IPAM?: { Config?: { Gateway?: string; Subnet?: string }[] | null };
  };
  return (inspected.IPAM?.Config ?? []).flatMap(({ Gateway: address, Subnet: subnet }) =>
    address !== undefined && subnet !== undefined ? [{ address, subnet }] : [],
  );
}

/** Whether an address is this machine's. Interfaces of networks without containers are down, so they are not listed. */
const isLocal = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => {
        resolve(false);
      })
      .listen(0, address, () => {
        server.close(() => {
          resolve(true);
        });
      });
  });
