import type { DescribeClustersRequest, DescribeClustersResponse, Failure } from '@aws-sdk/client-ecs';
import { clusterArn } from '../../../model/arn.ts';
import { DEFAULT_CLUSTER } from '../../../model/cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { clusterNameOf } from '../identifiers.ts';
import { atMost } from '../limits.ts';
import { clusterShape } from './shape.ts';

/** Describes clusters, INACTIVE ones too; `default` when none is named. Source: ECS API reference, DescribeClusters. */
export const describeClusters: EcsOperation<DescribeClustersRequest, DescribeClustersResponse> = (
  { store, caller },
  { clusters: identifiers = [], include = [] },
) => {
  atMost('clusters', identifiers, 100);
  const names =
    identifiers.length === 0 ? [DEFAULT_CLUSTER] : identifiers.map((one) => clusterNameOf(caller, one));
  const failures: Failure[] = [];
  const clusters = [...new Set(names)].flatMap((name) => {
    const cluster = store.clusters.get(caller, name);
    if (cluster) return [clusterShape(cluster, store, include)];
    failures.push({ arn: clusterArn(caller, name), reason: 'MISSING' });
    return [];
  });
  return { clusters, failures };
};
