import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
  DescribeStackDriftDetectionStatusInput,
  DescribeStackDriftDetectionStatusOutput,
  DescribeStackResourceDriftsInput,
  DescribeStackResourceDriftsOutput,
  DetectStackDriftInput,
  DetectStackDriftOutput,
  GetStackPolicyInput,
  GetStackPolicyOutput,
  SetStackPolicyInput,
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput,
} from '@aws-sdk/client-cloudformation';
import type { CloudFormationOperation } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { findStack } from './find-stack.ts';
import { readTemplateSource } from './template-source.ts';

/** Policies are kept and answered; no update asks them. */
export const getStackPolicy: CloudFormationOperation<GetStackPolicyInput, GetStackPolicyOutput> = (
  context,
  { StackName },
) => {
  const { policyBody } = findStack(context, StackName);
  return policyBody === undefined ? {} : { StackPolicyBody: policyBody };
};

export const setStackPolicy: CloudFormationOperation<SetStackPolicyInput, Record<string, never>> = async (
  context,
  { StackName, StackPolicyBody, StackPolicyURL },
) => {
  const policyBody = await readTemplateSource(context, {
    TemplateBody: StackPolicyBody,
    TemplateURL: StackPolicyURL,
  });
  const stack = findStack(context, StackName);
  try {
    JSON.parse(policyBody);
  } catch {
    throw validationError('Error validating stack policy: Invalid stack policy');
  }
  context.store.put({ ...stack, policyBody });
  return {};
};

export const updateTerminationProtection: CloudFormationOperation<
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput
> = (context, { StackName, EnableTerminationProtection = false }) => {
  const stack = findStack(context, StackName);
  context.store.put({ ...stack, terminationProtection: EnableTerminationProtection });
  return { StackId: stack.id };
};

/** Drift is not looked for; the detection says so. Its id is the stack's, so that nothing of it has to be kept. */
export const detectStackDrift: CloudFormationOperation<DetectStackDriftInput, DetectStackDriftOutput> = (
  context,
  { StackName },
) => ({ StackDriftDetectionId: findStack(context, StackName).id.split('/').at(-1) });

export const describeStackDriftDetectionStatus: CloudFormationOperation<
  DescribeStackDriftDetectionStatusInput,
  DescribeStackDriftDetectionStatusOutput
> = ({ store, caller, now }, { StackDriftDetectionId = '' }) => {
  const stack = store.list(caller).find(({ id }) => id.endsWith(`/${StackDriftDetectionId}`));
  if (!stack) throw validationError(`Drift detection id ${StackDriftDetectionId} does not exist`);
  return {
    StackId: stack.id,
    StackDriftDetectionId,
    StackDriftStatus: 'NOT_CHECKED',
    DetectionStatus: 'DETECTION_FAILED',
    DetectionStatusReason: 'ecsidecar does not look for drift.',
    Timestamp: now(),
  };
};

export const describeStackResourceDrifts: CloudFormationOperation<
  DescribeStackResourceDriftsInput,
  DescribeStackResourceDriftsOutput
> = (context, { StackName }) => {
  findStack(context, StackName);
  return { StackResourceDrifts: [] };
};

/** Source: CloudFormation user guide, quotas. */
export const describeAccountLimits: CloudFormationOperation<
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput
> = () => ({
  AccountLimits: [
    { Name: 'StackLimit', Value: 2000 },
    { Name: 'StackOutputsLimit', Value: 200 },
    { Name: 'ConcurrentResourcesLimit', Value: 2500 },
  ],
});
