import type { AwsTaskDefinition } from './task-definition.ts';

/**
 * The container that holds what the containers of a task share: its network with awsvpc, its process ids or its IPC
 * when they are the task's. No container of a definition can be called so. Source: ECS agent, pause container.
 */
export const PAUSE_CONTAINER = '~internal~ecs~pause';

/** Whether a task needs such a container. Source: ECS developer guide, task networking; ECS API reference, TaskDefinition. */
export const needsPause = ({ networkMode, pidMode, ipcMode }: AwsTaskDefinition): boolean =>
  networkMode === 'awsvpc' || pidMode === 'task' || ipcMode === 'task';
