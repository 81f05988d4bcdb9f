import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type Docker from 'dockerode';
import { engineStatus } from './engine.ts';

/** The container that the sidecar itself runs in, as the engine of the tasks knows it. */
export type OwnContainer = {
  readonly id: string;
  readonly name: string;
  /** Under which it is reached on its networks: its name, its Compose service, its aliases, its host name. */
  readonly names: readonly string[];
  /** Names of the networks it is on; the host's and Docker's default one, where there are no names, are left out. */
  readonly networks: readonly string[];
  readonly isOnHostNetwork: boolean;
  readonly imageId: string;
  /** Ports of the host by the container's ports that they lead to. */
  readonly publishedPorts: ReadonlyMap<number, number>;
  /** Host paths that it has at the same place. */
  readonly sharedPaths: readonly string[];
};

/** Source: Docker makes the one file, Podman the other. */
export const isInContainer = (): boolean => existsSync('/.dockerenv') || existsSync('/run/.containerenv');

/** The container that this process runs in; undefined on a host, or in a container of another engine than the tasks'. */
export async function findOwnContainer(docker: Docker): Promise<OwnContainer | undefined> {
  if (!isInContainer()) return undefined;
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const candidates = ownContainerIds({
    mountinfo: read('/proc/self/mountinfo'),
    cgroup: read('/proc/self/cgroup'),
    containerenv: read('/run/.containerenv'),
    hostname: hostname(),
  });
  for (const id of candidates) {
    try {
      return ownContainer(await docker.getContainer(id).inspect());
    } catch (error) {
      if (engineStatus(error) !== 404) throw error;
    }
  }
  return undefined;
}

/**
 * Ids that this container may have, the surest first. Docker mounts its hostname file from a folder that is named after
 * the container (under cgroup v2 nothing else tells); cgroup v1 has it in its paths; Podman writes it down; and a host
 * name that nobody chose is its beginning.
 */
export function ownContainerIds(files: {
  readonly mountinfo: string;
  readonly cgroup: string;
  readonly containerenv: string;
  readonly hostname: string;
}): string[] {
  const ids = [
    /^id="([0-9a-f]{64})"$/m.exec(files.containerenv)?.[1],
    /\/([0-9a-f]{64})\/(?:userdata\/)?hostname /.exec(files.mountinfo)?.[1],
    /(?:\/|-)([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m.exec(files.cgroup)?.[1],
    /^[0-9a-f]{12}$/.exec(files.hostname)?.[0],
  ];
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** Networks on which containers have no names. */
const NAMELESS: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'podman']);

export function ownContainer(inspected: Docker.ContainerInspectInfo): OwnContainer {
  const { Id: id, Name, Config: config, HostConfig: host, NetworkSettings: settings } = inspected;
  const name = Name.replace(/^\//, '');
  const networks = Object.entries(settings.Networks).filter(([network]) => !NAMELESS.has(network));
  const aliases = networks.flatMap(([, { Aliases }]) => (Aliases as string[] | null) ?? []);
  const service = config.Labels['com.docker.compose.service'];
  const published = (settings.Ports as Partial<Docker.PortMap> | null) ?? {};
  const ports = Object.entries(published).flatMap(([port, bindings]) => {
    const hostPort = (bindings as Docker.PortBinding[] | null)?.[0]?.HostPort;
    return hostPort === undefined ? [] : [[Number.parseInt(port), Number(hostPort)] as const];
  });
  const addresses = Object.values(settings.Networks).map(({ IPAddress }) => IPAddress);
  const names = [
    name,
    ...(service === undefined ? [] : [service]),
    ...aliases,
    config.Hostname,
    ...addresses,
  ];
  return {
    id,
    name,
    names: [...new Set(names.filter((one) => one !== ''))],
    networks: networks.map(([network]) => network),
    isOnHostNetwork: host.NetworkMode === 'host',
    imageId: inspected.Image,
    publishedPorts: new Map(ports),
    sharedPaths: inspected.Mounts.flatMap(({ Source: source, Destination: target }) =>
      source === target ? [source] : [],
    ),
  };
}
