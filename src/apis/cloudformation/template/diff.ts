import type { Evaluation, ResourceDeclaration } from './types.ts';

/** Whether a change of a property makes a new resource. AWS: RequiresRecreation Never, Conditionally, Always. */
export type Recreation = 'Never' | 'Conditionally' | 'Always';
/** By resource type and path of keys below Properties; indexes of lists are left out. */
export type RecreationPolicy = (type: string, path: readonly string[]) => Recreation;

export type PropertyChange = {
  /** Keys below Properties, with indexes of lists. */
  readonly path: readonly string[];
  readonly kind: 'Add' | 'Remove' | 'Modify';
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly recreation: Recreation;
  /** The after value waits for another resource, so that it may turn out to be the same: Evaluation Dynamic. */
  readonly isDynamic: boolean;
};

export type ResourceChange =
  | { readonly action: 'Add'; readonly logicalId: string; readonly type: string }
  | { readonly action: 'Remove'; readonly logicalId: string; readonly type: string }
  | {
      readonly action: 'Modify';
      readonly logicalId: string;
      readonly type: string;
      /** AWS: Replacement True, Conditional, False. */
      readonly replacement: 'True' | 'Conditional' | 'False';
      readonly properties: readonly PropertyChange[];
      /** Attributes of the resource that changed, such as Metadata or DeletionPolicy. */
      readonly attributes: readonly string[];
    };

/** A side of the comparison: a resource with its properties evaluated. */
export type EvaluatedResource = {
  readonly declaration: ResourceDeclaration;
  readonly properties: Evaluation;
};

/** What has to be done to resources, in the order of creation, removals last. What does not change is not in it. */
export function diffResources(
  before: ReadonlyMap<string, EvaluatedResource>,
  after: ReadonlyMap<string, EvaluatedResource>,
  recreationOf: RecreationPolicy,
): ResourceChange[] {
  throw new Error(`Not built: ${before.size} ${after.size} ${String(recreationOf)}`);
}
