import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { parseDockerFlags } from '../../src/executors/compose/docker-flags.ts';
import type { RenderContext } from '../../src/executors/compose/render.ts';
import { taskArn, taskDefinitionArn } from '../../src/model/arn.ts';
import type { AwsTaskDefinition } from '../../src/model/task-definition.ts';
import type { Task } from '../../src/model/task.ts';

export const TASK_ID = '0123456789abcdef0123456789abcdef';

/** A task as RunTask makes it, in cluster `mycluster`. */
export function sampleTask(family = 'myfamily', id = TASK_ID): Task {
  const scope = { account: '000000000000', region: 'us-east-1' };
  return {
    scope,
    arn: taskArn(scope, 'mycluster', id),
    id,
    clusterName: 'mycluster',
    taskDefinitionArn: taskDefinitionArn(scope, family, 3),
    family,
    revision: 3,
    group: `family:${family}`,
    enableExecuteCommand: false,
    overrides: {},
    tags: [],
    version: 1,
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    healthStatus: 'UNKNOWN',
    containers: [],
    createdAt: new Date(0),
  };
}

export function sampleContext(flags = '', environment: NodeJS.ProcessEnv = {}): RenderContext {
  return {
    networkName: 'mynetwork',
    sidecarId: 'my-sidecar',
    fileSystems: { kind: 'folders', path: '/data/volumes' },
    dockerFlags: parseDockerFlags(flags, environment, () => ''),
  };
}

export function sampleDefinition(
  container: ContainerDefinition = {},
  others: Partial<AwsTaskDefinition> = {},
): AwsTaskDefinition {
  return {
    family: 'myfamily',
    containerDefinitions: [{ name: 'server', image: 'busybox', memory: 10, ...container }],
    ...others,
  };
}
