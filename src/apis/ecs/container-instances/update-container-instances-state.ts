import type {
  Failure,
  UpdateContainerInstancesStateRequest,
  UpdateContainerInstancesStateResponse,
} from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { instanceViews } from '../../../model/place-on-cluster.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { atMost } from '../limits.ts';
import { containerInstanceArnOf } from './find-instance.ts';
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
  if (identifiers.length === 0) throw new InvalidParameterException('Container instances cannot be empty.');
  atMost('instanceIds', identifiers, 10);
  if (status !== 'ACTIVE' && status !== 'DRAINING')
    throw new InvalidParameterException('Container instance status should be one of [ACTIVE,DRAINING]');
  const arns = new Set(
    identifiers.map((identifier) => containerInstanceArnOf(cluster.scope, cluster.name, identifier)),
  );
  const views = new Map(instanceViews(context, cluster).map((view) => [view.instance.arn, view]));
  const failures: Failure[] = [];
  const containerInstances = [...arns].flatMap((arn) => {
    const view = views.get(arn);
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
