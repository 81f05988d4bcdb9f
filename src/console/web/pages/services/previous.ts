import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';

export type PastDeployment = Wire<ServiceDeploymentBrief> & {
  /** ARN of what its tasks were made from. */
  readonly taskDefinition: string | undefined;
};

/** The ARN of the task definition that a service ran well with before the present one; `past` is newest first. */
export const previousDefinition = (
  current: string | undefined,
  past: readonly PastDeployment[],
): string | undefined =>
  past.find(
    ({ status, taskDefinition }) =>
      status === 'SUCCESSFUL' && taskDefinition !== undefined && taskDefinition !== current,
  )?.taskDefinition;
