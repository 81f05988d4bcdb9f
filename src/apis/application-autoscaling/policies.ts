import type {
  DeleteScalingPolicyRequest,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  ScalingPolicy as AwsScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import type { ScalingPolicy } from '../../model/scaling.ts';
import type { Nothing, ScalingOperation } from './dependencies.ts';
import { notFound, validationError } from './errors.ts';
import { checkNamespace, checkResource, findTarget, pageOfItems, resourceShape } from './resource.ts';

const METRICS: readonly string[] = ['ECSServiceAverageCPUUtilization', 'ECSServiceAverageMemoryUtilization'];

/**
 * Saves a policy. Target tracking on the CPU and memory of the tasks is acted on; step scaling is stored, for it waits
 * for alarms that are not here.
 */
export const putScalingPolicy: ScalingOperation<PutScalingPolicyRequest, PutScalingPolicyResponse> = (
  context,
  input,
) => {
  const { scaling, caller, now, newId, wake } = context;
  const resourceId = checkResource(input, caller);
  findTarget(context, resourceId);
  const { PolicyName: name = '', PolicyType = 'StepScaling' } = input;
  const { TargetTrackingScalingPolicyConfiguration: tracking, StepScalingPolicyConfiguration: step } = input;
  if (PolicyType === 'PredictiveScaling')
    throw validationError('PredictiveScaling policies are not built yet in ecsidecar.');
  if (PolicyType === 'TargetTrackingScaling') {
    if (!tracking) throw validationError('TargetTrackingScalingPolicyConfiguration must be specified.');
    const metric = tracking.PredefinedMetricSpecification?.PredefinedMetricType ?? '';
    if (!METRICS.includes(metric))
      throw validationError(`Of target tracking, ecsidecar has the metrics ${METRICS.join(' and ')}.`);
  }
  const before = scaling.policies.get(caller, resourceId, name);
  const { account, region } = caller;
  const policy: ScalingPolicy = {
    scope: { account, region },
    arn:
      before?.arn ??
      `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${newId()}:resource/ecs/${resourceId}:policyName/${name}`,
    resourceId,
    name,
    policyType: PolicyType,
    ...(step && { stepScaling: step }),
    ...(tracking && { targetTracking: tracking }),
    createdAt: before?.createdAt ?? now(),
  };
  scaling.policies.put(policy);
  wake();
  return { PolicyARN: policy.arn, Alarms: [] };
};

/** Policies of the account and region, or of one resource. */
export const describeScalingPolicies: ScalingOperation<
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse
> = ({ scaling, caller }, input) => {
  checkNamespace(input.ServiceNamespace);
  const names = input.PolicyNames;
  const wanted = scaling.policies
    .list(caller)
    .filter(({ name, arn }) => !names?.length || names.includes(name) || names.includes(arn));
  const { items, next } = pageOfItems(wanted, input);
  return { ScalingPolicies: items.map(shape), ...next };
};

/** Forgets a policy. */
export const deleteScalingPolicy: ScalingOperation<DeleteScalingPolicyRequest, Nothing> = (
  context,
  input,
) => {
  const { scaling, caller } = context;
  const resourceId = checkResource(input, caller);
  const policy = scaling.policies.get(caller, resourceId, input.PolicyName ?? '');
  if (!policy) throw notFound('scaling policy', input.PolicyName ?? '', resourceId);
  scaling.policies.delete(policy);
  return {};
};

const shape = ({
  arn,
  name,
  resourceId,
  policyType,
  stepScaling,
  targetTracking,
  createdAt,
}: ScalingPolicy): AwsScalingPolicy => ({
  PolicyARN: arn,
  PolicyName: name,
  ...resourceShape(resourceId),
  PolicyType: policyType,
  ...(stepScaling && { StepScalingPolicyConfiguration: stepScaling }),
  ...(targetTracking && { TargetTrackingScalingPolicyConfiguration: targetTracking }),
  Alarms: [],
  CreationTime: createdAt,
});
