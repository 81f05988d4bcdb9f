/**
 * CPU units of a task's `cpu`: `256`, `.25 vCPU`, `1vcpu`. Undefined when it is none.
 * Source: ECS developer guide, task size: an integer of CPU units or a string of vCPUs.
 */
export function parseCpuUnits(text: string): number | undefined {
  const vcpu = /^\s*(\d*\.?\d+)\s*vcpu\s*$/i.exec(text)?.[1];
  if (vcpu !== undefined) return Math.round(Number(vcpu) * 1024);
  return /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined;
}

/** MiB of a task's `memory`: `512`, `0.5GB`, `2 gb`, `512MB`. Undefined when it is none. Source: as for cpu. */
export function parseMemoryMib(text: string): number | undefined {
  const gigabytes = /^\s*(\d*\.?\d+)\s*gb\s*$/i.exec(text)?.[1];
  if (gigabytes !== undefined) return Math.round(Number(gigabytes) * 1024);
  const mebibytes = /^\s*(\d{1,9})\s*(?:mb)?\s*$/i.exec(text)?.[1];
  return mebibytes === undefined ? undefined : Number(mebibytes);
}
