import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { parseCpuUnits, parseMemoryMib } from '../../../../model/sizes.ts';
import { devicesProblem } from './devices.ts';
import { eachContainer, type Rule } from './rule.ts';

const isPositive = (value: number | undefined): boolean => value === undefined || value > 0;

/** What is wrong with the sizes of a container, seen with those of its task. */
export function containerSizeProblem(
  { name = '', cpu = 0, memory, memoryReservation }: ContainerDefinition,
  { memory: taskMemory }: Pick<TaskDefinition, 'memory'>,
): string | undefined {
  // Source: ECS's words, September 2026; checked before what Fargate asks for.
  if (memory === undefined && memoryReservation === undefined && taskMemory === undefined)
    return `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`;
  // Source: ECS's words, recorded in GitHub issues.
  if (!isPositive(memory) || !isPositive(memoryReservation))
    return `Invalid 'memory' setting for container '${name}'.`;
  // Source: ECS's words, September 2026.
  if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation)
    return `Invalid setting for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'`;
  // The wording follows the one for memory; ECS's own is not known.
  if (cpu < 0) return `Invalid 'cpu' setting for container '${name}'.`;
  const limit = taskMemory === undefined ? undefined : parseMemoryMib(taskMemory);
  // Source: ECS's words, September 2026 and, with the full stop, GitHub issues of 2019 and 2024.
  return memory !== undefined && limit !== undefined && memory > limit
    ? `The 'memory' setting for container '${name}' is greater than for the task.`
    : undefined;
}

/** Source: ECS's words, September 2026. */
export function cpuSumProblem({
  cpu,
  containerDefinitions = [],
}: Pick<TaskDefinition, 'cpu' | 'containerDefinitions'>): string | undefined {
  const limit = cpu === undefined ? undefined : parseCpuUnits(cpu);
  const sum = containerDefinitions.reduce((units, container) => units + (container.cpu ?? 0), 0);
  return limit !== undefined && sum > limit
    ? "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."
    : undefined;
}

/** What is wrong with a task's `cpu`. Source: ECS developer guide, troubleshooting; EC2: 128 to 196608 units. */
export function taskCpuProblem(cpu: string | undefined): string | undefined {
  if (cpu === undefined) return undefined;
  const units = parseCpuUnits(cpu);
  return units !== undefined && units >= 128 && units <= 196_608
    ? undefined
    : "Invalid 'cpu' setting for task.";
}

/** What is wrong with a task's `memory`. The wording follows the one for cpu; ECS's own is not known. */
export function taskMemoryProblem(memory: string | undefined): string | undefined {
  return memory === undefined || parseMemoryMib(memory) ? undefined : "Invalid 'memory' setting for task.";
}

/** Sizes of tasks and containers, and their devices. */
export const resourceRules: readonly Rule[] = [
  ({ definition: { cpu } }) => taskCpuProblem(cpu),
  ({ definition: { memory } }) => taskMemoryProblem(memory),
  eachContainer([(container, { definition }) => containerSizeProblem(container, definition)]),
  ({ definition }) => cpuSumProblem(definition),
  eachContainer([(container) => devicesProblem(container, false)]),
];
