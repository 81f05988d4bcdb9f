import type { UpdateTaskProtectionRequest } from '@aws-sdk/client-ecs';
import type { ServiceArn } from '../../../model/arn.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { isProtected, withProtection } from '../../../model/task-protection.ts';
import { findCluster } from '../clusters/find-cluster.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { forEachTask, protectionShape, type ProtectableTask, type ProtectionAnswer } from './protection.ts';

/** Source: ECS API reference, UpdateTaskProtection.expiresInMinutes. */
const DEFAULT_MINUTES = 120;
const MAX_MINUTES = 2880;

/**
 * Keeps tasks of services from being stopped by a scale-in or a deployment for a while, or no longer. Source: ECS API
 * reference: up to ten at a time; the time begins anew with each call. The wording of the refusal is ours.
 */
export const updateTaskProtection: EcsOperation<UpdateTaskProtectionRequest, ProtectionAnswer> = (
  context,
  { cluster, tasks, protectionEnabled = false, expiresInMinutes = DEFAULT_MINUTES },
) => {
  const { store } = context;
  if (!Number.isInteger(expiresInMinutes) || expiresInMinutes < 1 || expiresInMinutes > MAX_MINUTES)
    throw new InvalidParameterException(`expiresInMinutes should be between 1 and ${MAX_MINUTES}.`);
  const nowMs = context.now().getTime();
  const untilMs = protectionEnabled ? nowMs + expiresInMinutes * 60_000 : undefined;
  const touched = new Set<ServiceArn>();
  const answer = store.transaction(() =>
    forEachTask(context, findCluster(context, cluster), { tasks, max: 10 }, (found) => {
      if (protectionEnabled && isBlocked(context, found, nowMs)) return { reason: 'DEPLOYMENT_BLOCKED' };
      const task = withProtection(found.task, untilMs);
      store.tasks.put(task);
      touched.add(found.service.arn);
      return protectionShape(task, nowMs);
    }),
  );
  for (const service of touched) context.wakeService(service);
  return answer;
};

/**
 * Source: ECS developer guide, task scale-in protection: DEPLOYMENT_BLOCKED means that the service has more protected
 * tasks than its desired count.
 */
function isBlocked({ store }: EcsContext, { task, service }: ProtectableTask, nowMs: number): boolean {
  const others = service.deployments
    .flatMap(({ taskArns }) => taskArns)
    .filter((arn) => {
      const other = arn === task.arn ? undefined : store.tasks.get(arn);
      return other?.desiredStatus === 'RUNNING' && isProtected(other, nowMs);
    });
  return others.length + 1 > service.desiredCount;
}
