import { taskSetArn } from '../../../model/arn.ts';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { Deployment, Service } from '../../../model/service.ts';
import type { EcsContext } from '../dependencies.ts';
import { findActiveService } from '../services/find-service.ts';

/** An ACTIVE service whose tasks are in task sets. The wording is ours: AWS's is not known. */
export function findExternalService(
  context: EcsContext,
  cluster: string | undefined,
  service: string | undefined,
): { cluster: Cluster; service: Service } {
  const found = findActiveService(context, cluster, service ?? '');
  if (found.service.deploymentController.type !== 'EXTERNAL') {
    throw new InvalidParameterException(
      'Task sets are only for services with the EXTERNAL deployment controller.',
    );
  }
  return found;
}

/** Whether an identifier, a short id or an ARN, names this task set. */
export const namesTaskSet = (service: Service, { id }: Deployment, identifier: string): boolean =>
  identifier === id || identifier === taskSetArn(service.scope, service.clusterName, service.name, id);

/** The task set that a request names. Source: ECS API reference, TaskSetNotFoundException; the wording follows ECS's others. */
export function findTaskSet(service: Service, identifier: string): Deployment {
  const found = service.deployments.find((deployment) => namesTaskSet(service, deployment, identifier));
  if (!found) throw new AwsError('TaskSetNotFoundException', 'The specified task set does not exist.');
  return found;
}

/** Saves a service with one of its task sets changed, and has it acted on. */
export function saveTaskSet(context: EcsContext, service: Service, changed: Deployment): Service {
  const saved = {
    ...service,
    deployments: service.deployments.map((one) => (one.id === changed.id ? changed : one)),
  };
  context.store.services.put(saved);
  context.wakeService(service.arn);
  return saved;
}
