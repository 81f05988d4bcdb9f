import type { ContainerDefinition } from '@aws-sdk/client-ecs';

/** Whether some container needs itself, by whatever way; `needs` gives names. */
export function hasCycle(
  containers: readonly ContainerDefinition[],
  needs: (container: ContainerDefinition) => readonly string[],
): boolean {
  const byName = new Map(containers.map((container) => [container.name ?? '', needs(container)]));
  const done = new Set<string>();
  const visit = (name: string, path: ReadonlySet<string>): boolean => {
    if (path.has(name)) return true;
    if (done.has(name)) return false;
    const deeper = new Set(path).add(name);
    const found = (byName.get(name) ?? []).some((next) => visit(next, deeper));
    done.add(name);
    return found;
  };
  return containers.some(({ name = '' }) => visit(name, new Set()));
}
