import { parseArn, taskArn, type ParsedArn, type TaskArn } from '../../model/arn.ts';
import { InvalidParameterException } from '../../model/aws-error.ts';
import type { Scope } from '../../model/caller.ts';
import { DEFAULT_CLUSTER } from '../../model/cluster.ts';

/** Names of clusters. They become folder and project names, so nothing else may pass. Source: ECS API reference. */
export const NAME_PATTERN = /^[a-zA-Z0-9\-_]{1,255}$/;
const NAME_PATTERN_TEXT = '^[a-zA-Z0-9\\-_]{1,255}$';

/** Refuses what is no name. Source: ECS's words `ServiceName must match ^[a-zA-Z0-9\-_]{1,255}$, but was X`. */
export function checkName(what: 'Cluster' | 'ClusterName', name: string): void {
  if (!NAME_PATTERN.test(name)) {
    throw new InvalidParameterException(`${what} must match ${NAME_PATTERN_TEXT}, but was ${name}`);
  }
}

/**
 * Splits an ARN that must be of ECS, of the caller's region and account and of one resource type.
 * Sources: `Invalid arn syntax.` and `Invalid Region in ARN` are ECS's words; the account's are formed like its
 * `Invalid identifier: Identifier is for cluster X. Your cluster is Y`.
 */
export function ownArn(scope: Scope, arn: string, resourceType?: string): ParsedArn {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'ecs' || (resourceType !== undefined && parsed.resourceType !== resourceType)) {
    throw new InvalidParameterException('Invalid arn syntax.');
  }
  if (parsed.scope.region !== scope.region) throw new InvalidParameterException('Invalid Region in ARN');
  if (parsed.scope.account !== scope.account) {
    throw new InvalidParameterException(
      `Invalid identifier: Identifier is for account ${parsed.scope.account}. Your accountId is ${scope.account}`,
    );
  }
  return parsed;
}

export const isArn = (identifier: string): boolean => identifier.startsWith('arn:');

/** The name of the cluster that a request names by short name, by ARN or not at all. */
export function clusterNameOf(scope: Scope, identifier: string | undefined): string {
  if (identifier === undefined || identifier === '') return DEFAULT_CLUSTER;
  const name = isArn(identifier) ? ownArn(scope, identifier, 'cluster').resource : identifier;
  checkName('Cluster', name);
  return name;
}

const TASK_ID = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * The ARN of a task named by id or ARN within a cluster. The ARN of another cluster's task is refused.
 * Source: ECS's words `Invalid identifier: Identifier is for cluster X. Your cluster is default` and
 * `Task Identifier is invalid`.
 */
export function taskArnOf(scope: Scope, clusterName: string, identifier: string): TaskArn {
  // Clients poll whole pages of ARNs of one cluster: those need neither be taken apart nor put together again.
  const prefix = taskArn(scope, clusterName, '');
  if (identifier.startsWith(prefix)) {
    checkTaskId(identifier.slice(prefix.length));
    return identifier as TaskArn;
  }
  if (!isArn(identifier)) return taskArn(scope, clusterName, checkTaskId(identifier));
  const parsed = ownArn(scope, identifier);
  if (parsed.resourceType !== 'task') throw new InvalidParameterException('Task Identifier is invalid');
  const parts = parsed.resource.split('/');
  const [cluster, id] = parts;
  if (cluster !== undefined && id !== undefined && parts.length === 2 && cluster !== clusterName) {
    throw new InvalidParameterException(
      `Invalid identifier: Identifier is for cluster ${cluster}. Your cluster is ${clusterName}`,
    );
  }
  // ARNs of the old form have no cluster.
  return taskArn(scope, clusterName, checkTaskId(parsed.resource));
}

function checkTaskId(id: string): string {
  if (!TASK_ID.test(id)) throw new InvalidParameterException('Task Identifier is invalid');
  return id;
}

/** `family`, `family:revision` or the ARN of either, taken apart. */
export type TaskDefinitionIdentifier = { readonly family: string; readonly revision: number | undefined };

/** Undefined when the text is none of the forms. An ARN of another region or account is refused. */
export function taskDefinitionIdentifierOf(
  scope: Scope,
  identifier: string,
): TaskDefinitionIdentifier | undefined {
  let short = identifier;
  if (isArn(identifier)) {
    const parsed = ownArn(scope, identifier);
    if (parsed.resourceType !== 'task-definition') return undefined;
    short = parsed.resource;
  }
  const match = /^([a-zA-Z0-9\-_]{1,255})(?::(\d{1,9}))?$/.exec(short);
  const [, family, revision] = match ?? [];
  if (family === undefined) return undefined;
  return { family, revision: revision === undefined ? undefined : Number(revision) };
}
