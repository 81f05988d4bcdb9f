import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../../model/aws-error.ts';
import type { Stack, StackResource, StackVersion } from '../../../model/stack.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { prepareVersion } from '../stacks/version.ts';
import type { EvaluatedResource, ResourceChange } from '../template/diff.ts';
import { evaluate } from '../template/evaluate.ts';
import { planChanges } from '../template/plan-changes.ts';
import type { PreparedTemplate, ResourceDeclaration, Surroundings } from '../template/types.ts';
import { isGone } from './plan.ts';
import { surroundingsOf } from './wanted.ts';

export type Comparison = {
  /** In the order of creation, removals last. */
  readonly changes: readonly ResourceChange[];
  /** Whether an update would have nothing to do. */
  readonly isSame: boolean;
  readonly physicalIdOf: (logicalId: string) => string | undefined;
};

/**
 * What an update to this version would do. What will be made, or made anew, is not yet known to what refers to it.
 * Throws ValidationError when it cannot be.
 */
export function compareVersions(
  { store, handlers }: Pick<CloudFormationContext, 'store' | 'handlers'>,
  stack: Stack,
  version: StackVersion,
  prepared: PreparedTemplate,
): Comparison {
  const rows = store.resources(stack.id).filter((row) => row.isCurrent && !isGone(row));
  const current = new Map(rows.map((row) => [row.logicalId, row]));
  const before = declarationsOf(stack);
  const known = surroundingsOf({ store, handlerOf: handlers.of }, stack, rows);
  const evaluated = rows.map((row): [string, EvaluatedResource] => [
    row.logicalId,
    {
      declaration: before.get(row.logicalId) ?? declarationOf(row),
      properties: { value: row.properties, unknownPaths: [] },
    },
  ]);
  const planned = planChanges(prepared, new Map(evaluated), known, (type, [name = '']) =>
    handlers.of(type).createOnly.includes(name) ? 'Always' : 'Never',
  );
  const { surroundings } = planned;
  const retagged = isDeepStrictEqual(version.tags, stack.version?.tags ?? [])
    ? []
    : rows.filter(({ type, logicalId }) => prepared.resources.has(logicalId) && handlers.of(type).isTagged);
  const changes = withTags(planned.changes, retagged);
  const isSame =
    changes.length === 0 &&
    rows.every(({ status }) => !status.endsWith('FAILED')) &&
    isDeepStrictEqual(version.tags, stack.version?.tags ?? []) &&
    hasSameOutputs(stack, prepared, surroundings);
  return { changes, isSame, physicalIdOf: (logicalId) => current.get(logicalId)?.physicalId };
}

/** The same with the resources that have the stack's new tags to be put on them. */
function withTags(
  changes: readonly ResourceChange[],
  retagged: readonly StackResource[],
): readonly ResourceChange[] {
  const ids = retagged.map(({ logicalId }) => logicalId);
  const known = changes.map((change): ResourceChange =>
    change.action === 'Modify' && ids.includes(change.logicalId)
      ? { ...change, attributes: [...change.attributes, 'Tags'] }
      : change,
  );
  const further = retagged.filter((row) => changes.every(({ logicalId }) => logicalId !== row.logicalId));
  const isRemoval = ({ action }: ResourceChange): boolean => action === 'Remove';
  return [
    ...known.filter((change) => !isRemoval(change)),
    ...further.map(({ logicalId, type }): ResourceChange => ({
      action: 'Modify',
      logicalId,
      type,
      replacement: 'False',
      properties: [],
      attributes: ['Tags'],
    })),
    ...known.filter(isRemoval),
  ];
}

/** The resources as the stack's template has them now. */
function declarationsOf(stack: Stack): ReadonlyMap<string, ResourceDeclaration> {
  if (!stack.version || stack.status === 'REVIEW_IN_PROGRESS') return new Map();
  try {
    return prepareVersion(stack, stack.version).resources;
  } catch (error) {
    // What was a good template once may not be one by today's rules; the rows tell enough.
    if (error instanceof AwsError) return new Map();
    throw error;
  }
}

const declarationOf = (row: StackResource): EvaluatedResource['declaration'] => ({
  type: row.type,
  properties: row.properties,
  condition: undefined,
  dependsOn: [],
  deletionPolicy: row.deletionPolicy,
  updateReplacePolicy: row.updateReplacePolicy,
  creationPolicy: undefined,
  updatePolicy: undefined,
  metadata: undefined,
});

function hasSameOutputs(stack: Stack, prepared: PreparedTemplate, surroundings: Surroundings): boolean {
  // As they are kept: numbers and truth values are texts.
  const text = (value: Parameters<typeof evaluate>[0] | undefined): string | undefined => {
    if (value === undefined) return undefined;
    const found = evaluate(value, prepared, surroundings).value;
    return typeof found === 'object' ? JSON.stringify(found) : String(found);
  };
  const wanted = [...prepared.outputs].map(([key, { value, description, exportName }]) =>
    [key, text(value), description, text(exportName)].join('\0'),
  );
  const found = stack.outputs.map(({ key, value, description, exportName }) =>
    [key, value, description, exportName].join('\0'),
  );
  return isDeepStrictEqual(wanted.sort(), found.sort());
}
