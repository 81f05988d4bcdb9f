import { createHash } from 'node:crypto';
import type { Attachment } from '@aws-sdk/client-ecs';
import type { CapacityProvider } from '../../../model/capacity-provider.ts';
import type { Cluster } from '../../../model/cluster.ts';

/**
 * What ECS attaches to a cluster for its Auto Scaling groups, as it shows it once it is done. There is nothing behind it
 * here. Source: recorded from ECS in public code; AWS CLI reference, describe-clusters, example.
 */
export function clusterAttachments(cluster: Cluster, providers: readonly CapacityProvider[]): Attachment[] {
  return providers.flatMap(({ name, source }) => {
    if (source.kind !== 'autoScalingGroup') return [];
    const { managedScaling, managedDraining } = source.group;
    const attachment = (type: string, detail: string, value: string): Attachment => ({
      id: uuidOf(`${cluster.arn} ${name} ${type}`),
      type,
      status: 'CREATED',
      details: [
        { name: 'capacityProviderName', value: name },
        { name: detail, value },
      ],
    });
    const policy = `ECSManagedAutoScalingPolicy-${uuidOf(`${cluster.arn} ${name}`)}`;
    return [
      ...(managedScaling?.status === 'ENABLED' ? [attachment('as_policy', 'scalingPolicyName', policy)] : []),
      ...(managedDraining === 'ENABLED'
        ? [
            attachment(
              'managed_draining',
              'autoScalingLifecycleHookName',
              'ecs-managed-draining-termination-hook',
            ),
          ]
        : []),
    ];
  });
}

/** The same id for the same text. */
const uuidOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
