import { ClientException, ClusterNotFoundException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { EcsContext } from '../dependencies.ts';
import { clusterNameOf } from '../identifiers.ts';

/** The cluster that a request names (`default` when it names none). Source: ECS's words `Cluster not found.` */
export function findCluster({ store, caller }: EcsContext, identifier: string | undefined): Cluster {
  const cluster = store.clusters.get(caller, clusterNameOf(caller, identifier));
  if (!cluster) throw new ClusterNotFoundException();
  return cluster;
}

/** The same for what a deleted cluster cannot do. Source: ECS's words `Cluster was not ACTIVE.` */
export function findActiveCluster(context: EcsContext, identifier: string | undefined): Cluster {
  const cluster = findCluster(context, identifier);
  if (cluster.status !== 'ACTIVE') throw new ClientException('Cluster was not ACTIVE.');
  return cluster;
}
