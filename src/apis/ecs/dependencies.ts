import type { ServiceArn, TaskArn } from '../../model/arn.ts';
import type { EcsStore, Operation, RequestContext } from '../../model/ports.ts';

/** What the ECS API needs of the rest: its state, a way to say that a task changed, and the world's time and ids. */
export type EcsDependencies = {
  readonly store: EcsStore;
  /** Says that the desired state of a task changed; returns at once. */
  readonly wake: (task: TaskArn) => void;
  /** The same for a service. */
  readonly wakeService: (service: ServiceArn) => void;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

export type EcsContext = EcsDependencies & RequestContext;

export type EcsOperation<Input, Output> = Operation<Input, Output, EcsDependencies>;
