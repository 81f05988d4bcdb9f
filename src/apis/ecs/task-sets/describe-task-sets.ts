import type { DescribeTaskSetsRequest, DescribeTaskSetsResponse, Failure } from '@aws-sdk/client-ecs';
import { taskSetArn } from '../../../model/arn.ts';
import type { EcsOperation } from '../dependencies.ts';
import { isArn } from '../identifiers.ts';
import { findExternalService, namesTaskSet } from './find-task-set.ts';
import { taskSetShape } from './shape.ts';

/** Describes the named task sets of a service, or all of them. */
export const describeTaskSets: EcsOperation<DescribeTaskSetsRequest, DescribeTaskSetsResponse> = (
  context,
  { cluster, service: identifier, taskSets: wanted = [], include = [] },
) => {
  const { service } = findExternalService(context, cluster, identifier);
  const options = { tags: include.includes('TAGS') };
  const found = service.deployments.filter(
    (deployment) => wanted.length === 0 || wanted.some((one) => namesTaskSet(service, deployment, one)),
  );
  const missing = wanted.filter(
    (one) => !service.deployments.some((deployment) => namesTaskSet(service, deployment, one)),
  );
  const failures = missing.map((one): Failure => ({
    arn: isArn(one) ? one : taskSetArn(service.scope, service.clusterName, service.name, one),
    reason: 'MISSING',
  }));
  return {
    taskSets: found.map((deployment) => taskSetShape(context, service, deployment, options)),
    failures,
  };
};
