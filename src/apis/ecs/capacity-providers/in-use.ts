import { AwsError } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { EcsContext } from '../dependencies.ts';

/**
 * Refuses to take providers off a cluster whose tasks or services use them. Source: ECS's words, recorded in GitHub
 * issues; ECS API reference, ResourceInUseException.
 */
export function refuseInUse({ store }: EcsContext, cluster: Cluster, names: readonly string[]): void {
  if (names.length === 0) return;
  const isUsed = (name: string | undefined): boolean => name !== undefined && names.includes(name);
  const hasTasks = store.tasks.listUnfinished().some((arn) => {
    const task = store.tasks.get(arn);
    return (
      task?.clusterName === cluster.name &&
      task.scope.account === cluster.scope.account &&
      task.scope.region === cluster.scope.region &&
      isUsed(task.capacityProviderName)
    );
  });
  const hasServices = store.services.listUnfinished().some((arn) => {
    const service = store.services.get(arn);
    return (
      service?.clusterArn === cluster.arn &&
      service.deployments.some(({ revision }) =>
        revision.capacityProviderStrategy.some(({ capacityProvider }) => isUsed(capacityProvider)),
      )
    );
  });
  if (hasTasks || hasServices)
    throw new AwsError(
      'ResourceInUseException',
      'The specified capacity provider is in use and cannot be removed.',
    );
}
