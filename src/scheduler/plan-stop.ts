import { dependenciesOf } from '../model/container-dependencies.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';

/** How one container is stopped. */
export type ContainerStop = {
  readonly name: string;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly graceSeconds: number;
  /** Containers that must have ended before. */
  readonly after: readonly string[];
};

/** Seconds between SIGTERM and SIGKILL when the definition says nothing. Source: ECS agent, ECS_CONTAINER_STOP_TIMEOUT. */
export const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

/**
 * How running containers are stopped: those that others depend on after those others, each with its own stopTimeout.
 * `graceSeconds` is for the task as a whole, and wins: containers that wait for each other share it.
 * Source: ECS agent, verifyShutdownOrder; ECS API reference, ContainerDefinition.dependsOn.
 */
export function planStops(
  running: readonly string[],
  { containerDefinitions = [] }: AwsTaskDefinition,
  graceSeconds: number | undefined,
): ContainerStop[] {
  const definitions = new Map(containerDefinitions.map((one) => [one.name ?? '', one] as const));
  const dependentsOf = (name: string): string[] =>
    running.filter((other) =>
      dependenciesOf(definitions.get(other) ?? {}).some(({ container }) => container === name),
    );
  const ordered = inOrder(running, dependentsOf);
  const share =
    graceSeconds === undefined ? undefined : Math.max(1, Math.floor(graceSeconds / chainLength(ordered)));
  return ordered.map(({ name, after }) => ({
    name,
    after,
    graceSeconds: share ?? definitions.get(name)?.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
  }));
}

type Ordered = { readonly name: string; readonly after: readonly string[] };

/** Every container behind those it comes after. What cannot be ordered waits for nothing. */
function inOrder(names: readonly string[], afterOf: (name: string) => string[]): Ordered[] {
  const ordered: Ordered[] = [];
  let rest = [...names];
  while (rest.length > 0) {
    const free = rest.filter((name) => !afterOf(name).some((one) => rest.includes(one)));
    if (free.length === 0) return [...ordered, ...rest.map((name) => ({ name, after: [] }))];
    ordered.push(...free.map((name) => ({ name, after: afterOf(name) })));
    rest = rest.filter((name) => !free.includes(name));
  }
  return ordered;
}

/** How many containers are stopped one after the other at most. */
function chainLength(ordered: readonly Ordered[]): number {
  const lengths = new Map<string, number>();
  for (const { name, after } of ordered)
    lengths.set(name, 1 + Math.max(0, ...after.map((one) => lengths.get(one) ?? 0)));
  return Math.max(1, ...lengths.values());
}

/** `[app] within 7 s, then [db] within 30 s` */
export function printStops(stops: readonly ContainerStop[]): string {
  return stops
    .map(({ name, graceSeconds, after }) => {
      const behind = after.length > 0 ? ` after ${after.join(', ')}` : '';
      return `${name} within ${graceSeconds} s${behind}`;
    })
    .join('; ');
}
