import type { StopServiceDeploymentRequest, StopServiceDeploymentResponse } from '@aws-sdk/client-ecs';
import type { ServiceDeploymentArn } from '../../../model/arn.ts';
import { AwsError } from '../../../model/aws-error.ts';
import { newDeploymentId, primaryOf, type Service } from '../../../model/service.ts';
import { ended, rollBack, rollbackTarget } from '../../../model/rollback.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { serviceOfPart } from './find-service.ts';

/**
 * Ends a deployment under way: ROLLBACK (the default) goes back to what was last complete, ABORT leaves all as it is.
 * Source: ECS API reference, StopServiceDeployment. The words of the refusals are ours.
 */
export const stopServiceDeployment: EcsOperation<
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse
> = (context, { serviceDeploymentArn: arn = '', stopType = 'ROLLBACK' }) => {
  const service = serviceOfPart(context, arn, 'service-deployment');
  const record = context.store.services.getDeployment(arn as ServiceDeploymentArn);
  if (!service || !record) {
    throw new AwsError('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
  }
  const primary = primaryOf(service);
  if (primary?.record?.arn !== record.arn || record.status !== 'IN_PROGRESS') {
    throw new AwsError(
      'ConflictException',
      `The service deployment cannot be stopped: its status is ${record.status}.`,
      { members: { resourceIds: [arn] } },
    );
  }
  const events: string[] = [];
  const stopped = stopType === 'ABORT' ? abort(context, service) : goBack(context, service, events);
  context.store.transaction(() => {
    context.store.services.put(stopped);
    context.store.services.addEvents(
      service.arn,
      events.map((message) => ({ id: context.newId(), createdAt: context.now(), message })),
    );
  });
  context.wakeService(service.arn);
  return { serviceDeploymentArn: arn };
};

const REASON = 'Service deployment stopped by user.';

function abort({ now }: EcsContext, service: Service): Service {
  return {
    ...service,
    deployments: service.deployments.map((deployment) =>
      deployment.status !== 'PRIMARY' || !deployment.record
        ? deployment
        : {
            ...deployment,
            rolloutState: 'FAILED' as const,
            rolloutStateReason: REASON,
            updatedAt: now(),
            record: ended(deployment.record, 'STOPPED', REASON, now()),
          },
    ),
  };
}

function goBack({ now, newId }: EcsContext, service: Service, events: string[]): Service {
  const failed = primaryOf(service);
  const target = failed && rollbackTarget(service, failed);
  if (!failed || !target) {
    throw new AwsError(
      'ConflictException',
      'The service deployment cannot be rolled back: no earlier deployment of the service was completed. Use the stopType ABORT.',
    );
  }
  return rollBack(service, {
    failed,
    target,
    reason: REASON,
    cause: 'stopped by user',
    now: now(),
    newDeploymentId: () => newDeploymentId(newId()),
    events,
  });
}
