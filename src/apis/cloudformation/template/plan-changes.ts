import { diffResource, type EvaluatedResource, type RecreationPolicy, type ResourceChange } from './diff.ts';
import { evaluateProperties } from './pins.ts';
import type { PreparedTemplate, Surroundings } from './types.ts';

/**
 * What has to be done to make a stack's resources those of a template, in the order of creation, removals last and in
 * reverse. `surroundings` knows the resources that there are; what those give that are made anew is not yet known, nor
 * are attributes of those that change; the surroundings that are returned say so. Throws ValidationError.
 */
export function planChanges(
  prepared: PreparedTemplate,
  before: ReadonlyMap<string, EvaluatedResource>,
  surroundings: Surroundings,
  recreationOf: RecreationPolicy,
): { readonly changes: ResourceChange[]; readonly surroundings: Surroundings } {
  const changes = new Map<string, ResourceChange>();
  const later: Surroundings = {
    ...surroundings,
    refOf: (logicalId) => {
      const change = changes.get(logicalId);
      const isSameOne = !change || (change.action === 'Modify' && change.replacement === 'False');
      return isSameOne ? surroundings.refOf(logicalId) : { kind: 'notYetKnown' };
    },
    attributeOf: (logicalId, attribute) =>
      changes.has(logicalId) ? { kind: 'notYetKnown' } : surroundings.attributeOf(logicalId, attribute),
  };
  for (const [logicalId, declaration] of prepared.resources) {
    const properties = evaluateProperties(declaration, prepared, later);
    const change = diffResource(logicalId, before.get(logicalId), { declaration, properties }, recreationOf);
    if (change) changes.set(logicalId, change);
  }
  const removed = [...before]
    .filter(([logicalId]) => !prepared.resources.has(logicalId))
    .reverse()
    .map(([logicalId, { declaration }]): ResourceChange => ({
      action: 'Remove',
      logicalId,
      type: declaration.type,
    }));
  return { changes: [...changes.values(), ...removed], surroundings: later };
}
