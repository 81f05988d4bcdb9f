import { capacityProviderArn } from '../../../model/arn.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { JsonMap } from '../../../model/stack.ts';
import {
  alreadyExists,
  generatedName,
  ignoreAbsent,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { changeTags, ecsTags } from './tags.ts';
import type { ToApi } from './to-api.ts';

/** `AWS::ECS::CapacityProvider`: `Ref` is its name. */
export const ecsCapacityProvider = (toApi: ToApi): ResourceHandler => ({
  serviceName: 'AmazonECS',
  isTagged: true,
  createOnly: ['Name', 'ClusterName'],
  nameOf: (context) => textOf(context.properties, 'Name') ?? generatedName(context),
  async create(context) {
    const { physicalId = '', call } = context;
    // The API has it by another name, so that it keeps CloudFormation's.
    const { ClusterName: cluster, ...input } = toApi(
      'ecs',
      'CreateCapacityProviderRequest',
      withGroupArn(context),
    );
    await call('ecs', 'CreateCapacityProvider', {
      cluster,
      ...input,
      name: physicalId,
      tags: ecsTags(context),
    }).catch((error: unknown) => {
      const isThere = error instanceof AwsError && error.message.includes('already exists');
      if (!isThere) throw error;
      if (!context.isRetry) throw alreadyExists(context);
    });
    return { kind: 'done', physicalId };
  },
  async update(context) {
    const { physicalId = '', scope, call } = context;
    const { autoScalingGroupProvider, managedInstancesProvider } = toApi(
      'ecs',
      'UpdateCapacityProviderRequest',
      withGroupArn(context),
    );
    const { autoScalingGroupArn: _arn, ...group } = (autoScalingGroupProvider ?? {}) as JsonMap;
    await call('ecs', 'UpdateCapacityProvider', {
      name: physicalId,
      ...(autoScalingGroupProvider !== undefined && { autoScalingGroupProvider: group }),
      managedInstancesProvider,
    });
    await changeTags(context, capacityProviderArn(scope, physicalId));
    return { kind: 'done', physicalId };
  },
  async remove({ physicalId, call }) {
    await call('ecs', 'DeleteCapacityProvider', { capacityProvider: physicalId }).catch((error: unknown) => {
      ignoreAbsent(error, /does not exist/);
    });
    return 'done';
  },
});

/** CloudFormation takes a group's name where the API wants its ARN. */
function withGroupArn({ properties, scope }: ResourceContext): JsonMap {
  const group = properties['AutoScalingGroupProvider'] as JsonMap | undefined;
  const name = group && textOf(group, 'AutoScalingGroupArn');
  if (!group || name === undefined || name.startsWith('arn:')) return properties;
  const arn = `arn:aws:autoscaling:${scope.region}:${scope.account}:autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/${name}`;
  return { ...properties, AutoScalingGroupProvider: { ...group, AutoScalingGroupArn: arn } };
}

/** `AWS::ECS::TaskSet`; its physical id is `cluster|service|id`. */
export const ecsTaskSet = (toApi: ToApi): ResourceHandler => ({
  serviceName: 'AmazonECS',
  createOnly: [
    'Cluster',
    'Service',
    'TaskDefinition',
    'ExternalId',
    'LaunchType',
    'CapacityProviderStrategy',
    'LoadBalancers',
    'NetworkConfiguration',
    'PlatformVersion',
    'ServiceRegistries',
  ],
  async create(context) {
    const { properties, token, call } = context;
    const { taskSet } = (await call('ecs', 'CreateTaskSet', {
      ...toApi('ecs', 'CreateTaskSetRequest', properties),
      clientToken: token,
      tags: ecsTags(context),
    })) as { readonly taskSet?: { readonly id?: string } };
    const id = taskSet?.id ?? '';
    const physicalId = [
      textOf(properties, 'Cluster') ?? 'default',
      textOf(properties, 'Service') ?? '',
      id,
    ].join('|');
    return { kind: 'done', physicalId, attributes: { Id: id } };
  },
  async update({ physicalId = '', properties, call }) {
    const [cluster, service, taskSet] = physicalId.split('|');
    const { scale } = toApi('ecs', 'UpdateTaskSetRequest', properties);
    await call('ecs', 'UpdateTaskSet', {
      cluster,
      service,
      taskSet,
      scale: scale ?? { unit: 'PERCENT', value: 100 },
    });
    return { kind: 'done', physicalId };
  },
  async remove({ physicalId = '', call }) {
    const [cluster, service, taskSet] = physicalId.split('|');
    await call('ecs', 'DeleteTaskSet', { cluster, service, taskSet, force: true }).catch(ignoreAbsent);
    return 'done';
  },
});

/** `AWS::ECS::PrimaryTaskSet`. Deleting it changes nothing, as on AWS. */
export const ecsPrimaryTaskSet: ResourceHandler = {
  serviceName: 'AmazonECS',
  createOnly: ['Cluster', 'Service'],
  nameOf: (context) => generatedName(context),
  async create(context) {
    await setPrimary(context);
    return { kind: 'done', physicalId: context.physicalId ?? '' };
  },
  async update(context) {
    await setPrimary(context);
    return { kind: 'done', physicalId: context.physicalId ?? '' };
  },
  remove: () => Promise.resolve('done'),
};

async function setPrimary({ properties, call }: ResourceContext): Promise<void> {
  await call('ecs', 'UpdateServicePrimaryTaskSet', {
    cluster: textOf(properties, 'Cluster'),
    service: textOf(properties, 'Service'),
    primaryTaskSet: textOf(properties, 'TaskSetId'),
  });
}
