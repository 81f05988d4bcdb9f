const range = (fromGib: number, toGib: number, stepGib: number): number[] =>
  Array.from({ length: (toGib - fromGib) / stepGib + 1 }, (_, index) => (fromGib + index * stepGib) * 1024);

/** Memory in MiB that each cpu may have. Source: ECS developer guide, Fargate task sizes. */
const FARGATE_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, range(1, 4, 1)],
  [1024, range(2, 8, 1)],
  [2048, range(4, 16, 1)],
  [4096, range(8, 30, 1)],
  [8192, range(16, 60, 4)],
  [16_384, range(32, 120, 8)],
]);

/** Source: ECS developer guide, Fargate task sizes: Windows has 1, 2 and 4 vCPU. */
const WINDOWS_CPUS: readonly number[] = [1024, 2048, 4096];

/**
 * ECS's message when Fargate has no such size. Source: ECS's words, recorded in GitHub issues and, for Windows, in
 * September 2026.
 */
export function fargateSizeProblem(
  cpuUnits: number,
  memoryMib: number,
  operatingSystemFamily = 'LINUX',
): string | undefined {
  const isWindows = operatingSystemFamily !== 'LINUX';
  const isCpu = !isWindows || WINDOWS_CPUS.includes(cpuUnits);
  return isCpu && FARGATE_SIZES.get(cpuUnits)?.includes(memoryMib)
    ? undefined
    : `No Fargate configuration exists for given values: ${cpuUnits} CPU, ${memoryMib} memory. See the Amazon ECS documentation for the valid values.`;
}
