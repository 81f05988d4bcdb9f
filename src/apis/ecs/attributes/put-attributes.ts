import type { PutAttributesRequest, PutAttributesResponse } from '@aws-sdk/client-ecs';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { refuseTargets } from './targets.ts';

/** Answers as ECS does in a cluster without container instances: there is nothing that could have attributes. */
export const putAttributes: EcsOperation<PutAttributesRequest, PutAttributesResponse> = (context, input) => {
  findActiveCluster(context, input.cluster);
  return refuseTargets(input.attributes);
};
