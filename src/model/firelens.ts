import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { dependenciesOf } from './container-dependencies.ts';
import type { AwsTaskDefinition } from './task-definition.ts';

/** The container that takes the output of others and sends it on; a task has one at most. */
export const firelensRouter = ({
  containerDefinitions = [],
}: AwsTaskDefinition): ContainerDefinition | undefined =>
  containerDefinitions.find(({ firelensConfiguration }) => firelensConfiguration);

/** Whether a container's output goes to the router. */
export const logsThroughFirelens = ({ logConfiguration }: ContainerDefinition): boolean =>
  logConfiguration?.logDriver === 'awsfirelens';

/**
 * The definition with what nobody wrote down: containers that log through a router are started after it and stop before
 * it. Not where the router itself waits for others, who might wait for each other then. The same object where nothing
 * is added. Source: ECS agent, addFirelensContainerDependency.
 */
export function withImplicitDependencies(definition: AwsTaskDefinition): AwsTaskDefinition {
  const router = firelensRouter(definition);
  if (!router || dependenciesOf(router).length > 0) return definition;
  const { name: containerName = '' } = router;
  return {
    ...definition,
    containerDefinitions: (definition.containerDefinitions ?? []).map((container) => {
      const { dependsOn = [] } = container;
      const isKnown =
        !logsThroughFirelens(container) ||
        container.name === containerName ||
        dependsOn.some((dependency) => dependency.containerName === containerName);
      return isKnown
        ? container
        : { ...container, dependsOn: [...dependsOn, { containerName, condition: 'START' }] };
    }),
  };
}
