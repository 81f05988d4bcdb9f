import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { awslogsProblem } from '../../model/awslogs-options.ts';
import { awslogsTarget } from '../../model/awslogs-target.ts';
import { secretLogOptions, type ComposeService } from './interpolation.ts';
import { compileMultiline } from './multiline.ts';

/** Drivers that are Docker's own: it is given their options as they are. Source: ECS API reference, LogConfiguration. */
export const DOCKER_DRIVERS: ReadonlySet<string | undefined> = new Set([
  'fluentd',
  'gelf',
  'journald',
  'json-file',
  'splunk',
  'syslog',
]);

/**
 * Where the output of a container goes. The sidecar reads that of awslogs containers from the engine itself.
 * Throws in Docker's words for options that its awslogs driver would refuse.
 */
export function renderLogging(
  container: ContainerDefinition,
  taskId: string,
): Pick<ComposeService, 'logging'> {
  const target = awslogsTarget(container, taskId);
  if (target) {
    const problem = awslogsProblem(container.logConfiguration?.options ?? {});
    if (problem !== undefined) throw new Error(problem);
    if (target.pattern !== undefined) compileMultiline(target.pattern);
    return { logging: { driver: 'json-file' } };
  }
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  if (logDriver === undefined || !DOCKER_DRIVERS.has(logDriver)) return {};
  return { logging: { driver: logDriver, options: { ...options, ...secretLogOptions(container) } } };
}
