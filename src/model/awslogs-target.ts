import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { multilinePattern } from './awslogs-options.ts';

/** Where the output of an awslogs container goes. */
export type AwslogsTarget = {
  /** Without one, the task's region. */
  readonly region?: string;
  readonly group: string;
  /** Without one, the stream is named after the engine's container id. */
  readonly stream?: string;
  /** Where events have several lines: what the first one matches, in the syntax of RE2. */
  readonly pattern?: string;
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
  const { 'awslogs-stream-prefix': prefix, 'awslogs-stream': named } = options;
  const stream = prefix ? `${prefix}/${container.name ?? ''}/${taskId}` : named;
  const pattern = multilinePattern(options);
  const region = options['awslogs-region'];
  return {
    ...(region && { region }),
    group,
    ...(stream && { stream }),
    ...(pattern !== undefined && { pattern }),
  };
}
