import type Docker from 'dockerode';
import { pause } from '../../lib/pause.ts';
import type { TaskArn } from '../../model/arn.ts';
import type { ContainerUsage, TaskUsage } from '../../model/console-ports.ts';
import type { TaskStore } from '../../model/ports.ts';
import { coresInUse, memoryInUse, readStats, type ContainerStats } from './engine-stats.ts';
import { serviceKey } from './names.ts';

const INTERVAL_MS = 1000;
const DEADLINE_MS = 10_000;

/**
 * What a task uses, each second until it is STOPPED or the signal aborts; an engine that does not answer is asked again.
 * Each look is a request of its own, so that nothing has to be ended or found again when containers come and go.
 */
export async function* watchUsage(
  { docker, tasks }: { readonly docker: Docker; readonly tasks: Pick<TaskStore, 'get' | 'observed'> },
  arn: TaskArn,
  signal: AbortSignal,
): AsyncGenerator<TaskUsage> {
  let before = new Map<string, ContainerStats>();
  while (!signal.aborted && tasks.get(arn)?.lastStatus !== 'STOPPED' && tasks.get(arn)) {
    const startedMs = performance.now();
    try {
      const looks = await lookAt(docker, tasks.observed(arn), signal);
      yield {
        atMs: Date.now(),
        containers: looks.map(({ name, dockerId, stats }) => usageOf(name, stats, before.get(dockerId))),
      };
      before = new Map(looks.map(({ dockerId, stats }) => [dockerId, stats]));
    } catch {
      // Told by whoever needs the engine.
    }
    await pause(INTERVAL_MS - (performance.now() - startedMs), signal);
  }
}

async function lookAt(
  docker: Docker,
  observed: ReturnType<TaskStore['observed']>,
  signal: AbortSignal,
): Promise<{ name: string; dockerId: string; stats: ContainerStats }[]> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const looks = await Promise.all(
    observed
      .filter(({ state }) => state === 'running')
      .map(async ({ name, dockerId }) => {
        const stats = await readStats(docker, dockerId, 'once', until);
        return stats ? [{ name: serviceKey(name), dockerId, stats }] : [];
      }),
  );
  return looks.flat();
}

type BlockCount = { readonly op: string; readonly value: number };

/** Pure. What is counted since the start of a container is told as it is. */
export function usageOf(name: string, stats: ContainerStats, before?: ContainerStats): ContainerUsage {
  const { cpu_stats: cpu, memory_stats: memory } = stats;
  // Those that share another one's network have none; the engine's types do not tell.
  const networks = Object.values((stats.networks as typeof stats.networks | undefined) ?? {});
  const blocks = (stats.blkio_stats?.io_service_bytes_recursive as BlockCount[] | null | undefined) ?? [];
  const sumOf = (op: string): number =>
    blocks.reduce((sum, one) => sum + (one.op.toLowerCase() === op ? one.value : 0), 0);
  return {
    name,
    // Nothing is known of the time before the first look.
    ...(before && { cpuPercent: 100 * coresInUse(cpu, before.cpu_stats, cpu.online_cpus || 1) }),
    memoryBytes: memoryInUse(memory),
    memoryLimitBytes: memory.limit || 0,
    receivedBytes: networks.reduce((sum, { rx_bytes: bytes }) => sum + bytes, 0),
    sentBytes: networks.reduce((sum, { tx_bytes: bytes }) => sum + bytes, 0),
    readBytes: sumOf('read'),
    writtenBytes: sumOf('write'),
  };
}
