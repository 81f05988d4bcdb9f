import type {
  Deployment as SdkDeployment,
  ServiceDeploymentBrief,
  ServiceEvent as SdkServiceEvent,
} from '@aws-sdk/client-ecs';
import { AwsCallError, type Wire } from '../../aws/call.ts';
import { allPages, useAws } from '../../aws/queries.ts';
import { servicesOf, type Service } from '../clusters/queries.ts';
import type { PastDeployment } from './previous.ts';

export type { Service };
export type Deployment = Wire<SdkDeployment>;
export type ServiceEvent = Wire<SdkServiceEvent>;

/** DescribeServiceRevisions takes no more at a time. */
const MAX_REVISIONS = 20;

/** The services of all clusters. */
export const useServices = () =>
  useAws(['service', 'task', 'cluster'], ['services'], async (aws) => {
    const clusters = await allPages(
      (nextToken) => aws.ecs('ListClusters', { nextToken }),
      ({ clusterArns }) => clusterArns,
    );
    return (await Promise.all(clusters.map((cluster) => servicesOf(aws, cluster)))).flat();
  });

/** One service with its tags; also one that was deleted lately. Fails in the words of the other actions when there is none. */
export const useService = (cluster: string, name: string) =>
  useAws(['service', 'task'], ['service', cluster, name], async (aws) => {
    const { services } = await aws.ecs('DescribeServices', { cluster, services: [name], include: ['TAGS'] });
    const service = services?.[0];
    if (!service) throw new AwsCallError('ServiceNotFoundException', 'Service not found.', 400);
    return service;
  });

/** The last deployments of a service with the task definitions that they were of, the newest first. */
export const usePastDeployments = ({ clusterArn: cluster, serviceName: service, status }: Service) =>
  useAws(
    ['service', 'task'],
    ['past-deployments', cluster, service],
    async (aws): Promise<PastDeployment[]> => {
      const { serviceDeployments = [] } = await aws.ecs('ListServiceDeployments', {
        cluster,
        service,
        maxResults: MAX_REVISIONS,
      });
      const arns = new Set(serviceDeployments.flatMap((one) => one.targetServiceRevisionArn ?? []));
      if (arns.size === 0) return [];
      const { serviceRevisions = [] } = await aws.ecs('DescribeServiceRevisions', {
        serviceRevisionArns: [...arns],
      });
      const definitions = new Map(
        serviceRevisions.map((one) => [one.serviceRevisionArn, one.taskDefinition]),
      );
      return serviceDeployments.map((one: Wire<ServiceDeploymentBrief>) => ({
        ...one,
        taskDefinition: definitions.get(one.targetServiceRevisionArn),
      }));
    },
    // ECS tells nothing of the revisions of a service that is no more.
    status !== 'INACTIVE',
  );
