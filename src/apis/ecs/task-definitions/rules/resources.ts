import { parseCpuUnits, parseMemoryMib } from '../../../../model/sizes.ts';
import { eachContainer, type Registration, type Rule } from './rule.ts';

const taskMemoryMib = ({ definition: { memory } }: Registration): number | undefined =>
  memory === undefined ? undefined : parseMemoryMib(memory);

const isPositive = (value: number | undefined): boolean => value === undefined || value > 0;

/** Sizes of tasks and containers. */
export const resourceRules: readonly Rule[] = [
  // Source: ECS developer guide, troubleshooting `Invalid 'cpu' setting for task`; EC2: 128 to 196608 units.
  ({ definition: { cpu } }) => {
    if (cpu === undefined) return undefined;
    const units = parseCpuUnits(cpu);
    return units !== undefined && units >= 128 && units <= 196_608
      ? undefined
      : "Invalid 'cpu' setting for task.";
  },
  // The wording follows the one for cpu; ECS's own is not known.
  (registration) => {
    if (registration.definition.memory === undefined) return undefined;
    const mebibytes = taskMemoryMib(registration);
    return mebibytes !== undefined && mebibytes > 0 ? undefined : "Invalid 'memory' setting for task.";
  },
  eachContainer([
    // Source: ECS's words, September 2026; checked before what Fargate asks for.
    ({ name, memory, memoryReservation }, { definition }) =>
      memory === undefined && memoryReservation === undefined && definition.memory === undefined
        ? `Invalid setting for container '${name ?? ''}'. At least one of 'memory' or 'memoryReservation' must be specified.`
        : undefined,
    // Source: ECS's words, recorded in GitHub issues.
    ({ name, memory, memoryReservation }) =>
      isPositive(memory) && isPositive(memoryReservation)
        ? undefined
        : `Invalid 'memory' setting for container '${name ?? ''}'.`,
    // Source: ECS's words, September 2026.
    ({ name, memory, memoryReservation }) =>
      memory !== undefined && memoryReservation !== undefined && memory < memoryReservation
        ? `Invalid setting for container '${name ?? ''}'. 'memory' must be greater than or equal to 'memoryReservation'`
        : undefined,
    // The wording follows the one for memory; ECS's own is not known.
    ({ name, cpu = 0 }) => (cpu >= 0 ? undefined : `Invalid 'cpu' setting for container '${name ?? ''}'.`),
    // Source: ECS's words, September 2026.
    ({ name, memory }, registration) => {
      const limit = taskMemoryMib(registration);
      return memory !== undefined && limit !== undefined && memory > limit
        ? `The 'memory' setting for container '${name ?? ''}' is greater than for the task`
        : undefined;
    },
  ]),
  // Source: ECS's words, September 2026.
  ({ definition, containers }) => {
    const limit = definition.cpu === undefined ? undefined : parseCpuUnits(definition.cpu);
    const sum = containers.reduce((units, { cpu = 0 }) => units + cpu, 0);
    return limit !== undefined && sum > limit
      ? "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."
      : undefined;
  },
];
