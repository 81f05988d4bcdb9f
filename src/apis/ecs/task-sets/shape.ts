import type { TaskSet as AwsTaskSet } from '@aws-sdk/client-ecs';
import { taskSetArn } from '../../../model/arn.ts';
import { computedDesiredCount, type Deployment, type Service } from '../../../model/service.ts';
import type { EcsContext } from '../dependencies.ts';
import { countsOf, placementShape } from '../services/counts.ts';

/** A task set as ECS answers it. Source: ECS API reference, TaskSet; tags only where they are included. */
export function taskSetShape(
  context: EcsContext,
  service: Service,
  deployment: Deployment,
  options: { tags: boolean },
): AwsTaskSet {
  const { revision, taskSet } = deployment;
  const counts = countsOf(context, deployment);
  return {
    id: deployment.id,
    taskSetArn: taskSetArn(service.scope, service.clusterName, service.name, deployment.id),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    ...(taskSet?.externalId !== undefined && { externalId: taskSet.externalId }),
    status: taskSet?.isDraining === true ? 'DRAINING' : deployment.status,
    taskDefinition: revision.taskDefinitionArn,
    computedDesiredCount: computedDesiredCount(service, deployment),
    ...counts,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...placementShape(revision),
    ...(revision.networkConfiguration && { networkConfiguration: revision.networkConfiguration }),
    loadBalancers: [...revision.loadBalancers],
    serviceRegistries: [...revision.serviceRegistries],
    scale: taskSet ? { value: taskSet.scalePercent, unit: 'PERCENT' } : undefined,
    stabilityStatus: taskSet?.stability,
    stabilityStatusAt: taskSet?.stabilityAt,
    ...(options.tags && { tags: [...(taskSet?.tags ?? [])] }),
  };
}
