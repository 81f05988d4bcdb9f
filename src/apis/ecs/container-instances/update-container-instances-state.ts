import type {
  Failure,
  UpdateContainerInstancesStateRequest,
  UpdateContainerInstancesStateResponse,
} from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { namedInstances } from './find-instance.ts';
import { containerInstanceShape } from './shape.ts';

/**
 * ACTIVE, or DRAINING: no task is placed there any more, services move theirs off, others go on. Source: ECS API
 * reference: up to ten at a time. The wording of the refusals is ours.
 */
export const updateContainerInstancesState: EcsOperation<
  UpdateContainerInstancesStateRequest,
  UpdateContainerInstancesStateResponse
> = (context, { cluster: clusterIdentifier, containerInstances: identifiers = [], status }) => {
  const { store } = context;
  const cluster = findCluster(context, clusterIdentifier);
  const named = namedInstances(context, cluster, identifiers, 10);
  if (status !== 'ACTIVE' && status !== 'DRAINING')
    throw new InvalidParameterException('Container instance status should be one of [ACTIVE,DRAINING]');
  const failures: Failure[] = [];
  const containerInstances = named.flatMap(([arn, view]) => {
    if (!view || view.instance.status === 'INACTIVE') {
      failures.push({ arn, reason: view ? 'INACTIVE' : 'MISSING' });
      return [];
    }
    const isSame = view.instance.status === status;
    const instance = isSame
      ? view.instance
      : { ...view.instance, status, version: view.instance.version + 1 };
    if (!isSame) store.containerInstances.put(instance);
    return [containerInstanceShape({ ...view, instance }, context.host, [])];
  });
  context.capacityChanged(cluster.arn);
  return { containerInstances, failures };
};
