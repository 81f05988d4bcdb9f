import type { Stack, StackOperation, StackOutput, StackResource, StackStatus } from '../../../model/stack.ts';
import type { JsonMap, ResourceWork } from '../../../model/stack.ts';
import { stackEvent, type NewEvent } from './events.ts';

/** What is to be saved, all of it at once. */
export type StackPlan = {
  readonly stack: Stack;
  readonly rows: readonly StackResource[];
  /** Rows of which nothing is left to tell. */
  readonly dropped: readonly StackResource[];
  readonly events: readonly NewEvent[];
};

/** A resource as the template has it, evaluated with what the others are by now. */
export type WantedResource = Pick<
  StackResource,
  | 'type'
  | 'properties'
  | 'dependsOn'
  | 'deletionPolicy'
  | 'updateReplacePolicy'
  | 'metadata'
  | 'creationPolicy'
  | 'reads'
  | 'tags'
>;

/** The template that a stack is being brought to. */
export type Wanted = {
  /** Logical ids, each after all that it depends on. */
  readonly order: readonly string[];
  readonly dependenciesOf: (logicalId: string) => ReadonlySet<string>;
  /** Throws AwsError where a function cannot be evaluated. */
  readonly resource: (logicalId: string) => WantedResource;
  /** Throws AwsError where one cannot be evaluated, or its export's name is taken. */
  readonly outputs: () => { readonly outputs: readonly StackOutput[]; readonly imports: readonly string[] };
};

export type PlanContext = {
  readonly now: Date;
  readonly newId: () => string;
  /** Whether a change of its properties needs a new physical resource. */
  readonly needsReplacement: (type: string, before: JsonMap, after: JsonMap) => boolean;
};

/** A stack that something is being done to. */
export type BusyStack = Stack & { readonly operation: StackOperation };

export const isGone = ({ status }: StackResource): boolean =>
  status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED';

/** What a resource was asked to be last. */
export const askedOf = ({ properties, tags }: StackResource): Pick<StackResource, 'properties' | 'tags'> => ({
  properties,
  ...(tags && { tags }),
});

/** Work at its beginning. */
export const startWork = (
  action: ResourceWork['action'],
  operationId: string,
  startedAt: Date,
): ResourceWork => ({
  action,
  operationId,
  startedAt,
  wasRun: false,
  isCancelled: false,
  isInitiated: false,
  data: {},
});

/** Collects what a plan changes, so that each planner reads as the order of its decisions. */
export function collect(stack: BusyStack) {
  const rows = new Map<string, StackResource>();
  const dropped: StackResource[] = [];
  const events: NewEvent[] = [];
  const keyOf = ({ logicalId, generation }: StackResource): string => `${logicalId} ${generation}`;
  const moved = (status: StackStatus, reason: string | undefined, change: Partial<Stack> = {}): StackPlan => {
    events.push(stackEvent(stack, status, reason));
    const { statusReason: _before, ...rest } = stack;
    const next: Stack = { ...rest, status, ...(reason !== undefined && { statusReason: reason }), ...change };
    return { stack: next, rows: [...rows.values()], dropped, events };
  };
  return {
    row(row: StackResource): void {
      rows.set(keyOf(row), row);
    },
    drop(row: StackResource): void {
      rows.delete(keyOf(row));
      dropped.push(row);
    },
    tell(event: NewEvent): void {
      events.push(event);
    },
    plan: (next: Stack = stack): StackPlan => ({ stack: next, rows: [...rows.values()], dropped, events }),
    /** The same with the stack in another status, which is told. */
    moved,
    /** The same at the operation's end. */
    ended(status: StackStatus, reason: string | undefined, change: Partial<Stack> = {}): StackPlan {
      const plan = moved(status, reason, change);
      const { operation: _done, ...idle } = plan.stack;
      return { ...plan, stack: idle };
    },
  };
}
