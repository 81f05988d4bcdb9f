import type { ServiceArn } from '../../model/arn.ts';
import type { EcsStore, Operation, RequestContext } from '../../model/ports.ts';
import type { ScalingStore } from '../../model/scaling.ts';

/** What Application Auto Scaling needs of the rest. */
export type ScalingDependencies = {
  readonly store: Pick<EcsStore, 'services' | 'transaction'>;
  readonly scaling: ScalingStore;
  /** Says that something that may scale changed; returns at once. */
  readonly wake: () => void;
  /** Says that a service's desired count changed; returns at once. */
  readonly wakeService: (arn: ServiceArn) => void;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

export type ScalingContext = ScalingDependencies & RequestContext;
export type ScalingOperation<Input, Output> = Operation<Input, Output, ScalingDependencies>;
