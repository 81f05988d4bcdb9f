import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import { parseCpuUnits, parseMemoryMib } from '../../model/sizes.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { DockerFlags } from './docker-flags.ts';
import type { RenderContext } from './render.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];

/**
 * Docker takes 0 for 1024 shares and the kernel refuses 1; above its maximum it takes the maximum.
 * Source: ECS agent, dockerCPUShares.
 */
const CPU_SHARES = { min: 2, max: 262_144 } as const;
/** The least that Docker takes; smaller limits are raised to it. Source: ECS agent; ECS API reference, memory. */
const MIN_MEMORY_MIB = 6;
const MIB = 1024 * 1024;
const UNITS_PER_CPU = 1024;

/**
 * Processor and memory of a container. On ECS the sizes of a task are limits of one cgroup around all its containers.
 * Here each container may have as much as the whole task: `cgroup_parent` puts containers into one cgroup, but the
 * engine sets no limits on that one. Somebody has to write them into the engine's `/sys/fs/cgroup`, or, with the systemd
 * driver, to make a slice, as root of the engine's machine, which the sidecar is not and, with Docker Desktop, cannot
 * be. A container's own limit is not above the task's. Source: ECS agent, BuildLinuxResourceSpec; Docker, cgroup-parent.
 */
export function renderSizes(
  definition: AwsTaskDefinition,
  container: ContainerDefinition,
  flags: DockerFlags,
  { engineCpus }: Pick<RenderContext, 'engineCpus'>,
): Service {
  const { cpu = 0, memory, memoryReservation, linuxParameters } = container;
  const taskMemoryMib = definition.memory === undefined ? undefined : parseMemoryMib(definition.memory);
  const limitMib = memory || taskMemoryMib;
  const limitBytes = flags.memoryBytes ?? (limitMib && Math.max(limitMib, MIN_MEMORY_MIB) * MIB);
  const cpus = taskCpus(definition, engineCpus);
  return {
    cpu_shares: Math.min(Math.max(cpu, CPU_SHARES.min), CPU_SHARES.max),
    ...(cpus !== undefined && { cpus }),
    ...(limitBytes && { mem_limit: bytes(limitBytes) }),
    ...(memoryReservation && {
      mem_reservation: bytes(Math.min(memoryReservation * MIB, limitBytes || Infinity)),
    }),
    ...renderSwap(linuxParameters, limitBytes),
  };
}

/** Docker refuses more processors than there are, so those of a larger task are not limited. */
function taskCpus({ cpu }: AwsTaskDefinition, engineCpus = Infinity): number | undefined {
  const units = cpu === undefined ? undefined : parseCpuUnits(cpu);
  if (!units || units >= engineCpus * UNITS_PER_CPU) return undefined;
  return units / UNITS_PER_CPU;
}

/**
 * Swap is allowed beside the memory limit, so without one it is not limited either; `swappiness` counts with `maxSwap`
 * alone. Source: ECS API reference, LinuxParameters.
 */
function renderSwap(
  { maxSwap, swappiness }: NonNullable<ContainerDefinition['linuxParameters']> = {},
  limitBytes: number | undefined,
): Service {
  if (maxSwap === undefined) return {};
  return {
    ...(limitBytes && { memswap_limit: bytes(limitBytes + maxSwap * MIB) }),
    ...(swappiness !== undefined && { mem_swappiness: swappiness }),
  };
}

/** As Docker writes sizes: `512m`; a number where it is no whole MiB. */
const bytes = (count: number): string | number => (count % MIB === 0 ? `${count / MIB}m` : count);
