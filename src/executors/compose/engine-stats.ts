import type Docker from 'dockerode';
import { engineStatus } from './engine.ts';

export type ContainerStats = Docker.ContainerStats;

/**
 * What the engine counts of a container; undefined when it is gone or does not run. `pair`: with a look of a second
 * before, for which the engine waits; `once`: without, at once.
 */
export async function readStats(
  docker: Docker,
  dockerId: string,
  how: 'pair' | 'once',
  signal: AbortSignal,
): Promise<ContainerStats | undefined> {
  try {
    // The engine's client takes the signal; its types do not tell.
    const options = { stream: false as const, 'one-shot': how === 'once', abortSignal: signal };
    return await docker.getContainer(dockerId).stats(options);
  } catch (error) {
    if (engineStatus(error) === 404 || engineStatus(error) === 409) return undefined;
    throw error;
  }
}

type CpuStats = Pick<ContainerStats['cpu_stats'], 'cpu_usage' | 'system_cpu_usage'>;

/** How many cores were in use between two looks. Source: docker stats, its formulas. */
export function coresInUse(now: CpuStats, before: CpuStats, cores: number): number {
  const ofSystem = now.system_cpu_usage - before.system_cpu_usage;
  const ofContainer = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  return ofSystem > 0 ? (ofContainer / ofSystem) * cores : 0;
}

/** What the kernel could drop at once is not in use. Source: docker stats, its formulas. */
export function memoryInUse(memory: ContainerStats['memory_stats']): number {
  // The member's name depends on the version of cgroups.
  const detail = memory.stats as unknown as Record<string, number> | undefined;
  const cache = detail?.['inactive_file'] ?? detail?.['total_inactive_file'] ?? 0;
  return Math.max(0, (memory.usage || 0) - cache);
}
