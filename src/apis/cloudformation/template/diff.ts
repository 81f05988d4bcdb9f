import { isDeepStrictEqual } from 'node:util';
import { validationError } from './errors.ts';
import { isList, isObject } from './json.ts';
import type { Evaluation, JsonValue, ResourceDeclaration } from './types.ts';

/** Whether a change of a property makes a new resource. AWS: RequiresRecreation. */
export type Recreation = 'Never' | 'Conditionally' | 'Always';
/** By resource type and path of keys below Properties; indexes of lists are left out. */
export type RecreationPolicy = (type: string, path: readonly string[]) => Recreation;

export type PropertyChange = {
  /** Keys below Properties, with indexes of lists. */
  readonly path: readonly string[];
  readonly kind: 'Add' | 'Remove' | 'Modify';
  /** Texts as they are, all else as JSON. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly recreation: Recreation;
  /** What comes after waits for another resource, so that it may turn out to be the same: Evaluation Dynamic. */
  readonly isDynamic: boolean;
};

/** Attributes of a resource whose change CloudFormation tells of. */
export type ChangedAttribute =
  'Metadata' | 'Tags' | 'CreationPolicy' | 'UpdatePolicy' | 'DeletionPolicy' | 'UpdateReplacePolicy';

export type ResourceChange =
  | { readonly action: 'Add'; readonly logicalId: string; readonly type: string }
  | { readonly action: 'Remove'; readonly logicalId: string; readonly type: string }
  | {
      readonly action: 'Modify';
      readonly logicalId: string;
      readonly type: string;
      /** AWS: Replacement. */
      readonly replacement: 'True' | 'Conditional' | 'False';
      readonly properties: readonly PropertyChange[];
      readonly attributes: readonly ChangedAttribute[];
    };

/** A side of the comparison: a resource with its properties evaluated. */
export type EvaluatedResource = {
  readonly declaration: ResourceDeclaration;
  readonly properties: Evaluation;
};

/**
 * What has to be done to a resource; undefined when that is nothing. A policy that changes alone is nothing. Source: the
 * user guide, "DeletionPolicy attribute": it cannot be updated by itself. Throws ValidationError when the type changes.
 */
export function diffResource(
  logicalId: string,
  before: EvaluatedResource | undefined,
  after: EvaluatedResource,
  recreationOf: RecreationPolicy,
): ResourceChange | undefined {
  const { type } = after.declaration;
  if (!before) return { action: 'Add', logicalId, type };
  if (before.declaration.type !== type)
    // Source: public reports of this message.
    throw validationError(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]`,
    );
  const properties = propertyChanges(before.properties, after.properties).map((change) => ({
    ...change,
    recreation: recreationOf(
      type,
      change.path.filter((key) => !/^\d+$/.test(key)),
    ),
  }));
  const attributes = changedAttributes(before.declaration, after.declaration);
  if (properties.length === 0 && !attributes.includes('Metadata')) return undefined;
  return {
    action: 'Modify',
    logicalId,
    type,
    replacement: replacementBy(properties),
    properties,
    attributes,
  };
}

/** Source: the API reference, ResourceChange: what is Dynamic and would recreate is Conditional. */
function replacementBy(changes: readonly PropertyChange[]): 'True' | 'Conditional' | 'False' {
  if (changes.some(({ recreation, isDynamic }) => recreation === 'Always' && !isDynamic)) return 'True';
  return changes.some(({ recreation }) => recreation !== 'Never') ? 'Conditional' : 'False';
}

function changedAttributes(before: ResourceDeclaration, after: ResourceDeclaration): ChangedAttribute[] {
  const changed: [ChangedAttribute, boolean][] = [
    ['Metadata', !isDeepStrictEqual(before.metadata, after.metadata)],
    ['CreationPolicy', !isDeepStrictEqual(before.creationPolicy, after.creationPolicy)],
    ['UpdatePolicy', !isDeepStrictEqual(before.updatePolicy, after.updatePolicy)],
    ['DeletionPolicy', before.deletionPolicy !== after.deletionPolicy],
    ['UpdateReplacePolicy', before.updateReplacePolicy !== after.updateReplacePolicy],
  ];
  return changed.filter(([, isChanged]) => isChanged).map(([attribute]) => attribute);
}

type Difference = Omit<PropertyChange, 'recreation'>;

/** Every place at which two values differ, as deep as they have a shape in common. */
function propertyChanges(before: Evaluation, after: Evaluation): Difference[] {
  const unknown = after.unknownPaths.map((path) => JSON.stringify(path));
  const differences: Difference[] = [];
  const compare = (
    one: JsonValue | undefined,
    other: JsonValue | undefined,
    path: readonly string[],
  ): void => {
    const isDynamic = unknown.includes(JSON.stringify(path));
    if (one === undefined || other === undefined || isDynamic || !haveOneShape(one, other)) {
      if (one === undefined && other === undefined) return;
      if (!isDynamic && isDeepStrictEqual(one, other)) return;
      differences.push({
        path,
        kind: one === undefined ? 'Add' : other === undefined ? 'Remove' : 'Modify',
        before: one === undefined ? undefined : shown(one),
        after: other === undefined ? undefined : shown(other),
        isDynamic,
      });
      return;
    }
    const [these, those] = [entriesOf(one), entriesOf(other)];
    for (const key of new Set([...these.keys(), ...those.keys()]))
      compare(these.get(key), those.get(key), [...path, key]);
  };
  compare(before.value, after.value, []);
  return differences;
}

const haveOneShape = (one: JsonValue, other: JsonValue): boolean =>
  (isObject(one) && isObject(other)) || (isList(one) && isList(other));

const entriesOf = (value: JsonValue): ReadonlyMap<string, JsonValue> =>
  typeof value === 'object' ? new Map(Object.entries(value)) : new Map();

const shown = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
