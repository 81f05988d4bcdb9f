import type {
  CapacityProvider as AwsCapacityProvider,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse,
  Failure,
} from '@aws-sdk/client-ecs';
import { pageOf } from '../../../lib/paging.ts';
import { capacityProviderArn } from '../../../model/arn.ts';
import { FARGATE_PROVIDERS } from '../../../model/capacity-provider.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { atMost, pageRequest } from '../limits.ts';
import { providerNameOf } from './find-provider.ts';
import { capacityProviderShape, fargateProviderShape } from './shape.ts';

/**
 * Describes capacity providers: the named ones, or all that are in use, ten at a time by name. Source: ECS API reference,
 * DescribeCapacityProviders: up to 100 names; with a cluster only its own.
 */
export const describeCapacityProviders: EcsOperation<
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse
> = (context, input) => {
  const { store, caller } = context;
  const { capacityProviders: identifiers = [], include = [] } = input;
  atMost('capacityProviders', identifiers, 100);
  const own = input.cluster === undefined ? undefined : findCluster(context, input.cluster).capacityProviders;
  const all = new Map<string, AwsCapacityProvider>();
  for (const name of FARGATE_PROVIDERS) all.set(name, fargateProviderShape(caller, name));
  for (const one of store.capacityProviders.list(caller))
    all.set(one.name, capacityProviderShape(one, include));
  if (own) for (const name of all.keys()) if (!own.includes(name)) all.delete(name);

  if (identifiers.length > 0) {
    const failures: Failure[] = [];
    const names = new Set(identifiers.map((identifier) => providerNameOf(caller, identifier)));
    const capacityProviders = [...names].flatMap((name) => {
      const found = all.get(name);
      if (!found) failures.push({ arn: capacityProviderArn(caller, name), reason: 'MISSING' });
      return found ?? [];
    });
    return { capacityProviders, failures };
  }

  const { limit, position } = pageRequest('DescribeCapacityProviders', input, { max: 10 });
  const [after = ''] = position ?? [];
  const inUse = [...all.values()]
    .filter(({ name = '', status }) => status === 'ACTIVE' && name > after)
    .toSorted((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
  const { items, nextToken } = pageOf(
    inUse.slice(0, limit + 1),
    limit,
    'DescribeCapacityProviders',
    ({ name = '' }) => [name],
  );
  return { capacityProviders: [...items], failures: [], ...(nextToken !== undefined && { nextToken }) };
};
