import { join } from 'node:path';
import { taskArn, taskDefinitionArn } from '../../model/arn.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../model/caller.ts';
import { DEFAULT_CLUSTER } from '../../model/cluster.ts';
import { serviceGroup } from '../../model/service.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import type { DockerFlags } from './docker-flags.ts';
import { findOverrides } from './override-files.ts';
import { composeText, taskHead } from './render-text.ts';
import { renderTask, type RenderContext } from './render.ts';

export { parseDockerFlags, type DockerFlags } from './docker-flags.ts';
export type { RenderContext } from './render.ts';

/** Stands for the id that RunTask would make, so that the same file always gives the same output. */
const TASK_ID = '0'.repeat(32);

/** What a rendering without an engine goes by. */
export const previewContext = (
  config: { readonly networkName: string | undefined; readonly dataDir: string },
  dockerFlags: DockerFlags,
): RenderContext => ({
  networkName: config.networkName ?? 'ecsidecar',
  dockerFlags,
  sidecarId: 'render',
  fileSystems: { kind: 'folders', path: join(config.dataDir, 'volumes') },
});

/** A task that there is none of, of this revision, and of this service (`cluster/service`) where one is named. */
export function previewTask({ family = '' }: AwsTaskDefinition, revision: number, service?: string): Task {
  const [clusterName, serviceName] = service?.split('/') ?? [DEFAULT_CLUSTER];
  if (!clusterName || serviceName === '' || (service !== undefined && serviceName === undefined))
    throw new Error(`--service is "${service ?? ''}"; it must be <cluster>/<service>`);
  const scope = { account: DEFAULT_ACCOUNT, region: DEFAULT_REGION };
  return {
    scope,
    arn: taskArn(scope, clusterName, TASK_ID),
    id: TASK_ID,
    clusterName,
    taskDefinitionArn: taskDefinitionArn(scope, family, revision),
    family,
    revision,
    ...(serviceName === undefined
      ? { group: `family:${family}` }
      : { group: serviceGroup(serviceName), startedBy: 'ecs-svc/0' }),
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

/** The Compose file of such a task; its head names the override files of this folder that apply. */
export async function previewText(
  task: Task,
  definition: AwsTaskDefinition,
  context: RenderContext,
  overridesFolder: string | undefined,
): Promise<string> {
  const files = overridesFolder === undefined ? [] : await findOverrides(overridesFolder, task);
  const composeOptions =
    overridesFolder === undefined || files.length === 0
      ? []
      : [
          '--project-directory',
          overridesFolder,
          ...['compose.yaml', ...files].flatMap((file) => ['-f', file]),
        ];
  const head = { ...taskHead(task, definition, context), composeOptions };
  return composeText(renderTask(task, definition, context), head);
}
