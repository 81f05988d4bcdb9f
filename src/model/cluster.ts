import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  Tag,
} from '@aws-sdk/client-ecs';
import type { ClusterArn } from './arn.ts';
import type { Scope } from './caller.ts';

/** The cluster of calls that name none; RunTask makes it on first use. */
export const DEFAULT_CLUSTER = 'default';

/** A cluster as it is stored. Its counters are not: they are counted from the tasks. Immutable. */
export type Cluster = {
  readonly scope: Scope;
  readonly arn: ClusterArn;
  readonly name: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly settings: readonly ClusterSetting[];
  readonly configuration?: ClusterConfiguration;
  readonly serviceConnectDefaults?: ClusterServiceConnectDefaults;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly tags: readonly Tag[];
  readonly createdAt: Date;
};

/** Tasks of a cluster by the state in which ECS counts them. */
export type ClusterCounts = { readonly runningTasksCount: number; readonly pendingTasksCount: number };
