import type { ClusterArn, ServiceArn, TaskArn } from '../../model/arn.ts';
import type { Host } from '../../model/container-instance.ts';
import type { AwsCalls } from '../../model/local-apis.ts';
import type { EcsStore, Operation, RequestContext } from '../../model/ports.ts';

/** What the ECS API needs of the rest: its state, a way to say that a task changed, and the world's time and ids. */
export type EcsDependencies = {
  readonly store: EcsStore;
  /** Says that the desired state of a task changed; returns at once. */
  readonly wake: (task: TaskArn) => void;
  /** The same for a service. */
  readonly wakeService: (service: ServiceArn) => void;
  /** The machine that tasks run on. */
  readonly host: Host;
  /** Says that tasks may have more or less room on a cluster's container instances. */
  readonly capacityChanged: (cluster: ClusterArn) => void;
  /** For what ECS asks of Cloud Map. */
  readonly calls: AwsCalls;
  /** 0 to 1. */
  readonly random: () => number;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

export type EcsContext = EcsDependencies & RequestContext;

export type EcsOperation<Input, Output> = Operation<Input, Output, EcsDependencies>;
