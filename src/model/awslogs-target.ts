import type { ContainerDefinition } from '@aws-sdk/client-ecs';

/** Where the output of an awslogs container goes. */
export type AwslogsTarget = {
  /** Without one, the task's region. */
  readonly region?: string;
  readonly group: string;
  /** Without one, the stream is named after the engine's container id. */
  readonly stream?: string;
};

/**
 * The log group and stream of a container; undefined for other drivers than awslogs. The stream is
 * `prefix/container/task id`, or, without a prefix, has the id that Docker gives the container.
 * Source: ECS developer guide, awslogs-stream-prefix.
 */
export function awslogsTarget(container: ContainerDefinition, taskId: string): AwslogsTarget | undefined {
  const { logDriver, options } = container.logConfiguration ?? {};
  const group = options?.['awslogs-group'];
  if (logDriver !== 'awslogs' || !group) return undefined;
  const prefix = options['awslogs-stream-prefix'];
  const region = options['awslogs-region'];
  return {
    ...(region && { region }),
    group,
    ...(prefix && { stream: `${prefix}/${container.name ?? ''}/${taskId}` }),
  };
}
