import type { ContainerDefinition, ContainerOverride, KeyValuePair, TaskOverride } from '@aws-sdk/client-ecs';
import { withImplicitDependencies } from './firelens.ts';
import type { AwsTaskDefinition } from './task-definition.ts';

/**
 * The definition as a task runs it: its container overrides applied, and what it implies written out. Pure; gives the
 * same object when nothing is changed. Source: ECS API reference, ContainerOverride.
 */
export function effectiveDefinition(
  registered: AwsTaskDefinition,
  overrides: TaskOverride,
): AwsTaskDefinition {
  const definition = withImplicitDependencies(registered);
  const changes = new Map(
    (overrides.containerOverrides ?? [])
      .filter(overridesSomething)
      .map((override) => [override.name, override]),
  );
  const cpu = overrides.cpu ?? definition.cpu;
  const memory = overrides.memory ?? definition.memory;
  if (changes.size === 0 && cpu === definition.cpu && memory === definition.memory) return definition;
  return {
    ...definition,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    containerDefinitions: (definition.containerDefinitions ?? []).map((container) => {
      const override = changes.get(container.name);
      return override ? overrideContainer(container, override) : container;
    }),
  };
}

const overridesSomething = ({ name, ...rest }: ContainerOverride): boolean =>
  name !== undefined && Object.values(rest).some((value) => value !== undefined);

function overrideContainer(container: ContainerDefinition, override: ContainerOverride): ContainerDefinition {
  const { command, environment, environmentFiles, cpu, memory, memoryReservation } = override;
  return {
    ...container,
    ...(command && { command }),
    ...(environment && { environment: mergeEnvironment(container.environment ?? [], environment) }),
    ...(environmentFiles && { environmentFiles }),
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(memoryReservation !== undefined && { memoryReservation }),
  };
}

/** By name, the override wins; the definition's order stays and new names follow. */
function mergeEnvironment(
  defined: readonly KeyValuePair[],
  overriding: readonly KeyValuePair[],
): KeyValuePair[] {
  const merged = new Map(defined.map((pair) => [pair.name, pair]));
  for (const pair of overriding) merged.set(pair.name, pair);
  return [...merged.values()];
}
