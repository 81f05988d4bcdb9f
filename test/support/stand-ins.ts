import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { ROUTER } from './firelens.ts';
import { IDLE } from './networking.ts';
import { IMAGE } from './sidecar.ts';

/**
 * A task definition whose images are stood in for by local ones: containers idle, those that others wait to see ended
 * end well at once, health checks pass, and a FireLens router takes what it is sent. They are of this machine's
 * architecture. All else is as it was.
 */
export function withStandIns(
  { runtimePlatform, ...definition }: RegisterTaskDefinitionCommandInput,
  routerImage: string,
): RegisterTaskDefinitionCommandInput {
  const containers = definition.containerDefinitions ?? [];
  const isAwaited = ({ name }: ContainerDefinition): boolean =>
    containers.some(({ dependsOn = [] }) =>
      dependsOn.some(
        ({ containerName, condition }) =>
          containerName === name && (condition === 'SUCCESS' || condition === 'COMPLETE'),
      ),
    );
  return {
    ...definition,
    ...(runtimePlatform?.operatingSystemFamily !== undefined && {
      runtimePlatform: { operatingSystemFamily: runtimePlatform.operatingSystemFamily },
    }),
    containerDefinitions: containers.map(({ entryPoint: _, ...container }) => ({
      ...container,
      ...(container.firelensConfiguration
        ? { image: routerImage, command: ROUTER }
        : { image: IMAGE, command: isAwaited(container) ? ['true'] : IDLE }),
      ...(container.healthCheck && {
        healthCheck: { ...container.healthCheck, command: ['CMD-SHELL', 'true'] },
      }),
    })),
  };
}
