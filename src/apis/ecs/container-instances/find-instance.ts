import { containerInstanceArn, type ContainerInstanceArn } from '../../../model/arn.ts';
import { ClientException, InvalidParameterException } from '../../../model/aws-error.ts';
import type { Scope } from '../../../model/caller.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { ContainerInstanceView } from '../../../model/container-instance.ts';
import { instanceViews } from '../../../model/place-on-cluster.ts';
import type { EcsContext } from '../dependencies.ts';
import { isArn, ownArn } from '../identifiers.ts';
import { atMost } from '../limits.ts';

const INSTANCE_ID = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * The ARN of a container instance named by id or ARN within a cluster. The wording is ours, formed like ECS's of tasks.
 */
export function containerInstanceArnOf(
  scope: Scope,
  clusterName: string,
  identifier: string,
): ContainerInstanceArn {
  if (!isArn(identifier)) return containerInstanceArn(scope, clusterName, checkId(identifier));
  const parts = ownArn(scope, identifier, 'container-instance').resource.split('/');
  // ARNs of the old form have no cluster.
  const [cluster = '', id = ''] = parts.length === 1 ? [clusterName, parts[0]] : parts;
  if (cluster !== clusterName) {
    throw new InvalidParameterException(
      `Invalid identifier: Identifier is for cluster ${cluster}. Your cluster is ${clusterName}`,
    );
  }
  return containerInstanceArn(scope, clusterName, checkId(id));
}

function checkId(id: string): string {
  if (!INSTANCE_ID.test(id)) throw new InvalidParameterException('Container instance Identifier is invalid');
  return id;
}

/** The container instance that a request names. Source of the refusal: ECS's words, recorded in public code. */
export function findInstance(
  context: EcsContext,
  cluster: Cluster,
  identifier: string,
): ContainerInstanceView {
  const arn = containerInstanceArnOf(cluster.scope, cluster.name, identifier);
  const found = instanceViews(context, cluster).find(({ instance }) => instance.arn === arn);
  if (!found)
    throw new ClientException(`Referenced container instance ${arn.split('/').at(-1) ?? ''} not found.`);
  return found;
}

/** The ARNs that a request names, each once. Refuses none and more than `max`, in words that follow DescribeTasks'. */
export function namedInstanceArns(
  { scope, name }: Cluster,
  identifiers: readonly string[],
  max: number,
): ContainerInstanceArn[] {
  if (identifiers.length === 0) throw new InvalidParameterException('Container instances cannot be empty.');
  atMost('instanceIds', identifiers, max);
  return [...new Set(identifiers.map((identifier) => containerInstanceArnOf(scope, name, identifier)))];
}

/**
 * The container instances that a request names, each once, by their ARNs; undefined where there is none. Refuses as
 * `namedInstanceArns` does.
 */
export function namedInstances(
  context: EcsContext,
  cluster: Cluster,
  identifiers: readonly string[],
  max: number,
): (readonly [ContainerInstanceArn, ContainerInstanceView | undefined])[] {
  const arns = namedInstanceArns(cluster, identifiers, max);
  const views = new Map(instanceViews(context, cluster).map((view) => [view.instance.arn, view]));
  return arns.map((arn) => [arn, views.get(arn)] as const);
}
