import { awslogsTarget } from './awslogs-target.ts';
import { ExecutorError, type LogStore, type TaskSpec } from './ports.ts';
import type { Task } from './task.ts';

/**
 * Makes sure, before a task's containers start, that the groups and streams they write to are there.
 * `awslogs-create-group` makes a missing group; without it the task cannot start.
 * Throws ExecutorError `cannotInitialize` in the words of Fargate's shim loggers.
 */
export function prepareTaskLogs(
  logs: Pick<LogStore, 'getGroup' | 'createGroup' | 'getStream' | 'createStream'>,
  { task, definition }: TaskSpec,
): void {
  for (const container of definition.containerDefinitions ?? []) {
    const target = awslogsTarget(container, task.id);
    if (!target) continue;
    const scope = { ...task.scope, ...(target.region !== undefined && { region: target.region }) };
    const mayCreate = container.logConfiguration?.options?.['awslogs-create-group'] === 'true';
    const group =
      logs.getGroup(scope, target.group) ??
      (mayCreate ? logs.createGroup(scope, target.group, {}) : undefined);
    if (!group) {
      throw new ExecutorError(
        'cannotInitialize',
        'failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ' +
          'ResourceNotFoundException: The specified log group does not exist.',
        container.name === undefined ? {} : { container: container.name },
      );
    }
    if (target.stream !== undefined && !logs.getStream(group, target.stream))
      logs.createStream(group, target.stream);
  }
}

/** Writes a line of the sidecar's own into the stream that a container's output goes to; nothing where there is none. */
export function tellInLog(
  logs: Pick<LogStore, 'getGroup' | 'getStream' | 'append'>,
  { task, definition }: TaskSpec,
  containerName: string,
  { line, nowMs }: { readonly line: string; readonly nowMs: number },
): void {
  const container = definition.containerDefinitions?.find(({ name }) => name === containerName);
  const target = container && awslogsTarget(container, task.id);
  if (!target) return;
  const scope = { ...task.scope, ...(target.region !== undefined && { region: target.region }) };
  const group = logs.getGroup(scope, target.group);
  const stream = group && logs.getStream(group, target.stream ?? runtimeId(task, containerName));
  if (stream) logs.append(stream, [{ timestampMs: nowMs, message: `[ecsidecar] ${line}` }], nowMs);
}

const runtimeId = ({ containers }: Task, containerName: string): string =>
  containers.find(({ name }) => name === containerName)?.runtimeId ?? '';
