import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import { awslogsTarget } from '../../model/awslogs-target.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];

/** Where the output of a container goes. The sidecar reads that of awslogs containers from the engine itself. */
export function renderLogging(container: ContainerDefinition, taskId: string): Service {
  return awslogsTarget(container, taskId) ? { logging: { driver: 'json-file' } } : {};
}
