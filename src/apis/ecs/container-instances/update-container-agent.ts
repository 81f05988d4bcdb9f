import type { UpdateContainerAgentRequest, UpdateContainerAgentResponse } from '@aws-sdk/client-ecs';
import { AwsError } from '../../../model/aws-error.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findInstance } from './find-instance.ts';

/** The agent is the sidecar: there is never a newer one to be had in this way. Source: ECS API reference's own text. */
export const updateContainerAgent: EcsOperation<UpdateContainerAgentRequest, UpdateContainerAgentResponse> = (
  context,
  { cluster: clusterIdentifier, containerInstance: identifier = '' },
) => {
  findInstance(context, findCluster(context, clusterIdentifier), identifier);
  throw new AwsError(
    'NoUpdateAvailableException',
    "There's no update available for this Amazon ECS container agent. This might be because the agent is already running the latest version or because it's so old that there's no update path to the current version.",
  );
};
