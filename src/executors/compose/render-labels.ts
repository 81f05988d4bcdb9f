import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { awslogsTarget } from '../../model/awslogs-target.ts';
import type { Task } from '../../model/task.ts';
import type { DockerFlags } from './docker-flags.ts';
import { isReservedLabel, LABELS } from './names.ts';
import type { RenderContext } from './render.ts';

/** Ours win over all others: by them the sidecar knows its containers. */
export function renderLabels({
  task,
  container,
  flags,
  context,
}: {
  task: Task;
  container: ContainerDefinition;
  flags: DockerFlags;
  context: RenderContext;
}): Record<string, string> {
  const logs = awslogsTarget(container, task.id);
  const given = Object.entries({ ...container.dockerLabels, ...flags.labels });
  for (const [name] of given) {
    if (name.replace(/[\r\n]/g, '') === '') throw new Error('a Docker label has no name');
  }
  return {
    ...Object.fromEntries(given.filter(([name]) => !isReservedLabel(name))),
    ...renderOwnLabels(task, container.name ?? '', container.essential ?? true, context),
    ...(logs && { [LABELS.logGroup]: logs.group }),
    ...(logs?.region !== undefined &&
      logs.region !== task.scope.region && { [LABELS.logRegion]: logs.region }),
    ...(logs?.stream !== undefined && { [LABELS.logStream]: logs.stream }),
    ...(logs?.pattern !== undefined && { [LABELS.logPattern]: logs.pattern }),
  };
}

/** What every container of a task has, the pause container too. */
export const renderOwnLabels = (
  task: Task,
  container: string,
  essential: boolean,
  { sidecarId }: RenderContext,
): Record<string, string> => ({
  [LABELS.cluster]: task.clusterName,
  [LABELS.containerName]: container,
  [LABELS.taskArn]: task.arn,
  [LABELS.family]: task.family,
  [LABELS.revision]: String(task.revision),
  [LABELS.sidecarId]: sidecarId,
  [LABELS.essential]: String(essential),
});
