import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
  GetStackPolicyInput,
  GetStackPolicyOutput,
  SetStackPolicyInput,
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput,
} from '@aws-sdk/client-cloudformation';
import type { Nothing } from '../../../model/ports.ts';
import type { CloudFormationOperation } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { findStack } from './find-stack.ts';
import { readPolicyInput } from './policy-input.ts';

export const getStackPolicy: CloudFormationOperation<GetStackPolicyInput, GetStackPolicyOutput> = (
  context,
  { StackName },
) => {
  const { policyBody } = findStack(context, StackName);
  return policyBody === undefined ? {} : { StackPolicyBody: policyBody };
};

/** Updates keep it from now on. */
export const setStackPolicy: CloudFormationOperation<SetStackPolicyInput, Nothing> = async (
  context,
  { StackName, StackPolicyBody, StackPolicyURL },
) => {
  const policyBody = await readPolicyInput(context, StackPolicyBody, StackPolicyURL);
  const stack = findStack(context, StackName);
  // The wording is ours.
  if (policyBody === undefined)
    throw validationError('Either StackPolicyBody or StackPolicyURL must be specified.');
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
