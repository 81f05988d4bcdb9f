import type { ContainerDefinition, ContainerOverride, KeyValuePair, TaskOverride } from '@aws-sdk/client-ecs';
import { withImplicitDependencies } from './firelens.ts';
import type { AwsTaskDefinition } from './task-definition.ts';

/** What an override says of the task as a whole, under the definition's own names. */
const TASK_MEMBERS = ['cpu', 'memory', 'taskRoleArn', 'executionRoleArn', 'ephemeralStorage'] as const;

/**
 * The definition as a task runs it: its overrides applied, and what it implies written out. Pure; gives the
 * same object when nothing is changed. Source: ECS API reference, ContainerOverride and TaskOverride.
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
  const ofTask = TASK_MEMBERS.filter((member) => overrides[member] !== undefined);
  if (changes.size === 0 && ofTask.length === 0) return definition;
  return {
    ...definition,
    ...Object.fromEntries(ofTask.map((member) => [member, overrides[member]])),
    containerDefinitions: (definition.containerDefinitions ?? []).map((container) => {
      const override = changes.get(container.name);
      return override ? overrideContainer(container, override) : container;
    }),
  };
}

const overridesSomething = ({ name, ...rest }: ContainerOverride): boolean =>
  name !== undefined && Object.values(rest).some((value) => value !== undefined);

function overrideContainer(container: ContainerDefinition, override: ContainerOverride): ContainerDefinition {
  const { command, environment, environmentFiles, resourceRequirements, cpu, memory, memoryReservation } =
    override;
  return {
    ...container,
    ...(command && { command }),
    ...(environment && { environment: mergeEnvironment(container.environment ?? [], environment) }),
    ...(environmentFiles && { environmentFiles }),
    ...(resourceRequirements && { resourceRequirements }),
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
