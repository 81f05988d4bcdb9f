import type { DeleteServiceRequest, DeleteServiceResponse } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Service } from '../../../model/service.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findActiveService } from './find-service.ts';
import { serviceShape } from './shape.ts';

/**
 * Makes a service DRAINING: its tasks are stopped, and when they are, it is INACTIVE. Source: ECS API reference; the
 * words are ECS's.
 */
export const deleteService: EcsOperation<DeleteServiceRequest, DeleteServiceResponse> = (
  context,
  { cluster: clusterIdentifier, service: identifier = '', force = false },
) => {
  const { service } = findActiveService(context, clusterIdentifier, identifier);
  if (!force && service.schedulingStrategy === 'REPLICA') {
    if (service.desiredCount > 0)
      throw new InvalidParameterException('The service cannot be stopped while it is scaled above 0.');
    const isExternal = service.deploymentController.type === 'EXTERNAL';
    if (service.deployments.length > (isExternal ? 0 : 1))
      throw new InvalidParameterException('The service cannot be stopped while deployments are active.');
  }
  const draining: Service = {
    ...service,
    status: 'DRAINING',
    desiredCount: 0,
    deployments: service.deployments.map((deployment) => ({ ...deployment, desiredCount: 0 })),
  };
  context.store.services.put(draining);
  context.wakeService(service.arn);
  return { service: serviceShape(context, draining, []) };
};
