import type { EphemeralStorage } from '@aws-sdk/client-ecs';
import { parseArn } from '../../../../model/arn.ts';
import { queryProblem } from '../../placement-rules.ts';
import type { Rule } from './rule.ts';

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
  // Source: ECS's words, recorded in GitHub issues.
  ({ definition: { taskRoleArn, executionRoleArn } }) =>
    isRole(taskRoleArn) && isRole(executionRoleArn) ? undefined : 'Role is not valid',
  // Source: ECS API reference, Volume.name. ECS's own wording is not known.
  ({ definition: { volumes = [] } }) =>
    volumes.every(({ name = '' }) => VOLUME_NAME.test(name))
      ? undefined
      : 'Volume.name contains invalid characters.',
  ({ definition: { ephemeralStorage } }) => ephemeralStorageProblem(ephemeralStorage),
  // Source: ECS service quotas: ten constraints. The wording follows ECS's pattern for lists.
  ({ definition: { placementConstraints = [] } }) =>
    placementConstraints.length > 10 ? 'placementConstraints can have at most 10 items.' : undefined,
  // On Fargate there may be none at all, which is told by its own rules.
  ({ definition: { placementConstraints = [] }, fargate }) =>
    (fargate ? [] : placementConstraints)
      .map(({ expression = '' }) => queryProblem(expression))
      .find((problem) => problem !== undefined),
];
