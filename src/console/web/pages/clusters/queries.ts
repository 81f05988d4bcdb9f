import type { Cluster as SdkCluster } from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import { allPages, inBatches, useAws } from '../../aws/queries.ts';

export type Cluster = Wire<SdkCluster>;

/** DescribeClusters takes no more at a time. */
const MAX_DESCRIBED = 100;

/** All clusters; their counts change with what they hold. */
export const useClusters = () =>
  useAws(['cluster', 'service', 'task', 'containerInstance'], ['clusters'], async (aws) => {
    const arns = await allPages(
      (nextToken) => aws.ecs('ListClusters', { nextToken }),
      ({ clusterArns }) => clusterArns,
    );
    return inBatches(arns, MAX_DESCRIBED, async (clusters) => {
      const { clusters: described } = await aws.ecs('DescribeClusters', {
        clusters,
        include: ['TAGS', 'SETTINGS'],
      });
      return described;
    });
  });
