import type { PortMapping } from '@aws-sdk/client-ecs';

export type PortRange = { readonly from: number; readonly to: number };

/** A `containerPortRange`; undefined when it is none. Source: ECS API reference, PortMapping. */
export function parsePortRange(range: string): PortRange | undefined {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(range) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const parsed = { from: Number(from), to: Number(to) };
  return parsed.from >= 1 && parsed.to <= 65_535 && parsed.from <= parsed.to ? parsed : undefined;
}

/** The container's ports that a mapping names, ascending. */
export function mappedPorts({ containerPort, containerPortRange }: PortMapping): number[] {
  if (containerPort !== undefined) return [containerPort];
  const range = parsePortRange(containerPortRange ?? '');
  return range ? Array.from({ length: range.to - range.from + 1 }, (_, index) => range.from + index) : [];
}
