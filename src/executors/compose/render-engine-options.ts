import type {
  ContainerDefinition,
  Device,
  LinuxParameters,
  ResourceRequirement,
  Tmpfs,
} from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { DockerFlags } from './docker-flags.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];

/**
 * Members of Docker's that a definition has under other names, with what the flags add to them or set over them.
 * Throws an Error for a path that Docker could not tell from what stands beside it.
 */
export function renderEngineOptions(container: ContainerDefinition, flags: DockerFlags): Service {
  const limits = (container.ulimits ?? []).map(
    ({ name = '', softLimit = 0, hardLimit = 0 }) => [name, { soft: softLimit, hard: hardLimit }] as const,
  );
  const ulimits = { ...Object.fromEntries(limits), ...flags.ulimits };
  const volumesFrom = (container.volumesFrom ?? []).map(
    ({ sourceContainer = '', readOnly }) => `${sourceContainer}${readOnly ? ':ro' : ''}`,
  );
  return {
    ...(container.dockerSecurityOptions?.length && { security_opt: container.dockerSecurityOptions }),
    ...(container.readonlyRootFilesystem && { read_only: true }),
    ...((container.privileged || flags.privileged) && { privileged: true }),
    ...(container.interactive && { stdin_open: true }),
    ...(container.pseudoTerminal && { tty: true }),
    ...(Object.keys(ulimits).length > 0 && { ulimits }),
    ...(volumesFrom.length > 0 && { volumes_from: volumesFrom }),
    ...renderLinuxParameters(container.linuxParameters ?? {}, flags),
    ...renderGpus(container.resourceRequirements ?? []),
  };
}

/** Source: ECS API reference, LinuxParameters, which names the options of `docker run`. Swap is among the sizes. */
function renderLinuxParameters(
  { capabilities, devices = [], initProcessEnabled, sharedMemorySize, tmpfs = [] }: LinuxParameters,
  flags: DockerFlags,
): Service {
  const added = [...new Set([...(capabilities?.add ?? []), ...flags.capAdd])];
  const sharedMemory = flags.shmSizeBytes ?? (sharedMemorySize ? `${sharedMemorySize}m` : undefined);
  return {
    ...(added.length > 0 && { cap_add: added }),
    ...(capabilities?.drop?.length && { cap_drop: capabilities.drop }),
    ...(devices.length > 0 && { devices: devices.map(renderDevice) }),
    ...(initProcessEnabled && { init: true }),
    ...(sharedMemory !== undefined && { shm_size: sharedMemory }),
    ...(tmpfs.length > 0 && { tmpfs: tmpfs.map(renderTmpfs) }),
  };
}

/** Without permissions, all of them. Source: ECS API reference, Device. */
function renderDevice({ hostPath = '', containerPath, permissions = [] }: Device): string {
  const target = containerPath || hostPath;
  for (const path of [hostPath, target]) withoutColon('device', path);
  // `mknod` is Docker's `m`.
  const allowed = permissions.map((one) => one.slice(0, 1)).join('');
  return `${hostPath}:${target}:${allowed || 'rwm'}`;
}

function renderTmpfs({ containerPath = '', size, mountOptions = [] }: Tmpfs): string {
  withoutColon('tmpfs', containerPath);
  const options = [...(size ? [`size=${size}m`] : []), ...mountOptions];
  return [containerPath, ...(options.length > 0 ? [options.join(',')] : [])].join(':');
}

function withoutColon(what: string, path: string): void {
  if (path.includes(':'))
    throw new Error(`the ${what} path '${path}' has a colon, which Docker does not take`);
}

/**
 * Devices of the NVIDIA driver; who shares one gets one. Of the other types there is nothing that Docker could give.
 * Source: ECS API reference, ResourceRequirement; Compose specification, devices.
 */
function renderGpus(requirements: readonly ResourceRequirement[]): Service {
  const devices = requirements
    .filter(({ type }) => type === 'GPU')
    .map(({ value }) => ({
      driver: 'nvidia',
      capabilities: ['gpu'],
      count: value?.toUpperCase() === 'ALL' ? 'all' : Number(value || '1'),
    }));
  return devices.length > 0 ? { deploy: { resources: { reservations: { devices } } } } : {};
}
