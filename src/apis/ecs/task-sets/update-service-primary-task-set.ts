import type {
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse,
} from '@aws-sdk/client-ecs';
import type { Deployment } from '../../../model/service.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findExternalService, findTaskSet } from './find-task-set.ts';
import { taskSetShape } from './shape.ts';

/** Makes a task set the PRIMARY of its service: what the service itself shows as its own. */
export const updateServicePrimaryTaskSet: EcsOperation<
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse
> = (context, input) => {
  const { service } = findExternalService(context, input.cluster, input.service);
  const { id } = findTaskSet(service, input.primaryTaskSet ?? '');
  const deployments = service.deployments.map((one): Deployment => ({
    ...one,
    status: one.id === id ? 'PRIMARY' : 'ACTIVE',
    updatedAt: one.id === id ? context.now() : one.updatedAt,
  }));
  const saved = { ...service, deployments };
  context.store.services.put(saved);
  context.wakeService(service.arn);
  return { taskSet: taskSetShape(context, saved, findTaskSet(saved, id), { tags: false }) };
};
