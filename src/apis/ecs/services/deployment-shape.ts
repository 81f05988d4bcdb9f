import type {
  ServiceDeployment as AwsServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import type { ServiceRevisionArn } from '../../../model/arn.ts';
import type { Lifecycle, Service, ServiceDeployment } from '../../../model/service.ts';
import type { EcsContext } from '../dependencies.ts';
import { countsOf } from './counts.ts';

/** A service deployment as DescribeServiceDeployments answers it. Source: ECS API reference, ServiceDeployment. */
export function serviceDeploymentShape(
  context: EcsContext,
  service: Service,
  record: ServiceDeployment,
): AwsServiceDeployment {
  const live = service.deployments.find(({ record: own }) => own?.arn === record.arn);
  const { rollback } = record;
  const weight = record.lifecycle?.weight ?? 100;
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: record.createdAt,
    ...(record.startedAt && { startedAt: record.startedAt }),
    ...(record.finishedAt && { finishedAt: record.finishedAt }),
    ...(record.stoppedAt && { stoppedAt: record.stoppedAt }),
    updatedAt: live?.updatedAt ?? record.updatedAt,
    sourceServiceRevisions: record.sourceRevisionArns.map((arn) =>
      revisionSummary(context, service, arn, 100 - weight),
    ),
    targetServiceRevision: revisionSummary(context, service, record.targetRevisionArn, weight),
    status: record.status,
    ...(record.statusReason !== undefined && { statusReason: record.statusReason }),
    ...(record.lifecycle && lifecycleShape(record.lifecycle)),
    deploymentConfiguration: record.deploymentConfiguration,
    ...(rollback && {
      rollback: {
        reason: rollback.reason,
        startedAt: rollback.startedAt,
        ...(rollback.revisionArn && { serviceRevisionArn: rollback.revisionArn }),
      },
    }),
    deploymentCircuitBreaker: {
      status: breakerStatus(record),
      failureCount: live?.breakerFailures ?? record.breakerFailures,
      threshold: record.breakerThreshold,
    },
  };
}

/** The stage before a shift is one of hooks only; what is told is the shift that it belongs to. */
function lifecycleShape({ stage, hooks }: Lifecycle) {
  return {
    lifecycleStage: stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT' ? ('PRODUCTION_TRAFFIC_SHIFT' as const) : stage,
    lifecycleHookDetails: hooks.map(({ hookId, status, expiresAt, timeoutAction }) => ({
      hookId,
      targetType: 'PAUSE' as const,
      status,
      expiresAt,
      timeoutAction,
    })),
  };
}

/** As ListServiceDeployments answers it. */
export const serviceDeploymentBrief = (
  service: Service,
  record: ServiceDeployment,
): ServiceDeploymentBrief => ({
  serviceDeploymentArn: record.arn,
  serviceArn: service.arn,
  clusterArn: service.clusterArn,
  ...(record.startedAt && { startedAt: record.startedAt }),
  createdAt: record.createdAt,
  ...(record.finishedAt && { finishedAt: record.finishedAt }),
  targetServiceRevisionArn: record.targetRevisionArn,
  status: record.status,
  ...(record.statusReason !== undefined && { statusReason: record.statusReason }),
});

/** A revision that no deployment holds any more has no tasks. */
function revisionSummary(
  context: EcsContext,
  service: Service,
  arn: ServiceRevisionArn,
  requestedProductionTrafficWeight: number,
): ServiceRevisionSummary {
  const deployment = service.deployments.find(({ revision }) => revision.arn === arn);
  const counts = deployment && countsOf(context, deployment);
  return {
    arn,
    requestedTaskCount: deployment?.desiredCount ?? 0,
    runningTaskCount: counts?.runningCount ?? 0,
    pendingTaskCount: counts?.pendingCount ?? 0,
    requestedProductionTrafficWeight,
  };
}

/** Source: ECS API reference, ServiceDeploymentCircuitBreaker.status. */
function breakerStatus({ deploymentConfiguration, status, rollback }: ServiceDeployment) {
  if (deploymentConfiguration.deploymentCircuitBreaker?.enable !== true) return 'DISABLED';
  if (rollback?.reason.includes('circuit breaker') === true) return 'TRIGGERED';
  if (status === 'STOPPED') return 'TRIGGERED';
  return status === 'IN_PROGRESS' ? 'MONITORING' : 'MONITORING_COMPLETE';
}
