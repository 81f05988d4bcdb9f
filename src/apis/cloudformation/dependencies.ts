import type { AwsCalls } from '../../model/local-apis.ts';
import type { Operation, RequestContext } from '../../model/ports.ts';
import type { StackStore } from '../../model/stack.ts';
import type { NewEvent } from './engine/events.ts';
import type { Handlers } from './resources/registry.ts';

/** What CloudFormation needs of the rest. */
export type CloudFormationDependencies = {
  readonly store: StackStore;
  readonly calls: AwsCalls;
  readonly handlers: Handlers;
  /** Says that something is to be done to a stack; returns at once. */
  readonly wake: (stackId: string) => void;
  /** Saves events with their times and ids. */
  readonly tell: (events: readonly NewEvent[]) => void;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

export type CloudFormationContext = CloudFormationDependencies & RequestContext;

export type CloudFormationOperation<Input, Output> = Operation<Input, Output, CloudFormationDependencies>;
