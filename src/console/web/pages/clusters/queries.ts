import type {
  CapacityProvider as SdkCapacityProvider,
  Cluster as SdkCluster,
  ContainerInstance as SdkContainerInstance,
  Service as SdkService,
} from '@aws-sdk/client-ecs';
import { AwsCallError, type Wire } from '../../aws/call.ts';
import { allPages, inBatches, useAws, type Aws } from '../../aws/queries.ts';

export type Cluster = Wire<SdkCluster>;
export type CapacityProvider = Wire<SdkCapacityProvider>;
export type ContainerInstance = Wire<SdkContainerInstance>;
export type Service = Wire<SdkService>;

/** DescribeClusters takes no more at a time. */
const MAX_CLUSTERS = 100;
const MAX_INSTANCES = 100;
const MAX_SERVICES = 10;

/** All clusters; their counts change with what they hold. */
export const useClusters = () =>
  useAws(['cluster', 'service', 'task', 'containerInstance'], ['clusters'], async (aws) => {
    const arns = await allPages(
      (nextToken) => aws.ecs('ListClusters', { nextToken }),
      ({ clusterArns }) => clusterArns,
    );
    return inBatches(arns, MAX_CLUSTERS, async (clusters) => {
      const { clusters: described } = await aws.ecs('DescribeClusters', { clusters });
      return described;
    });
  });

/** One cluster with all that DescribeClusters tells. Fails in the words of the other actions when there is none. */
export const useCluster = (name: string) =>
  useAws(['cluster', 'service', 'task', 'containerInstance'], ['cluster', name], async (aws) => {
    const { clusters } = await aws.ecs('DescribeClusters', {
      clusters: [name],
      include: ['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'],
    });
    const cluster = clusters?.[0];
    if (!cluster) throw new AwsCallError('ClusterNotFoundException', 'Cluster not found.', 400);
    return cluster;
  });

/** The machines of a cluster, those that are draining too. */
export const useContainerInstances = (cluster: string) =>
  useAws(['containerInstance', 'task'], ['instances-of', cluster], async (aws) => {
    const arns = await allPages(
      (nextToken) => aws.ecs('ListContainerInstances', { cluster, nextToken }),
      ({ containerInstanceArns }) => containerInstanceArns,
    );
    return inBatches(arns, MAX_INSTANCES, async (containerInstances) => {
      const described = await aws.ecs('DescribeContainerInstances', { cluster, containerInstances });
      return described.containerInstances;
    });
  });

/** The services of a cluster. */
export const useServicesOf = (cluster: string) =>
  useAws(['service', 'task'], ['services-of', cluster], (aws) => servicesOf(aws, cluster));

export async function servicesOf(aws: Aws, cluster: string): Promise<Service[]> {
  const arns = await allPages(
    (nextToken) => aws.ecs('ListServices', { cluster, nextToken, maxResults: 100 }),
    ({ serviceArns }) => serviceArns,
  );
  return inBatches(arns, MAX_SERVICES, async (services) => {
    const described = await aws.ecs('DescribeServices', { cluster, services });
    return described.services;
  });
}

/** The capacity providers that may be a cluster's: AWS's own and those of the account. */
export const useCapacityProviders = () => useAws(['capacityProvider'], ['capacity-providers'], listProviders);

const listProviders = (aws: Aws): Promise<CapacityProvider[]> =>
  allPages(
    (nextToken) => aws.ecs('DescribeCapacityProviders', { nextToken }),
    ({ capacityProviders }) => capacityProviders,
  );

/** The value of a cluster's setting. */
export const settingOf = ({ settings }: Cluster, wanted: string): string | undefined =>
  settings?.find(({ name }) => name === wanted)?.value;
