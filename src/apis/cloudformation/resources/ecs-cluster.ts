import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '@aws-sdk/client-ecs';
import { clusterArn } from '../../../model/arn.ts';
import { AwsError } from '../../../model/aws-error.ts';
import {
  alreadyExists,
  generatedName,
  isAbsent,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { changeTags, ecsTags } from './tags.ts';
import type { ToApi } from './to-api.ts';

const arnOf = ({ scope, physicalId = '' }: ResourceContext): string => clusterArn(scope, physicalId);

/** How long a deletion waits for tasks that are on their way out: their grace periods and more. */
const DRAIN_MS = 3 * 60_000;

/** `AWS::ECS::Cluster`: `Ref` is its name. */
export const ecsCluster = (toApi: ToApi): ResourceHandler => ({
  serviceName: 'AmazonECS',
  isTagged: true,
  createOnly: ['ClusterName'],
  nameOf: (context) => textOf(context.properties, 'ClusterName') ?? generatedName(context),
  async create(context) {
    const { physicalId = '', call, isRetry } = context;
    // The API takes a cluster that is there for the one that is asked for.
    if (!isRetry) {
      const { clusters = [] } = (await call('ecs', 'DescribeClusters', { clusters: [physicalId] })) as {
        readonly clusters?: readonly { readonly status?: string }[];
      };
      if (clusters.some(({ status }) => status === 'ACTIVE')) throw alreadyExists(context);
    }
    const input = toApi('ecs', 'CreateClusterRequest', context.properties);
    await call('ecs', 'CreateCluster', { ...input, clusterName: physicalId, tags: ecsTags(context) });
    return { kind: 'done', physicalId, attributes: { Arn: arnOf(context) } };
  },
  async update(context) {
    const { physicalId = '', properties, before = {}, call } = context;
    const {
      settings,
      configuration,
      serviceConnectDefaults,
      capacityProviders,
      defaultCapacityProviderStrategy,
    } = toApi('ecs', 'CreateClusterRequest', properties);
    await call('ecs', 'UpdateCluster', {
      cluster: physicalId,
      settings,
      configuration,
      serviceConnectDefaults,
    });
    const providers = ['CapacityProviders', 'DefaultCapacityProviderStrategy'];
    if (providers.some((name) => !isDeepStrictEqual(properties[name], before[name])))
      await call('ecs', 'PutClusterCapacityProviders', {
        cluster: physicalId,
        capacityProviders: capacityProviders ?? [],
        defaultCapacityProviderStrategy: defaultCapacityProviderStrategy ?? [],
      });
    await changeTags(context, arnOf(context));
    return { kind: 'done', physicalId };
  },
  async read({ physicalId, call }) {
    const { clusters = [] } = (await call('ecs', 'DescribeClusters', {
      clusters: [physicalId],
      include: ['SETTINGS'],
    })) as { readonly clusters?: readonly Cluster[] };
    const [cluster] = clusters;
    if (cluster?.status !== 'ACTIVE') return undefined;
    return {
      ClusterName: cluster.clusterName ?? '',
      ClusterSettings: (cluster.settings ?? []).map(({ name = '', value = '' }) => ({
        Name: name,
        Value: value,
      })),
    };
  },
  async remove({ physicalId, call, startedAt, now }) {
    try {
      await call('ecs', 'DeleteCluster', { cluster: physicalId });
    } catch (error) {
      if (isAbsent(error)) return 'done';
      const isDraining =
        error instanceof AwsError &&
        error.code === 'ClusterContainsTasksException' &&
        now.getTime() - startedAt.getTime() < DRAIN_MS;
      if (isDraining) return { afterMs: 300 };
      throw error;
    }
    return 'done';
  },
});

/** `AWS::ECS::ClusterCapacityProviderAssociations`: `Ref` is the cluster's name. */
export const ecsClusterCapacityProviders = (toApi: ToApi): ResourceHandler => {
  const put = async ({ properties, call }: ResourceContext): Promise<void> => {
    const input = toApi('ecs', 'PutClusterCapacityProvidersRequest', properties);
    await call('ecs', 'PutClusterCapacityProviders', {
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
      ...input,
    });
  };
  return {
    serviceName: 'AmazonECS',
    createOnly: ['Cluster'],
    nameOf: ({ properties }) => textOf(properties, 'Cluster') ?? 'default',
    async create(context) {
      await put(context);
      return { kind: 'done', physicalId: context.physicalId ?? '' };
    },
    async update(context) {
      await put(context);
      return { kind: 'done', physicalId: context.physicalId ?? '' };
    },
    async remove({ physicalId, call, startedAt, now }) {
      try {
        await call('ecs', 'PutClusterCapacityProviders', {
          cluster: physicalId,
          capacityProviders: [],
          defaultCapacityProviderStrategy: [],
        });
      } catch (error) {
        // Services that do not name it in the template may be on their way out at the same time.
        const isInUse =
          error instanceof AwsError &&
          /InUse|UpdateInProgress/.test(error.code) &&
          now.getTime() - startedAt.getTime() < DRAIN_MS;
        if (isInUse) return { afterMs: 300 };
        if (!isAbsent(error)) throw error;
      }
      return 'done';
    },
  };
};
