import type { Tag, TaskDefinition as AwsTaskDefinition } from '@aws-sdk/client-ecs';
import type { TaskDefinitionArn } from './arn.ts';
import type { Scope } from './caller.ts';

export type { AwsTaskDefinition };
export type TaskDefinitionStatus = 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';

/** One registered revision. `definition` is what DescribeTaskDefinition answers. Immutable. */
export type TaskDefinition = {
  readonly scope: Scope;
  readonly arn: TaskDefinitionArn;
  readonly family: string;
  readonly revision: number;
  readonly status: TaskDefinitionStatus;
  readonly definition: AwsTaskDefinition;
  readonly tags: readonly Tag[];
};
