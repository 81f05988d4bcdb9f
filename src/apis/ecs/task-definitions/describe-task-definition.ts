import type { DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { ClientException } from '../../../model/aws-error.ts';
import type { EcsOperation } from '../dependencies.ts';
import { findTaskDefinition } from './find-task-definition.ts';

/**
 * Describes a revision, INACTIVE or DELETE_IN_PROGRESS ones too when they are named.
 * Source: recorded from ECS, September 2026, message and states.
 */
export const describeTaskDefinition: EcsOperation<
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse
> = (context, { taskDefinition: identifier = '', include = [] }) => {
  const found = findTaskDefinition(context, identifier);
  if (!found) throw new ClientException('Unable to describe task definition.');
  return { taskDefinition: found.definition, ...(include.includes('TAGS') && { tags: [...found.tags] }) };
};
