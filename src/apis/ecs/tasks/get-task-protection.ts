import type { GetTaskProtectionRequest } from '@aws-sdk/client-ecs';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsOperation } from '../dependencies.ts';
import { forEachTask, protectionShape, type ProtectionAnswer } from './protection.ts';

/** Whether tasks of services are protected, and until when. Source: ECS API reference: up to 100 at a time. */
export const getTaskProtection: EcsOperation<GetTaskProtectionRequest, ProtectionAnswer> = (
  context,
  { cluster, tasks },
) => {
  const nowMs = context.now().getTime();
  return forEachTask(context, findCluster(context, cluster), { tasks, max: 100 }, ({ task }) =>
    protectionShape(task, nowMs),
  );
};
