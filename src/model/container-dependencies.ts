import type { ContainerCondition, ContainerDefinition } from '@aws-sdk/client-ecs';

/** What a container waits for. */
export type Dependency = { readonly container: string; readonly condition: ContainerCondition };

/** Source: ECS API reference, HealthCheck; Docker: NONE turns a check off. */
export const hasHealthCheck = ({ healthCheck }: ContainerDefinition): boolean =>
  healthCheck !== undefined && healthCheck.command?.[0] !== 'NONE';

/**
 * What a container waits for before it is started, in the order in which that is looked at: `dependsOn`, then what
 * `volumesFrom` and `links` imply. Source: ECS agent, initializeContainerOrdering.
 */
export function dependenciesOf({
  dependsOn = [],
  volumesFrom = [],
  links = [],
}: ContainerDefinition): Dependency[] {
  const implied = [
    ...volumesFrom.map(({ sourceContainer = '' }) => sourceContainer),
    ...links.map((link) => link.split(':')[0] ?? ''),
  ];
  return [
    ...dependsOn.map(({ containerName = '', condition = 'START' }) => ({
      container: containerName,
      condition,
    })),
    ...implied.map((container) => ({ container, condition: 'START' as const })),
  ];
}

/** Whether each container could be started if only those that it waits for are: all of them exist, none waits for itself. */
export function canBeOrdered(containers: readonly ContainerDefinition[]): boolean {
  const waiting = new Map(
    containers.map((container) => [container.name ?? '', dependenciesOf(container)] as const),
  );
  const started = new Set<string>();
  while (waiting.size > 0) {
    const next = [...waiting].filter(([, all]) => all.every(({ container }) => started.has(container)));
    if (next.length === 0) return false;
    for (const [name] of next) {
      waiting.delete(name);
      started.add(name);
    }
  }
  return true;
}
