import type {
  AutoScalingGroupProvider,
  CapacityProviderStrategyItem,
  CapacityProviderUpdateStatus,
  ManagedInstancesProvider,
  Tag,
} from '@aws-sdk/client-ecs';
import type { CapacityProviderArn } from './arn.ts';
import type { Scope } from './caller.ts';
import type { LaunchType } from './task.ts';

/** A capacity provider that a user made, as it is stored. Immutable. */
export type CapacityProvider = {
  readonly scope: Scope;
  readonly arn: CapacityProviderArn;
  readonly name: string;
  readonly source:
    | { readonly kind: 'autoScalingGroup'; readonly group: AutoScalingGroupProvider }
    | {
        readonly kind: 'managedInstances';
        /** The one cluster that it belongs to. */
        readonly clusterName: string;
        readonly instances: ManagedInstancesProvider;
      };
  readonly status: 'ACTIVE' | 'INACTIVE';
  /** How the last change went. */
  readonly update?: { readonly status: CapacityProviderUpdateStatus; readonly reason?: string };
  readonly tags: readonly Tag[];
  readonly createdAt: Date;
};

/** The providers that every account has. Source: ECS API reference, CreateCluster.capacityProviders. */
export const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'] as const;

export const isFargateProvider = (name: string): boolean =>
  (FARGATE_PROVIDERS as readonly string[]).includes(name);

/** How tasks of a provider are launched; undefined is one of Fargate's. */
export function launchTypeOf(provider: CapacityProvider | undefined): LaunchType {
  if (!provider) return 'FARGATE';
  return provider.source.kind === 'autoScalingGroup' ? 'EC2' : 'MANAGED_INSTANCES';
}

/**
 * Whether a strategy's providers add instances where their tasks need more than there is, as managed scaling does. This
 * machine stands for all of them. How many a group may have at most is its own setting, which is not known here.
 * Source: ECS developer guide, cluster auto scaling.
 */
export const addsInstances = (
  strategy: readonly CapacityProviderStrategyItem[],
  providerOf: (name: string) => CapacityProvider | undefined,
): boolean =>
  strategy.length > 0 &&
  strategy.every(({ capacityProvider = '' }) => {
    const source = providerOf(capacityProvider)?.source;
    return source?.kind === 'autoScalingGroup' && source.group.managedScaling?.status === 'ENABLED';
  });

/**
 * The provider of each of `count` further tasks, in the order in which they are started. `running` tells how many there
 * are already of each. Undefined where the strategy names none. Source: ECS API reference, CapacityProviderStrategyItem:
 * the base comes first, then tasks are shared out by weight, each so that the shares come as near to the weights as can be; a
 * lone provider needs no weight.
 */
export function distribute(
  strategy: readonly CapacityProviderStrategyItem[],
  count: number,
  running: ReadonlyMap<string, number> = new Map(),
): (string | undefined)[] {
  const isLone = strategy.length === 1;
  const shares = strategy.map(({ capacityProvider = '', base = 0, weight = 0 }) => ({
    name: capacityProvider,
    base,
    weight: isLone ? Math.max(1, weight) : weight,
    tasks: running.get(capacityProvider) ?? 0,
  }));
  return Array.from({ length: count }, () => {
    const behind = (share: (typeof shares)[number]): number =>
      (Math.max(0, share.tasks - share.base) + 0.5) / share.weight;
    const chosen =
      shares.find(({ tasks, base }) => tasks < base) ??
      shares
        .filter(({ weight }) => weight > 0)
        .reduce<(typeof shares)[number] | undefined>(
          (best, share) => (best && behind(best) <= behind(share) ? best : share),
          undefined,
        );
    if (chosen) chosen.tasks += 1;
    return chosen?.name;
  });
}
