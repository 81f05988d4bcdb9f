import type {
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { instanceViews } from '../../../model/place-on-cluster.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { atMost } from '../limits.ts';
import { containerInstanceArnOf } from './find-instance.ts';
import { containerInstanceShape } from './shape.ts';

/** Describes container instances of a cluster. The wording of both refusals follows that of DescribeTasks. */
export const describeContainerInstances: EcsOperation<
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse
> = (context, { cluster: clusterIdentifier, containerInstances: identifiers = [], include = [] }) => {
  const cluster = findCluster(context, clusterIdentifier);
  if (identifiers.length === 0) throw new InvalidParameterException('Container instances cannot be empty.');
  atMost('instanceIds', identifiers, 100);
  const arns = new Set(
    identifiers.map((identifier) => containerInstanceArnOf(cluster.scope, cluster.name, identifier)),
  );
  const views = new Map(instanceViews(context, cluster).map((view) => [view.instance.arn, view]));
  const failures: Failure[] = [];
  const containerInstances = [...arns].flatMap((arn) => {
    const view = views.get(arn);
    if (view) return [containerInstanceShape(view, context.host, include)];
    failures.push({ arn, reason: 'MISSING' });
    return [];
  });
  return { containerInstances, failures };
};
