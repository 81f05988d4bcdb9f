import { isMeasured } from '../../../model/scaling.ts';
import type { JsonMap } from '../../../model/stack.ts';
import {
  generatedName,
  ignoreAbsent,
  textOf,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import type { ToApi } from './to-api.ts';

const SERVICE = 'application-autoscaling';

type Target = {
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly ServiceNamespace: string;
};

const targetIn = (id: string): Target => {
  const [ResourceId = '', ScalableDimension = '', ServiceNamespace = ''] = id.split('|');
  return { ResourceId, ScalableDimension, ServiceNamespace };
};

/** Tables, queues and the like are recorded only, so that nothing of theirs is scaled. */
const isOfService = ({ ServiceNamespace }: Target): boolean => ServiceNamespace === 'ecs';
const OF_OTHERS = 'Recorded only by ecsidecar: services of ECS alone are scaled here.';

/** `AWS::ApplicationAutoScaling::ScalableTarget`: `Ref` is `resource|dimension|namespace`. */
export const scalableTarget = (toApi: ToApi): ResourceHandler => {
  const register = async (context: ResourceContext): Promise<void> => {
    const { properties, before = {}, physicalId = '', call } = context;
    const { ScheduledActions: _actions, ...input } = toApi(
      SERVICE,
      'RegisterScalableTargetRequest',
      properties,
    );
    await call(SERVICE, 'RegisterScalableTarget', input);
    const target = targetIn(physicalId);
    const named = new Map(
      actionsIn(properties).map((action) => [textOf(action, 'ScheduledActionName'), action]),
    );
    for (const action of named.values())
      await call(SERVICE, 'PutScheduledAction', {
        ...toApi(SERVICE, 'PutScheduledActionRequest', action),
        ...target,
      });
    for (const action of actionsIn(before)) {
      const ScheduledActionName = textOf(action, 'ScheduledActionName');
      if (!named.has(ScheduledActionName))
        await call(SERVICE, 'DeleteScheduledAction', { ScheduledActionName, ...target });
    }
  };
  return {
    serviceName: 'ApplicationAutoScaling',
    createOnly: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    nameOf: ({ properties }) =>
      ['ResourceId', 'ScalableDimension', 'ServiceNamespace']
        .map((name) => textOf(properties, name) ?? '')
        .join('|'),
    async create(context) {
      const { physicalId = '' } = context;
      const attributes = { Id: physicalId };
      if (!isOfService(targetIn(physicalId)))
        return { kind: 'done', physicalId, attributes, note: OF_OTHERS };
      await register(context);
      return { kind: 'done', physicalId, attributes };
    },
    async update(context) {
      const { physicalId = '' } = context;
      if (isOfService(targetIn(physicalId))) await register(context);
      return { kind: 'done', physicalId };
    },
    async remove({ physicalId = '', call }) {
      if (!isOfService(targetIn(physicalId))) return 'done';
      await call(SERVICE, 'DeregisterScalableTarget', targetIn(physicalId)).catch(ignoreAbsent);
      return 'done';
    },
  };
};

const actionsIn = (properties: JsonMap): readonly JsonMap[] =>
  (properties['ScheduledActions'] as readonly JsonMap[] | undefined) ?? [];

/** `AWS::ApplicationAutoScaling::ScalingPolicy`: `Ref` is its ARN. */
export const scalingPolicy = (toApi: ToApi): ResourceHandler => {
  const nameIn = (context: ResourceContext): string =>
    textOf(context.properties, 'PolicyName') ?? generatedName(context);
  const targetOf = ({ properties }: ResourceContext): Target => {
    const id = textOf(properties, 'ScalingTargetId');
    if (id !== undefined) return targetIn(id);
    const [ResourceId, ScalableDimension, ServiceNamespace] = [
      'ResourceId',
      'ScalableDimension',
      'ServiceNamespace',
    ].map((name) => textOf(properties, name) ?? '');
    return targetIn([ResourceId, ScalableDimension, ServiceNamespace].join('|'));
  };
  const recordedArn = (context: ResourceContext, { ServiceNamespace, ResourceId }: Target): string =>
    `arn:aws:autoscaling:${context.scope.region}:${context.scope.account}:scalingPolicy:${context.token}:resource/${ServiceNamespace}/${ResourceId}:policyName/${nameIn(context)}`;
  const put = async (context: ResourceContext): Promise<string> => {
    const { ScalingTargetId: _id, ...input } = toApi(SERVICE, 'PutScalingPolicyRequest', context.properties);
    const answer = await context.call(SERVICE, 'PutScalingPolicy', {
      ...input,
      PolicyName: nameIn(context),
      ...targetOf(context),
    });
    return String(answer['PolicyARN']);
  };
  return {
    serviceName: 'ApplicationAutoScaling',
    createOnly: ['PolicyName', 'ResourceId', 'ScalableDimension', 'ServiceNamespace', 'ScalingTargetId'],
    async create(context) {
      if (!isOfService(targetOf(context))) {
        const arn = recordedArn(context, targetOf(context));
        return { kind: 'done', physicalId: arn, attributes: { Arn: arn }, note: OF_OTHERS };
      }
      const arn = await put(context);
      return { kind: 'done', physicalId: arn, attributes: { Arn: arn }, ...noteOn(context.properties) };
    },
    async update(context) {
      const { physicalId = '' } = context;
      if (!isOfService(targetOf(context))) return { kind: 'done', physicalId };
      return { kind: 'done', physicalId: await put(context), ...noteOn(context.properties) };
    },
    async remove(context) {
      if (!isOfService(targetOf(context))) return 'done';
      await context
        .call(SERVICE, 'DeleteScalingPolicy', { PolicyName: nameIn(context), ...targetOf(context) })
        .catch(ignoreAbsent);
      return 'done';
    },
  };
};

/** What the event says of a policy that nothing makes true here. */
function noteOn({
  PolicyType: type,
  TargetTrackingScalingPolicyConfiguration: tracking,
}: JsonMap): { readonly note: string } | undefined {
  const { PredefinedMetricSpecification: predefined } = (tracking ?? {}) as JsonMap;
  const metric = textOf((predefined ?? {}) as JsonMap, 'PredefinedMetricType');
  if (type === 'TargetTrackingScaling' && isMeasured(metric)) return undefined;
  return {
    note: 'Stored only by ecsidecar: there are no alarms and no such metrics here, so nothing is scaled by it.',
  };
}
