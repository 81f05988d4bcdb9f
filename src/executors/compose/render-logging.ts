import type { ContainerDefinition } from '@aws-sdk/client-ecs';

/**
 * Where the output of an awslogs container goes; undefined for other drivers.
 * Stream: `prefix/container/task id`. Source: ECS developer guide, awslogs-stream-prefix.
 */
export function awslogsTarget(
  container: ContainerDefinition,
  taskId: string,
): { group: string; stream: string } | undefined {
  const { logDriver, options } = container.logConfiguration ?? {};
  const group = options?.['awslogs-group'];
  if (logDriver !== 'awslogs' || !group) return undefined;
  const prefix = options['awslogs-stream-prefix'];
  const parts = [...(prefix ? [prefix] : []), container.name ?? '', taskId];
  return { group, stream: options['awslogs-stream'] ?? parts.join('/') };
}
