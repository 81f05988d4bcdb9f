import type { Deployment as AwsDeployment, Service as AwsService, ServiceField } from '@aws-sdk/client-ecs';
import { primaryOf, type Deployment, type Service } from '../../../model/service.ts';
import type { EcsContext } from '../dependencies.ts';
import { taskSetShape } from '../task-sets/shape.ts';
import { countsOf, placementShape, type TaskCounts } from './counts.ts';

/** A service as ECS answers it. Source: recorded from ECS, September 2026; tags only where they are included. */
export function serviceShape(
  context: EcsContext,
  service: Service,
  include: readonly ServiceField[],
): AwsService {
  const primary = primaryOf(service) ?? service.deployments[0];
  const revision = primary?.revision ?? service.completedRevision;
  const counted = service.deployments.map((deployment) => ({
    deployment,
    counts: countsOf(context, deployment),
  }));
  const sum = (count: keyof TaskCounts): number =>
    counted.reduce((total, { counts }) => total + counts[count], 0);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    loadBalancers: [...(revision?.loadBalancers ?? [])],
    serviceRegistries: [...(revision?.serviceRegistries ?? [])],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: sum('runningCount'),
    pendingCount: sum('pendingCount'),
    ...(revision && placementShape(revision)),
    ...(revision?.askedPlatformVersion !== undefined && { platformVersion: revision.askedPlatformVersion }),
    ...(revision && { taskDefinition: revision.taskDefinitionArn }),
    deploymentConfiguration: service.deploymentConfiguration,
    ...(service.deploymentController.type === 'EXTERNAL'
      ? {
          taskSets: service.deployments.map((one) => taskSetShape(context, service, one, { tags: false })),
          deployments: [],
        }
      : { deployments: counted.map(({ deployment, counts }) => deploymentShape(deployment, counts)) }),
    ...(service.roleArn !== undefined && { roleArn: service.roleArn }),
    events: context.store.services.events(service.arn),
    createdAt: service.createdAt,
    ...(primary?.record?.status === 'IN_PROGRESS' && { currentServiceDeployment: primary.record.arn }),
    currentServiceRevisions: counted.map(({ deployment, counts }) => ({
      arn: deployment.revision.arn,
      requestedTaskCount: deployment.desiredCount,
      runningTaskCount: counts.runningCount,
      pendingTaskCount: counts.pendingCount,
    })),
    placementConstraints: [...service.placementConstraints],
    placementStrategy: [...service.placementStrategy],
    ...(revision?.networkConfiguration && { networkConfiguration: revision.networkConfiguration }),
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: service.schedulingStrategy,
    deploymentController: service.deploymentController,
    ...(include.includes('TAGS') && { tags: [...service.tags] }),
    createdBy: service.createdBy,
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    resourceManagementType: 'CUSTOMER',
  };
}

function deploymentShape(deployment: Deployment, { runningCount, pendingCount }: TaskCounts): AwsDeployment {
  const { revision } = deployment;
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: revision.taskDefinitionArn,
    desiredCount: deployment.desiredCount,
    pendingCount,
    runningCount,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...placementShape(revision),
    ...(revision.networkConfiguration && { networkConfiguration: revision.networkConfiguration }),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    ...(revision.serviceConnectConfiguration && {
      serviceConnectConfiguration: revision.serviceConnectConfiguration,
    }),
    ...(revision.volumeConfigurations.length > 0 && {
      volumeConfigurations: [...revision.volumeConfigurations],
    }),
  };
}
