import type { Tag } from '@aws-sdk/client-ecs';
import { clusterArn, containerInstanceArn, serviceArn, taskArn } from '../../../model/arn.ts';
import type { EcsContext } from '../dependencies.ts';
import { ownArn, taskDefinitionIdentifierOf } from '../identifiers.ts';
import { refuse } from '../refuse.ts';

/** Something with tags, found by its ARN. */
export type Taggable = {
  readonly tags: readonly Tag[];
  /** Refuses a change of the tags of what is no longer in use. */
  checkInUse(): void;
  save(tags: Tag[]): void;
};

/**
 * Finds what an ARN names. The messages are recorded from ECS, September 2026, through another emulator; that of the
 * cluster that does not exist is formed like them, and so are the others but the service's.
 */
export function findTaggable(context: EcsContext, resourceArn: string): Taggable {
  const { resourceType, resource } = ownArn(context.caller, resourceArn);
  switch (resourceType) {
    case 'cluster':
      return taggableCluster(context, resource);
    case 'task':
      return taggableTask(context, resource);
    case 'service':
      return taggableService(context, resource);
    case 'container-instance':
      return taggableInstance(context, resource);
    case 'capacity-provider':
      return taggableProvider(context, resource);
    case 'task-definition':
      return taggableDefinition(context, resourceArn);
    default:
      return refuse(`The specified ${resourceType.replaceAll('-', ' ')} does not exist.`);
  }
}

function taggableCluster({ store, caller }: EcsContext, name: string): Taggable {
  const cluster = store.clusters.get(caller, name);
  if (cluster?.arn !== clusterArn(caller, name)) return refuse('The specified cluster does not exist.');
  return {
    tags: cluster.tags,
    checkInUse() {
      if (cluster.status !== 'ACTIVE') {
        refuse('The specified cluster is inactive. Specify an active cluster and try again.');
      }
    },
    save(tags) {
      store.clusters.put({ ...cluster, tags });
    },
  };
}

function taggableTask({ store, caller }: EcsContext, resource: string): Taggable {
  const [cluster = '', id, ...rest] = resource.split('/');
  // Source: ECS's words, recorded in GitHub issues, for the ARNs of before 2021.
  if (id === undefined || rest.length > 0)
    return refuse('Long arn format must be used for tagging operations');
  const task = store.tasks.get(taskArn(caller, cluster, id));
  if (!task) return refuse('The specified task does not exist.');
  return {
    tags: task.tags,
    checkInUse() {
      if (task.lastStatus === 'STOPPED') {
        refuse('The specified task is stopped. Specify a running task and try again.');
      }
    },
    save(tags) {
      store.tasks.put({ ...task, tags, version: task.version + 1 });
    },
  };
}

function taggableService({ store, caller }: EcsContext, resource: string): Taggable {
  const [cluster = '', name, ...rest] = resource.split('/');
  if (name === undefined || rest.length > 0)
    return refuse('Long arn format must be used for tagging operations');
  const service = store.services.get(serviceArn(caller, cluster, name));
  if (!service) return refuse('The specified service does not exist.');
  return {
    tags: service.tags,
    checkInUse() {
      if (service.status !== 'ACTIVE') {
        refuse('The specified service is inactive. Specify an active service and try again.');
      }
    },
    save(tags) {
      store.services.put({ ...service, tags });
    },
  };
}

function taggableInstance({ store, caller }: EcsContext, resource: string): Taggable {
  const [cluster = '', id, ...rest] = resource.split('/');
  if (id === undefined || rest.length > 0)
    return refuse('Long arn format must be used for tagging operations');
  const instance = store.containerInstances.get(containerInstanceArn(caller, cluster, id));
  if (!instance) return refuse('The specified container instance does not exist.');
  return {
    tags: instance.tags,
    checkInUse() {
      if (instance.status === 'INACTIVE') {
        refuse(
          'The specified container instance is inactive. Specify an active container instance and try again.',
        );
      }
    },
    save(tags) {
      store.containerInstances.put({ ...instance, tags });
    },
  };
}

/** Those of Fargate belong to AWS and have no tags of a user's. */
function taggableProvider({ store, caller }: EcsContext, name: string): Taggable {
  const provider = store.capacityProviders.get(caller, name);
  if (!provider) return refuse('The specified capacity provider does not exist.');
  return {
    tags: provider.tags,
    checkInUse() {
      if (provider.status === 'INACTIVE') {
        refuse(
          'The specified capacity provider is inactive. Specify an active capacity provider and try again.',
        );
      }
    },
    save(tags) {
      store.capacityProviders.put({ ...provider, tags });
    },
  };
}

function taggableDefinition({ store, caller }: EcsContext, resourceArn: string): Taggable {
  const named = taskDefinitionIdentifierOf(caller, resourceArn);
  const definition =
    named?.revision === undefined
      ? undefined
      : store.taskDefinitions.get(caller, named.family, named.revision);
  if (!definition) return refuse('The specified task definition does not exist.');
  return {
    tags: definition.tags,
    checkInUse() {
      if (definition.status === 'INACTIVE' || definition.status === 'DELETE_IN_PROGRESS') {
        refuse('The specified task definition is inactive. Specify an active task definition and try again.');
      }
    },
    save(tags) {
      store.taskDefinitions.put({ ...definition, tags });
    },
  };
}
