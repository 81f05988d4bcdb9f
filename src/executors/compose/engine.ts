import { existsSync } from 'node:fs';
import type Docker from 'dockerode';
import { withDeadline } from '../../lib/deadline.ts';
import { contextDockerHost, usualDockerHosts } from '../../lib/docker-hosts.js';
import type { HostFacts } from '../../model/container-instance.ts';
import { loadDockerode } from './load-dockerode.ts';

/** Oldest Engine API that we use: Docker 20.10. */
export const OLDEST_API = 1.41;

export type EngineInfo = {
  readonly version: string;
  readonly apiVersion: string;
  readonly platform: string;
  /** The name of the machine that it runs on. */
  readonly hostname?: string;
  /** Where it keeps its volumes, as it sees its own disk. */
  readonly folder?: string;
  readonly host: HostFacts;
};

/**
 * The address of the engine as DOCKER_HOST writes it: DOCKER_HOST itself, else that of the current docker context, else
 * the first of the usual sockets that is there.
 */
export function findEngine(environment: NodeJS.ProcessEnv): string {
  const given = environment['DOCKER_HOST'] || contextDockerHost(environment);
  if (given) return given;
  const usual = usualDockerHosts(environment);
  const found = usual.find((host) => existsSync(host.replace('unix://', '')));
  return found ?? usual[0] ?? '';
}

/** A client of the engine at this address; nothing is sent yet. Throws on an address of an unknown form. */
export function createEngineClient(dockerHost: string): Docker {
  const Docker = loadDockerode({ ssh: dockerHost.startsWith('ssh://') });
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice('unix://'.length) });
  if (dockerHost.startsWith('npipe://')) {
    return new Docker({ socketPath: dockerHost.slice('npipe://'.length).replaceAll('/', '\\') });
  }
  const url = URL.parse(dockerHost);
  if (!url || !['tcp:', 'http:', 'https:', 'ssh:'].includes(url.protocol)) {
    throw new Error(`DOCKER_HOST is "${dockerHost}"; it must begin with unix://, tcp://, npipe:// or ssh://`);
  }
  // docker-modem reads DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and the forms of DOCKER_HOST by itself.
  return new Docker();
}

/** Asks the engine who it is. Throws an Error that says what to do when it is not reached or too old. */
export async function checkEngine(docker: Docker, dockerHost: string): Promise<EngineInfo> {
  let version;
  try {
    version = await withDeadline(docker.version(), 10_000, 'no answer within 10 s');
  } catch (error) {
    throw new Error(`The Docker engine at ${dockerHost} was not reached: ${explain(error)}`, {
      cause: error,
    });
  }
  if (Number(version.ApiVersion) < OLDEST_API) {
    throw new Error(
      `The Docker engine is ${version.Version} (API ${version.ApiVersion}); 20.10 (API 1.41) or newer is needed.`,
    );
  }
  const info = (await withDeadline(docker.info(), 10_000, 'no answer within 10 s')) as DockerInfo;
  const { DockerRootDir: folder, Name: hostname } = info;
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    platform: `${version.Os}/${version.Arch}`,
    ...(folder && { folder }),
    ...(hostname && { hostname }),
    host: hostFacts(info, version),
  };
}

/** What `docker info` says, as far as we read it. */
type DockerInfo = {
  readonly DockerRootDir?: string;
  readonly Name?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly Plugins?: { readonly Log?: readonly string[] | null; readonly Volume?: readonly string[] | null };
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  readonly GenericResources?:
    readonly { readonly NamedResourceSpec?: { readonly Kind?: string; readonly Value?: string } }[] | null;
};

const BYTES_PER_MIB = 1024 * 1024;

/** GPUs are told one by one where the engine was started with `--node-generic-resource`. */
function hostFacts(
  info: DockerInfo,
  version: { Version: string; ApiVersion: string; Os: string; Arch: string },
): HostFacts {
  const gpuIds = (info.GenericResources ?? []).flatMap(({ NamedResourceSpec: { Kind = '', Value } = {} }) =>
    /gpu/i.test(Kind) && Value !== undefined ? [Value] : [],
  );
  return {
    cpuUnits: (info.NCPU ?? 1) * 1024,
    memoryMib: Math.floor((info.MemTotal ?? 0) / BYTES_PER_MIB),
    gpuIds,
    hasUncountedGpus: gpuIds.length === 0 && info.Runtimes?.['nvidia'] !== undefined,
    dockerVersion: version.Version,
    apiVersion: version.ApiVersion,
    osType: version.Os,
    architecture: version.Arch === 'arm64' ? 'arm64' : 'x86_64',
    logDrivers: info.Plugins?.Log ?? [],
    volumeDrivers: info.Plugins?.Volume ?? [],
  };
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such socket. Start Docker, or set DOCKER_HOST to its address.';
    case 'EACCES':
      return 'this user may not use the socket. Add the user to the docker group, or use rootless Docker.';
    case 'ECONNREFUSED':
      return 'nothing answers there. Start Docker, or set DOCKER_HOST to its address.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** The status code of the engine's answer, when the error is one. */
export const engineStatus = (error: unknown): number | undefined =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;

/** The engine's own text of an error, without what the client puts before it. */
export function engineMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const answer = 'json' in error ? (error.json as { message?: unknown } | null) : null;
  const text = typeof answer?.message === 'string' ? answer.message : error.message;
  return text.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}
