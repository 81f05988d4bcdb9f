import type { DescribeServicesRequest, DescribeServicesResponse, Failure } from '@aws-sdk/client-ecs';
import { serviceArn } from '../../../model/arn.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { atMost } from '../limits.ts';
import { serviceNameOf } from './find-service.ts';
import { serviceShape } from './shape.ts';

/** Describes services of a cluster, also those that are draining or over. Source: ECS's words, recorded in GitHub issues. */
export const describeServices: EcsOperation<DescribeServicesRequest, DescribeServicesResponse> = (
  context,
  { services: identifiers = [], cluster: clusterIdentifier, include = [] },
) => {
  const cluster = findCluster(context, clusterIdentifier);
  if (identifiers.length === 0) throw new InvalidParameterException('Services cannot be empty.');
  atMost('service names', identifiers, 10);
  const names = new Set(identifiers.map((identifier) => serviceNameOf(context, cluster, identifier)));
  const services: DescribeServicesResponse['services'] = [];
  const failures: Failure[] = [];
  for (const name of names) {
    const arn = serviceArn(cluster.scope, cluster.name, name);
    const service = context.store.services.get(arn);
    if (service) services.push(serviceShape(context, service, include));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { services, failures };
};
