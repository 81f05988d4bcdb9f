import type Docker from 'dockerode';
import { PAUSE_CONTAINER } from '../../model/pause-container.ts';
import type { TaskStore } from '../../model/ports.ts';
import type { TaskMetrics } from '../../model/scaling.ts';
import { parseCpuUnits } from '../../model/sizes.ts';
import { coresInUse, memoryInUse, readStats } from './engine-stats.ts';
import { isExtra } from './names.ts';

const UNITS_PER_CORE = 1024;

/** What tasks use, by the engine's statistics of their containers. */
export function createTaskMetrics(docker: Docker, tasks: Pick<TaskStore, 'get' | 'observed'>): TaskMetrics {
  return {
    async utilization(arn, signal) {
      const task = tasks.get(arn);
      const running = tasks
        .observed(arn)
        .filter(({ name, state }) => name !== PAUSE_CONTAINER && !isExtra(name) && state === 'running');
      if (!task || running.length === 0) return undefined;
      const all = await Promise.all(running.map(({ dockerId }) => containerUsage(docker, dockerId, signal)));
      const used = all.filter((one) => one !== undefined);
      if (used.length === 0) return undefined;
      const sum = (member: keyof Usage): number => used.reduce((total, one) => total + one[member], 0);
      const cores = Math.max(...used.map(({ cores: count }) => count));
      const ofContainers = task.containers.reduce((total, { cpu = '0' }) => total + Number(cpu), 0);
      // Without a reservation a task may use the whole machine.
      const reserved =
        (task.cpu === undefined ? ofContainers : parseCpuUnits(task.cpu)) || cores * UNITS_PER_CORE;
      return {
        // Source: ECS developer guide: CPU units in use over CPU units reserved, and the same of memory.
        cpuPercent: (sum('cpuUnits') / reserved) * 100,
        memoryPercent: (sum('memoryBytes') / sum('memoryLimitBytes')) * 100,
      };
    },
  };
}

type Usage = {
  readonly cpuUnits: number;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
};

/** Two looks of the engine's own, a second apart. Undefined when the container is gone. */
async function containerUsage(
  docker: Docker,
  dockerId: string,
  signal: AbortSignal,
): Promise<Usage | undefined> {
  const stats = await readStats(docker, dockerId, 'pair', signal);
  if (!stats) return undefined;
  const { cpu_stats: now, precpu_stats: before, memory_stats: memory } = stats;
  const cores = now.online_cpus || 1;
  return {
    cpuUnits: coresInUse(now, before, cores) * UNITS_PER_CORE,
    cores,
    memoryBytes: memoryInUse(memory),
    memoryLimitBytes: memory.limit || 1,
  };
}
