import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Scope } from '../../model/caller.ts';
import { PAUSE_CONTAINER } from '../../model/pause-container.ts';
import { serviceOfTask } from '../../model/service.ts';
import type { Task } from '../../model/task.ts';

/** Labels of a task's containers: the ECS agent's, which tools know, and ours for what it has no label for. */
export const LABELS = {
  cluster: 'com.amazonaws.ecs.cluster',
  containerName: 'com.amazonaws.ecs.container-name',
  taskArn: 'com.amazonaws.ecs.task-arn',
  family: 'com.amazonaws.ecs.task-definition-family',
  revision: 'com.amazonaws.ecs.task-definition-version',
  /** Which data folder a container was made from; objects with another value are never touched. */
  sidecarId: 'ecsidecar.id',
  essential: 'ecsidecar.essential',
  /** On containers with the awslogs driver: where their output goes. Without a stream: one named after the container's id. */
  logGroup: 'ecsidecar.log-group',
  /** The region of the group, where it is not the task's. */
  logRegion: 'ecsidecar.log-region',
  logStream: 'ecsidecar.log-stream',
  /** Where events have several lines: what the first one matches. */
  logPattern: 'ecsidecar.log-pattern',
} as const;

/** The pause container in the Compose file and in its own name there: no container of a definition has a dot in its name. */
export const PAUSE_SERVICE = 'ecs.pause';

/** What stands before the names of containers that an override adds to a task; no container of a definition has it. */
const EXTRA = '~override~';

/** The name under which the sidecar knows the container of a service that an override adds. */
export const extraName = (service: string): string => `${EXTRA}${service}`;

export const isExtra = (container: string): boolean => container.startsWith(EXTRA);

/** The service of a container, by the name under which the sidecar knows it. */
export function serviceKey(container: string): string {
  if (isExtra(container)) return container.slice(EXTRA.length);
  return container === PAUSE_CONTAINER ? PAUSE_SERVICE : container;
}

/** Labels by which the sidecar and Compose know their containers; a definition cannot set them. */
export const isReservedLabel = (name: string): boolean => /^(ecsidecar|com\.docker\.compose)\./.test(name);

const taskIdPrefix = (taskId: string): string => taskId.slice(0, 12);

/** A name cut to `max` characters; what is cut off counts through a hash, so that two names stay two. */
export function shortenName(name: string, max: number): string {
  if (name.length <= max) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, max - hash.length - 1)}-${hash}`;
}

/** The Compose project of a task: lower-case letters, digits, `_` and `-`. Source: Compose specification, name. */
export function projectName(clusterName: string, taskId: string): string {
  const cluster = clusterName.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
  return `ecs-${shortenName(cluster, 63)}-${taskIdPrefix(taskId)}`;
}

/** The project of a service that somebody runs by hand. */
export function serviceProjectName(clusterName: string, serviceName: string): string {
  const name = `ecs-${clusterName}-${serviceName}`.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
  return shortenName(name, 63);
}

/** Name of a container in the engine, at most 200 characters. Source: ECS agent, `ecs-family-revision-name-suffix`. */
export function containerName(family: string, revision: number, container: string, taskId: string): string {
  return `ecs-${shortenName(family, 80)}-${revision}-${shortenName(container, 80)}-${taskIdPrefix(taskId)}`;
}

/** Where the generated project of a task lies. */
export function projectFolder(
  dataDir: string,
  task: Pick<Task, 'scope' | 'clusterName' | 'id' | 'group' | 'startedBy'>,
): string {
  const owner = serviceOfTask(task) ?? 'standalone';
  return join(ownerFolder(dataDir, task.scope, task.clusterName, owner), folderName(task.id));
}

/** Where the projects of a service's tasks lie, and the service's own; `owner` is its name, or `standalone`. */
export const ownerFolder = (
  dataDir: string,
  { account, region }: Scope,
  clusterName: string,
  owner: string,
): string => join(dataDir, 'projects', ...[account, region, clusterName, owner].map(folderName));

/** A text of a request, e.g. an account, as the name of one folder: it cannot lead out of the folder that it is in. */
export function folderName(text: string): string {
  const unusual = /^\.*$/.test(text) ? /./g : /[^A-Za-z0-9_.-]/g;
  return text.replace(unusual, (character) => `%${character.charCodeAt(0).toString(16)}`) || '%';
}
