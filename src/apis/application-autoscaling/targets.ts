import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableTarget as AwsScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { scaleService, serviceOfTarget } from '../../model/scale-service.ts';
import { changeOfBounds, type ScalableTarget } from '../../model/scaling.ts';
import type { Nothing } from '../../model/ports.ts';
import type { ScalingOperation } from './dependencies.ts';
import { validationError } from './errors.ts';
import { checkNamespace, checkResource, findTarget, pageOfItems, resourceShape } from './resource.ts';
import { checkTags } from './tags.ts';

/** Registers a service's desired count, or changes its bounds; a count outside of them is brought inside at once. */
export const registerScalableTarget: ScalingOperation<
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse
> = (context, input) => {
  const { store, scaling, caller, now, newId } = context;
  const resourceId = checkResource(input, caller);
  const before = scaling.targets.get(caller, resourceId, '');
  const {
    MinCapacity = before?.minCapacity,
    MaxCapacity = before?.maxCapacity,
    SuspendedState: suspended,
  } = input;
  if (MinCapacity === undefined || MaxCapacity === undefined)
    throw validationError('Both MinCapacity and MaxCapacity must be specified for a new scalable target.');
  // Source: Application Auto Scaling's words, as public reports quote them.
  if (MinCapacity > MaxCapacity)
    throw validationError('Maximum capacity cannot be less than minimum capacity');
  if (MinCapacity < 0) throw validationError('Minimum capacity cannot be less than 0');
  const { account, region } = caller;
  const service = serviceOfTarget(context, { scope: { account, region }, resourceId });
  if (!service) throw validationError(`ECS service doesn't exist: ${resourceId}`);
  const tags = { ...before?.tags, ...input.Tags };
  const target: ScalableTarget = {
    ...before,
    scope: { account, region },
    arn:
      before?.arn ??
      `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${newId().replaceAll('-', '').slice(0, 24)}`,
    resourceId,
    minCapacity: MinCapacity,
    maxCapacity: MaxCapacity,
    roleArn:
      input.RoleARN ??
      before?.roleArn ??
      `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    suspended: {
      scaleIn: suspended?.DynamicScalingInSuspended ?? before?.suspended.scaleIn ?? false,
      scaleOut: suspended?.DynamicScalingOutSuspended ?? before?.suspended.scaleOut ?? false,
      scheduled: suspended?.ScheduledScalingSuspended ?? before?.suspended.scheduled ?? false,
    },
    ...(Object.keys(tags).length > 0 && { tags: checkTags(tags) }),
    createdAt: before?.createdAt ?? now(),
  };
  const change = changeOfBounds(target, service.desiredCount);
  store.transaction(() => {
    scaling.targets.put(target);
    if (change) scaleService(context, service, target, change);
  });
  if (change) context.wakeService(service.arn);
  context.wake();
  return { ScalableTargetARN: target.arn };
};

/** Targets of the account and region. */
export const describeScalableTargets: ScalingOperation<
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse
> = ({ scaling, caller }, { ServiceNamespace, ResourceIds, MaxResults, NextToken }) => {
  checkNamespace(ServiceNamespace);
  const wanted = scaling.targets
    .list(caller)
    .filter(({ resourceId }) => !ResourceIds?.length || ResourceIds.includes(resourceId));
  const { items, next } = pageOfItems(wanted, { MaxResults, NextToken });
  return { ScalableTargets: items.map(shape), ...next };
};

/** Forgets a target with its policies and scheduled actions. */
export const deregisterScalableTarget: ScalingOperation<DeregisterScalableTargetRequest, Nothing> = (
  context,
  input,
) => {
  const { store, scaling, caller } = context;
  const resourceId = checkResource(input, caller);
  const target = findTarget(context, resourceId);
  store.transaction(() => {
    scaling.targets.delete(target);
    for (const policy of scaling.policies.list(caller))
      if (policy.resourceId === resourceId) scaling.policies.delete(policy);
    for (const action of scaling.actions.list(caller))
      if (action.resourceId === resourceId) scaling.actions.delete(action);
  });
  return {};
};

const shape = ({
  resourceId,
  minCapacity,
  maxCapacity,
  roleArn,
  createdAt,
  suspended,
  arn,
}: ScalableTarget): AwsScalableTarget => ({
  ...resourceShape(resourceId),
  MinCapacity: minCapacity,
  MaxCapacity: maxCapacity,
  RoleARN: roleArn,
  CreationTime: createdAt,
  SuspendedState: {
    DynamicScalingInSuspended: suspended.scaleIn,
    DynamicScalingOutSuspended: suspended.scaleOut,
    ScheduledScalingSuspended: suspended.scheduled,
  },
  ScalableTargetARN: arn,
});
