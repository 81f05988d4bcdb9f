import type { Deployment } from '../../../model/service.ts';
import type { EcsContext } from '../dependencies.ts';

/** Tasks of a deployment by the state in which ECS counts them. */
export type TaskCounts = { readonly runningCount: number; readonly pendingCount: number };

const PENDING = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

/** Counts what is to run: a task that is on its way out counts no more, as on ECS. */
export function countsOf({ store }: EcsContext, { taskArns }: Deployment): TaskCounts {
  let [runningCount, pendingCount] = [0, 0];
  for (const arn of taskArns) {
    const task = store.tasks.get(arn);
    if (task?.desiredStatus !== 'RUNNING') continue;
    if (task.lastStatus === 'RUNNING') runningCount += 1;
    else if (PENDING.has(task.lastStatus)) pendingCount += 1;
  }
  return { runningCount, pendingCount };
}

/** How a revision's tasks are launched, as ECS tells it of services, deployments and task sets. */
export function placementShape(revision: Deployment['revision']) {
  const { launchType, capacityProviderStrategy, platformVersion, platformFamily } = revision;
  return {
    ...(launchType !== undefined && { launchType }),
    ...(capacityProviderStrategy.length > 0 && { capacityProviderStrategy: [...capacityProviderStrategy] }),
    ...(platformVersion !== undefined && { platformVersion }),
    ...(platformFamily !== undefined && { platformFamily }),
  };
}
