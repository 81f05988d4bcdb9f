import type { Scope } from '../../model/caller.ts';
import { DIMENSION, scaledService, type ScalableTarget } from '../../model/scaling.ts';
import { checkRange } from '../../model/violation.ts';
import type { ScalingContext } from './dependencies.ts';
import { noTarget, validationError, violation } from './errors.ts';

export const NAMESPACE = 'ecs' as const;

type Named = {
  ServiceNamespace?: string | undefined;
  ResourceId?: string | undefined;
  ScalableDimension?: string | undefined;
};

/** Only the desired counts of ECS services are scaled here. The wording is ours. */
export function checkResource(
  { ServiceNamespace, ResourceId, ScalableDimension }: Named,
  scope: Scope,
): string {
  checkNamespace(ServiceNamespace);
  if (ScalableDimension !== undefined && ScalableDimension !== DIMENSION)
    throw validationError(
      `Unsupported service namespace, resource type or scalable dimension: ${ScalableDimension}`,
    );
  if (ResourceId === undefined || scaledService(scope, ResourceId) === undefined)
    throw validationError(
      `Unsupported service namespace, resource type or scalable dimension: ${ResourceId ?? ''}`,
    );
  return ResourceId;
}

export function checkNamespace(namespace: string | undefined): void {
  if (namespace !== NAMESPACE)
    throw validationError(`Service namespace ${namespace ?? ''} is not served by ecsidecar; only ecs is.`);
}

/** The registered target of a resource. Throws ObjectNotFoundException. */
export function findTarget({ scaling, caller }: ScalingContext, resourceId: string): ScalableTarget {
  const target = scaling.targets.get(caller, resourceId, '');
  if (!target) throw noTarget(resourceId);
  return target;
}

/** What AWS answers to name a resource. */
export const resourceShape = (resourceId: string) => ({
  ServiceNamespace: NAMESPACE,
  ResourceId: resourceId,
  ScalableDimension: DIMENSION,
});

/** Source: Application Auto Scaling API reference, DescribeScalableTargets. */
const MAX_RESULTS = 50;

/** Items of one scope, of one resource where that is asked for, by pages. */
export function pageOfItems<Item extends { readonly resourceId: string }>(
  items: readonly Item[],
  {
    ResourceId,
    MaxResults = MAX_RESULTS,
    NextToken,
  }: { ResourceId?: string | undefined; MaxResults?: number | undefined; NextToken?: string | undefined },
): { items: Item[]; next: { NextToken?: string } } {
  checkRange(violation, 'maxResults', MaxResults, 1, MAX_RESULTS);
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isSafeInteger(start) || start < 0) throw validationError('The next token supplied is invalid.');
  const all = items.filter(({ resourceId }) => ResourceId === undefined || resourceId === ResourceId);
  const end = start + MaxResults;
  return { items: all.slice(start, end), next: end < all.length ? { NextToken: String(end) } : {} };
}
