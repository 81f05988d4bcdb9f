import type { EcsStore } from './ports.ts';
import { scaledService, type CapacityChange, type ScalableTarget, type ScalingStore } from './scaling.ts';
import { withDesiredCount, type Service } from './service.ts';

export type ScalingStores = {
  readonly store: Pick<EcsStore, 'services' | 'transaction'>;
  readonly scaling: ScalingStore;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

/** The service of a target, while there is one to scale. */
export function serviceOfTarget(
  { store }: Pick<ScalingStores, 'store'>,
  { scope, resourceId }: Pick<ScalableTarget, 'scope' | 'resourceId'>,
): Service | undefined {
  const arn = scaledService(scope, resourceId);
  const service = arn && store.services.get(arn);
  return service?.status === 'ACTIVE' ? service : undefined;
}

/** Saves another desired count, as UpdateService does, and the activity that tells of it. To be called in a transaction. */
export function scaleService(
  stores: ScalingStores,
  service: Service,
  target: ScalableTarget,
  { desiredCount, cause }: CapacityChange,
): void {
  stores.store.services.put(withDesiredCount(service, desiredCount));
  tellActivity(stores, target, `Setting desired count to ${desiredCount}.`, cause);
}

/** Saves an activity. Source of the words: AWS CLI reference, describe-scaling-activities, example. */
export function tellActivity(
  { scaling, now, newId }: ScalingStores,
  { scope, resourceId }: ScalableTarget,
  description: string,
  cause: string,
): void {
  scaling.addActivity({ id: newId(), scope, resourceId, description, cause, startedAt: now() });
}
