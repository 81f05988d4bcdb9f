import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../model/aws-error.ts';
import { atMost } from './limits.ts';

/** The providers that every account has. Source: ECS API reference, CreateCluster.capacityProviders. */
const FARGATE_PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

/** The wording is ECS's; that it names no provider is as on ECS. */
export function checkCapacityProviders(providers: readonly string[]): void {
  atMost('capacityProviders', providers, 20);
  if (!providers.every((provider) => FARGATE_PROVIDERS.includes(provider))) {
    throw new InvalidParameterException(
      'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
    );
  }
}

/** Source: ECS's words on CreateCluster and CreateService; ECS API reference, CapacityProviderStrategyItem. */
export function checkStrategy(
  strategy: readonly CapacityProviderStrategyItem[],
  associated: readonly string[],
): void {
  atMost('capacityProviderStrategy', strategy, 20);
  if (!strategy.every(({ capacityProvider }) => associated.includes(capacityProvider ?? ''))) {
    throw new InvalidParameterException(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
    );
  }
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1) {
    throw new InvalidParameterException(
      'There are multiple capacity providers in the specified capacity provider strategy with a base value greater than zero. Only one capacity provider can have a base value greater than zero. Specify a valid capacity provider strategy and try again.',
    );
  }
}

/**
 * The provider that a task is started with: the one that still lacks its base, else the heaviest.
 * A lone provider needs no weight. Source: ECS API reference, CapacityProviderStrategyItem.weight.
 */
export function chooseProvider(strategy: readonly CapacityProviderStrategyItem[]): string | undefined {
  const [first] = strategy;
  if (strategy.length < 2) return first?.capacityProvider;
  if (!strategy.some(({ weight = 0 }) => weight > 0)) {
    throw new InvalidParameterException(
      'There are no capacity providers in the capacity provider strategy with a weight value greater than zero. Specify a weight value greater than zero for at least one capacity provider and try again.',
    );
  }
  const based = strategy.find(({ base = 0 }) => base > 0);
  const heaviest = strategy.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0))[0];
  return (based ?? heaviest)?.capacityProvider;
}
