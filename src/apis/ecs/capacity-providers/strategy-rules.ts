import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import { isFargateProvider, launchTypeOf } from '../../../model/capacity-provider.ts';
import type { LaunchType } from '../../../model/task.ts';
import type { EcsContext } from '../dependencies.ts';
import { atMost } from '../limits.ts';
import { findProvider, providerNameOf } from './find-provider.ts';
import { refuse } from '../refuse.ts';

/** Source: ECS service quotas: 20 capacity providers a cluster. */
const MAX_PROVIDERS = 20;

/** The names of the providers that a cluster is to have. The wording is ECS's, recorded in GitHub issues. */
export function checkedProviders(
  context: EcsContext,
  clusterName: string,
  identifiers: readonly string[],
): string[] {
  if (identifiers.length > MAX_PROVIDERS)
    refuse('The maximum number of capacity providers per cluster has been exceeded.');
  return identifiers.map((identifier) => {
    const name = providerNameOf(context.caller, identifier);
    if (isFargateProvider(name)) return name;
    const provider = findProvider(context, name);
    const isElsewhere =
      provider?.source.kind === 'managedInstances' && provider.source.clusterName !== clusterName;
    if (!provider || isElsewhere)
      refuse('The specified capacity provider does not exist. Specify a valid name or ARN and try again.');
    if (provider.status !== 'ACTIVE')
      refuse(
        `The specified capacity provider '${name}' is not in an ACTIVE state. Specify a valid capacity provider and try again.`,
      );
    return name;
  });
}

/**
 * A strategy with every default in its place. Sources: ECS's words on CreateCluster and CreateService and in GitHub
 * issues; ECS API reference, CapacityProviderStrategyItem.
 */
export function checkedStrategy(
  context: EcsContext,
  given: readonly CapacityProviderStrategyItem[],
  associated: readonly string[],
): CapacityProviderStrategyItem[] {
  atMost('capacityProviderStrategy', given, 20);
  const strategy = given.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({
    capacityProvider: providerNameOf(context.caller, capacityProvider),
    weight,
    base,
  }));
  if (!strategy.every(({ capacityProvider }) => associated.includes(capacityProvider))) {
    refuse(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
    );
  }
  if (strategy.filter(({ base }) => base > 0).length > 1) {
    refuse(
      'There are multiple capacity providers in the specified capacity provider strategy with a base value greater than zero. Only one capacity provider can have a base value greater than zero. Specify a valid capacity provider strategy and try again.',
    );
  }
  checkMix(context, strategy);
  return strategy;
}

/** ECS says so of Auto Scaling groups and Fargate; that it says the same of Managed Instances is ours. */
function checkMix(context: EcsContext, strategy: readonly CapacityProviderStrategyItem[]): void {
  const kinds = new Set(strategy.map((item) => launchTypeOfItem(context, item)));
  if (kinds.size < 2) return;
  const names = { EC2: 'Auto Scaling groups', FARGATE: 'Fargate', MANAGED_INSTANCES: 'Managed Instances' };
  const mixed = Object.entries(names).flatMap(([kind, name]) =>
    kinds.has(kind as LaunchType) ? [name] : [],
  );
  refuse(
    `A capacity provider strategy cannot contain a mix of capacity providers using ${mixed.join(' and ')} providers. Specify one or the other and try again.`,
  );
}

const launchTypeOfItem = (
  context: EcsContext,
  { capacityProvider = '' }: CapacityProviderStrategyItem,
): LaunchType => launchTypeOf(findProvider(context, capacityProvider));

/** How the tasks of a strategy are launched: all alike. Refuses one that tasks cannot be placed with. */
export function launchTypeOfStrategy(
  context: EcsContext,
  strategy: readonly CapacityProviderStrategyItem[],
): LaunchType | undefined {
  const [first] = strategy;
  if (!first) return undefined;
  if (strategy.length > 1 && !strategy.some(({ weight = 0 }) => weight > 0)) {
    refuse(
      'There are no capacity providers in the capacity provider strategy with a weight value greater than zero. Specify a weight value greater than zero for at least one capacity provider and try again.',
    );
  }
  return launchTypeOfItem(context, first);
}
