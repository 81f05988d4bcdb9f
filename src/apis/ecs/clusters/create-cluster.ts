import { isDeepStrictEqual } from 'node:util';
import type { CreateClusterRequest, CreateClusterResponse } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { newCluster } from './new-cluster.ts';
import { clusterShape, withAttachments } from './shape.ts';

/** `clusterCount` stands on the wire beside the cluster although the model has it not; recorded from ECS, September 2026. */
type Answer = CreateClusterResponse & { clusterCount: number };

/** Makes a cluster, or answers the one of that name when the request says nothing else about it. */
export const createCluster: EcsOperation<CreateClusterRequest, Answer> = (context, input) => {
  const { store, caller } = context;
  const asked = newCluster(context, input);
  const existing = store.clusters.get(caller, asked.name);
  if (existing?.status === 'ACTIVE') {
    if (
      !GIVEN.every(
        (member) => input[member] === undefined || isDeepStrictEqual(asked[member], existing[member]),
      )
    ) {
      throw new InvalidParameterException(
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
    return { cluster: clusterShape(existing, store, withAttachments(existing)), clusterCount: 1 };
  }
  store.clusters.put(asked);
  return { cluster: clusterShape(asked, store, withAttachments(asked)), clusterCount: 1 };
};

/** Members that must agree when they are given again. What is left out is not compared: it may have been changed since. */
const GIVEN = [
  'settings',
  'configuration',
  'serviceConnectDefaults',
  'capacityProviders',
  'defaultCapacityProviderStrategy',
  'tags',
] as const satisfies readonly (keyof Cluster & keyof CreateClusterRequest)[];
