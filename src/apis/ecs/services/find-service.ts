import { serviceArn } from '../../../model/arn.ts';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { Service } from '../../../model/service.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsContext } from '../dependencies.ts';
import { isArn, ownArn } from '../identifiers.ts';

/** Source: ECS's words. */
export const serviceNotFound = (): AwsError => new AwsError('ServiceNotFoundException', 'Service not found.');

/**
 * The name of a service that a request names by name or ARN within a cluster. ARNs of before 2021 name no cluster.
 * Source: ECS's words `Invalid identifier: Identifier is for cluster X. Your cluster is Y`.
 */
export function serviceNameOf({ caller }: EcsContext, cluster: Cluster, identifier: string): string {
  if (!isArn(identifier)) return identifier;
  const parts = ownArn(caller, identifier, 'service').resource.split('/');
  const [clusterName = '', name = ''] = parts.length === 1 ? [cluster.name, parts[0]] : parts;
  if (clusterName !== cluster.name) {
    throw new InvalidParameterException(
      `Invalid identifier: Identifier is for cluster ${clusterName}. Your cluster is ${cluster.name}`,
    );
  }
  return name;
}

/** The service that a request names, whatever its status. Throws ServiceNotFoundException, ClusterNotFoundException. */
export function findService(
  context: EcsContext,
  clusterIdentifier: string | undefined,
  identifier: string,
): { cluster: Cluster; service: Service } {
  const cluster = findCluster(context, clusterIdentifier);
  const name = serviceNameOf(context, cluster, identifier);
  const service = context.store.services.get(serviceArn(cluster.scope, cluster.name, name));
  if (!service) throw serviceNotFound();
  return { cluster, service };
}

/** The same for what only an ACTIVE service can do. Source: ECS's words. */
export function findActiveService(
  context: EcsContext,
  clusterIdentifier: string | undefined,
  identifier: string,
): { cluster: Cluster; service: Service } {
  const found = findService(context, clusterIdentifier, identifier);
  if (found.service.status !== 'ACTIVE')
    throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return found;
}

/**
 * The service that a part of one belongs to, named by the part's ARN: `…:service-revision/cluster/service/id`.
 * Undefined when there is none; ARNs of other accounts and regions are refused.
 */
export function serviceOfPart(
  { store, caller }: EcsContext,
  arn: string,
  kind: 'service-deployment' | 'service-revision',
): Service | undefined {
  const [cluster = '', name = ''] = ownArn(caller, arn, kind).resource.split('/');
  return store.services.get(serviceArn(caller, cluster, name));
}
