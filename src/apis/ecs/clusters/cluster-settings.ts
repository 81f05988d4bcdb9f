import type { ClusterSetting } from '@aws-sdk/client-ecs';
import { effectiveSetting } from '../account-settings/effective.ts';
import type { EcsContext } from '../dependencies.ts';
import { oneOf } from '../limits.ts';

/** Source: ECS API reference, ClusterSetting. */
const CONTAINER_INSIGHTS: readonly string[] = ['enabled', 'disabled', 'enhanced'];

/** A cluster's settings as given, or as the account's setting has them. Source: ECS API reference, ClusterSetting. */
export function clusterSettings(
  context: EcsContext,
  given: readonly ClusterSetting[] | undefined,
): ClusterSetting[] {
  const settings = new Map<string, ClusterSetting>([
    [
      'containerInsights',
      {
        name: 'containerInsights',
        value: effectiveSetting(context, 'containerInsights', context.caller.principalArn),
      },
    ],
  ]);
  for (const { name = 'containerInsights', value = 'disabled' } of given ?? []) {
    oneOf('cluster setting name', name, ['containerInsights']);
    oneOf(name, value, CONTAINER_INSIGHTS);
    settings.set(name, { name, value });
  }
  return [...settings.values()];
}
