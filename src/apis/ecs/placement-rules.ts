import type { PlacementConstraint, PlacementStrategy } from '@aws-sdk/client-ecs';
import { ClusterQueryError, parseClusterQuery, type ClusterQuery } from '../../model/cluster-query.ts';
import { atMost } from './limits.ts';
import { refuse } from './refuse.ts';

/** Reads an expression of the cluster query language. The wording is ours. */
export function checkedQuery(expression: string): ClusterQuery {
  try {
    return parseClusterQuery(expression);
  } catch (error) {
    if (error instanceof ClusterQueryError) return refuse(problemOf(expression, error));
    throw error;
  }
}

/** What is wrong with an expression; undefined when nothing is. */
export function queryProblem(expression: string): string | undefined {
  try {
    parseClusterQuery(expression);
    return undefined;
  } catch (error) {
    if (error instanceof ClusterQueryError) return problemOf(expression, error);
    throw error;
  }
}

const problemOf = (expression: string, { message }: ClusterQueryError): string =>
  `Invalid expression '${expression}': ${message}.`;

/** Where tasks may be placed, as RunTask and services say it. */
export function checkPlacement(
  constraints: readonly PlacementConstraint[] = [],
  strategy: readonly PlacementStrategy[] = [],
): void {
  atMost('placementConstraints', constraints, 10);
  for (const { type, expression } of constraints) {
    // Source: ECS's words, recorded in GitHub issues; it says so of an empty one, too.
    if (type === 'distinctInstance' && expression !== undefined)
      refuse('distinctInstance expression should not be specified.');
    if (type === 'memberOf') checkedQuery(expression ?? '');
  }
  // Source: ECS's words on CreateService, September 2026.
  if (strategy.length > 5) refuse('Maximum number of strategies is 5.');
  for (const { type, field = '' } of strategy) {
    // Source: ECS API reference, PlacementStrategy.field. The wording is ours.
    if (type === 'spread' && !/^(?:instanceId|host|attribute:.+)$/.test(field))
      refuse(
        `The field of the spread strategy must be instanceId, host or attribute:<name>, but was '${field}'.`,
      );
    if (type === 'binpack' && !/^(?:cpu|memory)$/i.test(field))
      refuse(`The field of the binpack strategy must be cpu or memory, but was '${field}'.`);
    if (type === 'random' && field !== '') refuse('The random strategy has no field.');
  }
}
