import type { ContainerCondition, ContainerDefinition } from '@aws-sdk/client-ecs';
import { dependenciesOf } from '../../model/container-dependencies.ts';

type ComposeCondition = {
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  /** False: when it cannot be met, Compose warns and goes on. */
  readonly required?: false;
};

/**
 * Compose has no condition for an end with any exit code; one that need not be met comes to the same.
 * Source: Compose specification, depends_on.
 */
const CONDITIONS = {
  START: { condition: 'service_started' },
  HEALTHY: { condition: 'service_healthy' },
  COMPLETE: { condition: 'service_completed_successfully', required: false },
  SUCCESS: { condition: 'service_completed_successfully' },
} as const satisfies Record<ContainerCondition, ComposeCondition>;

/** Of several conditions for one container Compose takes one: the one that is met last. */
const ORDER: readonly ContainerCondition[] = ['START', 'HEALTHY', 'COMPLETE', 'SUCCESS'];

/** What a container waits for, for people who run the file by hand: the sidecar starts containers without their dependencies. */
export function renderDependsOn(
  container: ContainerDefinition,
  containers: readonly ContainerDefinition[],
): { depends_on?: Record<string, ComposeCondition> } {
  const known = dependenciesOf(container).filter((dependency) =>
    containers.some(({ name }) => name === dependency.container),
  );
  const inOrder = known.toSorted((a, b) => ORDER.indexOf(a.condition) - ORDER.indexOf(b.condition));
  if (inOrder.length === 0) return {};
  return {
    depends_on: Object.fromEntries(
      inOrder.map((dependency) => [dependency.container, CONDITIONS[dependency.condition]]),
    ),
  };
}
