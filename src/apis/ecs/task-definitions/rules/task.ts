import type { EphemeralStorage } from '@aws-sdk/client-ecs';
import { parseArn } from '../../../../model/arn.ts';
import { queryProblem } from '../../placement-rules.ts';
import type { Rule } from './rule.ts';

/** Source: ECS service quotas. */
const MAX_BYTES = 65_536;
const VOLUME_NAME = /^[a-zA-Z0-9\-_.]{1,255}$/;

/** A role is named by its ARN or its short name. Source: ECS API reference, RegisterTaskDefinition.taskRoleArn. */
export const isRole = (role: string | undefined): boolean => {
  if (role === undefined || role === '') return true;
  if (!role.startsWith('arn:')) return /^[\w+=,.@-]{1,64}$/.test(role);
  const arn = parseArn(role);
  return arn?.service === 'iam' && arn.resourceType === 'role' && arn.resource !== '';
};

/** Source: ECS's words, September 2026. */
export function ephemeralStorageProblem(storage: EphemeralStorage | undefined): string | undefined {
  const gibibytes = storage?.sizeInGiB;
  if (gibibytes === undefined) return undefined;
  if (gibibytes < 21) return 'EphemeralStorage size should be at least 21';
  return gibibytes > 200 ? 'EphemeralStorage size should be at most 200' : undefined;
}

/** Settings of the whole task. */
export const taskRules: readonly Rule[] = [
  // Source: ECS's words, recorded in public code of 2025. What ECS measures is not known exactly.
  ({ definition: { tags: _, ...definition } }) => {
    const bytes = Buffer.byteLength(JSON.stringify(definition));
    return bytes > MAX_BYTES
      ? `Actual length: '${bytes}'. Max allowed length is '${MAX_BYTES}' bytes.`
      : undefined;
  },
  // Source: ECS's words, recorded in GitHub issues.
  ({ definition: { taskRoleArn, executionRoleArn } }) =>
    isRole(taskRoleArn) && isRole(executionRoleArn) ? undefined : 'Role is not valid',
  // Source: ECS's words, recorded in GitHub issues of 2017.
  ({ definition: { volumes = [] } }) =>
    volumes.every(({ name = '' }) => VOLUME_NAME.test(name))
      ? undefined
      : 'volume.name contains invalid characters.',
  ({ definition: { ephemeralStorage } }) => ephemeralStorageProblem(ephemeralStorage),
  // Source: ECS's words, September 2026.
  ({ definition: { ephemeralStorage, requiresCompatibilities = [] }, fargate }) =>
    ephemeralStorage && requiresCompatibilities.length > 0 && !fargate
      ? 'Tasks using the EC2 launch type do not support EphemeralStorage.'
      : undefined,
  // Source: ECS's words, September 2026. AWS ended Elastic Inference in April 2024.
  ({ definition }) =>
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is still in AWS's model.
    definition.inferenceAccelerators?.length ? "Unsupported field 'inferenceAccelerators'." : undefined,
  // Source: ECS service quotas: ten constraints. The wording follows ECS's pattern for lists.
  ({ definition: { placementConstraints = [] } }) =>
    placementConstraints.length > 10 ? 'placementConstraints can have at most 10 items.' : undefined,
  // On Fargate there may be none at all, which is told by its own rules.
  ({ definition: { placementConstraints = [] }, fargate }) =>
    (fargate ? [] : placementConstraints)
      .map(({ expression = '' }) => queryProblem(expression))
      .find((problem) => problem !== undefined),
];
