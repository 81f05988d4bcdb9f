import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { containerArn, taskArn, taskDefinitionArn } from '../../src/model/arn.ts';
import type { ObservedContainer, Task } from '../../src/model/task.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const id = '0123456789abcdef0123456789abcdef';

/** So many seconds after the task was made. */
export const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1000);

/** A task whose images are there and of which nothing was started. */
export function pulledTask(containers: readonly ContainerDefinition[], changes: Partial<Task> = {}): Task {
  return {
    scope,
    arn: taskArn(scope, 'c', id),
    id,
    clusterName: 'c',
    taskDefinitionArn: taskDefinitionArn(scope, 'f', 1),
    family: 'f',
    revision: 1,
    group: 'family:f',
    enableExecuteCommand: false,
    overrides: {},
    tags: [],
    version: 1,
    desiredStatus: 'RUNNING',
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    createdAt: at(0),
    pullStartedAt: at(1),
    pullStoppedAt: at(2),
    containers: containers.map(({ name = '', image = '', essential = true }) => ({
      arn: containerArn(scope, 'c', id, name),
      name,
      image,
      essential,
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
      networkBindings: [],
    })),
    ...changes,
  };
}

/** A container as the engine has it; started at 10 s, ended with 0 at 20 s. */
export const seen = (
  name: string,
  state: ObservedContainer['state'],
  more: Partial<ObservedContainer> = {},
): ObservedContainer => ({
  name,
  dockerId: `docker-${name}`,
  state,
  oomKilled: false,
  healthStatus: 'UNKNOWN',
  networkBindings: [],
  ...(state !== 'created' && { startedAt: at(10) }),
  ...(state === 'exited' && { exitCode: 0, finishedAt: at(20) }),
  ...more,
});
