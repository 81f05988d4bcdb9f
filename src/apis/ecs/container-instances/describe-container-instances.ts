import type {
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { namedInstances } from './find-instance.ts';
import { containerInstanceShape } from './shape.ts';

/** Describes container instances of a cluster. The wording of both refusals follows that of DescribeTasks. */
export const describeContainerInstances: EcsOperation<
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse
> = (context, { cluster: clusterIdentifier, containerInstances: identifiers = [], include = [] }) => {
  const cluster = findCluster(context, clusterIdentifier);
  const failures: Failure[] = [];
  const named = namedInstances(context, cluster, identifiers, 100);
  const containerInstances = named.flatMap(([arn, view]) => {
    if (view) return [containerInstanceShape(view, context.host, include)];
    failures.push({ arn, reason: 'MISSING' });
    return [];
  });
  return { containerInstances, failures };
};
