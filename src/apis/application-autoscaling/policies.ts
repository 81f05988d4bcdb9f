import type {
  DeleteScalingPolicyRequest,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  ScalingPolicy as AwsScalingPolicy,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { isMeasured, MEASURED, STORED, type ScalingPolicy } from '../../model/scaling.ts';
import type { Nothing } from '../../model/ports.ts';
import type { ScalingOperation } from './dependencies.ts';
import { notFound, validationError } from './errors.ts';
import { checkNamespace, checkResource, findTarget, pageOfItems, resourceShape } from './resource.ts';

/**
 * Saves a policy. Target tracking on the CPU and memory of the tasks is acted on; all else is stored, for it waits for
 * alarms and metrics that are not here.
 */
export const putScalingPolicy: ScalingOperation<PutScalingPolicyRequest, PutScalingPolicyResponse> = (
  context,
  input,
) => {
  const { scaling, caller, now, newId, wake } = context;
  const resourceId = checkResource(input, caller);
  findTarget(context, resourceId);
  const { PolicyName: name = '', PolicyType = 'StepScaling' } = input;
  const {
    TargetTrackingScalingPolicyConfiguration: tracking,
    StepScalingPolicyConfiguration: step,
    PredictiveScalingPolicyConfiguration: predictive,
  } = input;
  if (PolicyType === 'TargetTrackingScaling') checkTracking(tracking);
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
    ...(predictive && { predictiveScaling: predictive }),
    createdAt: before?.createdAt ?? now(),
  };
  scaling.policies.put(policy);
  wake();
  return { PolicyARN: policy.arn, Alarms: [] };
};

/** That a metric is named that a service has. The wording is ours. */
function checkTracking(tracking: TargetTrackingScalingPolicyConfiguration | undefined): void {
  if (!tracking) throw validationError('TargetTrackingScalingPolicyConfiguration must be specified.');
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking;
  if ((predefined === undefined) === (customized === undefined))
    throw validationError(
      'Specify either a PredefinedMetricSpecification or a CustomizedMetricSpecification.',
    );
  const metric = predefined?.PredefinedMetricType;
  if (metric !== undefined && !isMeasured(metric) && !STORED.includes(metric))
    throw validationError(
      `Of the predefined metrics, services have ${[...MEASURED, ...STORED].join(', ')}: ${metric} is none of them.`,
    );
}

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
  predictiveScaling,
  createdAt,
}: ScalingPolicy): AwsScalingPolicy => ({
  PolicyARN: arn,
  PolicyName: name,
  ...resourceShape(resourceId),
  PolicyType: policyType,
  ...(stepScaling && { StepScalingPolicyConfiguration: stepScaling }),
  ...(targetTracking && { TargetTrackingScalingPolicyConfiguration: targetTracking }),
  ...(predictiveScaling && { PredictiveScalingPolicyConfiguration: predictiveScaling }),
  Alarms: [],
  CreationTime: createdAt,
});
