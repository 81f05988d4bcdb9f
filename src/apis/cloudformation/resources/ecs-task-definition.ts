import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import {
  generatedName,
  ignoreAbsent,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { changeTags, ecsTags } from './tags.ts';
import type { ToApi } from './to-api.ts';

/** All but the tags: a revision never changes. */
const CREATE_ONLY = [
  'ContainerDefinitions',
  'Cpu',
  'EnableFaultInjection',
  'EphemeralStorage',
  'ExecutionRoleArn',
  'Family',
  'InferenceAccelerators',
  'IpcMode',
  'Memory',
  'NetworkMode',
  'PidMode',
  'PlacementConstraints',
  'ProxyConfiguration',
  'RequiresCompatibilities',
  'RuntimePlatform',
  'TaskRoleArn',
  'Volumes',
];

/** `AWS::ECS::TaskDefinition`: `Ref` is its ARN. */
export const ecsTaskDefinition = (toApi: ToApi): ResourceHandler => ({
  serviceName: 'AmazonECS',
  isTagged: true,
  createOnly: CREATE_ONLY,
  async create(context) {
    const { properties, call } = context;
    const input = withKnownProtocols(toApi('ecs', 'RegisterTaskDefinitionRequest', properties));
    // A name of the stack and the logical id alone, so that its revisions follow each other.
    const family =
      textOf(properties, 'Family') ??
      generatedName({ ...context, token: `${context.stackId} ${context.logicalId}` });
    const found = context.isRetry ? await registeredBefore(context, family) : undefined;
    const taskDefinition =
      found ??
      ((await call('ecs', 'RegisterTaskDefinition', { ...input, family, tags: ecsTags(context) }))[
        'taskDefinition'
      ] as TaskDefinition);
    const physicalId = taskDefinition.taskDefinitionArn ?? '';
    return { kind: 'done', physicalId, attributes: { TaskDefinitionArn: physicalId } };
  },
  async update(context) {
    const { physicalId = '' } = context;
    await changeTags(context, physicalId);
    return { kind: 'done', physicalId };
  },
  async read({ physicalId, call }) {
    const { taskDefinition } = (await call('ecs', 'DescribeTaskDefinition', {
      taskDefinition: physicalId,
    })) as { readonly taskDefinition?: TaskDefinition };
    return taskDefinition?.status === 'ACTIVE' ? { Family: taskDefinition.family ?? '' } : undefined;
  },
  async remove({ physicalId, call }) {
    await call('ecs', 'DeregisterTaskDefinition', { taskDefinition: physicalId }).catch((error: unknown) => {
      // Source: ECS's words for a revision that is not there.
      ignoreAbsent(error, /does not exist|Unable to describe/);
    });
    return 'done';
  },
});

/** The revision that a run before the process died has registered: a second one would be nobody's. */
async function registeredBefore(
  { call, startedAt }: ResourceContext,
  family: string,
): Promise<TaskDefinition | undefined> {
  const answer = await call('ecs', 'DescribeTaskDefinition', { taskDefinition: family }).catch(
    () => undefined,
  );
  const latest = answer?.['taskDefinition'] as TaskDefinition | undefined;
  return latest?.registeredAt && latest.registeredAt >= startedAt ? latest : undefined;
}

/**
 * Many templates call the protocol of a port `http`, as its application speaks it. Source: hashicorp/terraform-provider-aws
 * issue 3645: a definition registered so has `tcp` in its place.
 */
function withKnownProtocols(input: Record<string, unknown>): Record<string, unknown> {
  const containers = (input['containerDefinitions'] ?? []) as readonly ContainerDefinition[];
  return {
    ...input,
    containerDefinitions: containers.map((container) => ({
      ...container,
      ...(container.portMappings && {
        portMappings: container.portMappings.map((mapping) => ({
          ...mapping,
          ...(/^https?$/i.test(mapping.protocol ?? '') && { protocol: 'tcp' }),
        })),
      }),
    })),
  };
}
