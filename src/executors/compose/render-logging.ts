import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { awslogsTarget } from '../../model/awslogs-target.ts';
import { secretLogOptions, type ComposeService } from './interpolation.ts';

/** Drivers that are Docker's own: it is given their options as they are. Source: ECS API reference, LogConfiguration. */
export const DOCKER_DRIVERS: ReadonlySet<string | undefined> = new Set([
  'fluentd',
  'gelf',
  'journald',
  'json-file',
  'splunk',
  'syslog',
]);

/** Where the output of a container goes. The sidecar reads that of awslogs containers from the engine itself. */
export function renderLogging(
  container: ContainerDefinition,
  taskId: string,
): Pick<ComposeService, 'logging'> {
  if (awslogsTarget(container, taskId)) return { logging: { driver: 'json-file' } };
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  if (logDriver === undefined || !DOCKER_DRIVERS.has(logDriver)) return {};
  return { logging: { driver: logDriver, options: { ...options, ...secretLogOptions(container) } } };
}
