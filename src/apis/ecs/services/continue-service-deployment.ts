import type {
  ContinueServiceDeploymentRequest,
  ContinueServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import type { ServiceDeploymentArn } from '../../../model/arn.ts';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import { primaryOf, type HookState } from '../../../model/service.ts';
import type { EcsOperation } from '../dependencies.ts';
import { serviceOfPart } from './find-service.ts';

/** Answers a PAUSE hook: the deployment goes on, or back. Source: ECS API reference. The words of the refusals are ours. */
export const continueServiceDeployment: EcsOperation<
  ContinueServiceDeploymentRequest,
  ContinueServiceDeploymentResponse
> = (context, { serviceDeploymentArn: arn = '', hookId = '', action = 'CONTINUE' }) => {
  const { store, now } = context;
  const service = serviceOfPart(context, arn, 'service-deployment');
  if (!service || !store.services.getDeployment(arn as ServiceDeploymentArn)) {
    throw new AwsError('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
  }
  const primary = primaryOf(service);
  const record = primary?.record;
  const lifecycle = record?.arn === arn ? record.lifecycle : undefined;
  const hook = lifecycle?.hooks.find((one) => one.hookId === hookId);
  if (!primary || !record || !lifecycle || hook?.status !== 'AWAITING_ACTION') {
    throw new InvalidParameterException(`The service deployment does not wait for the hook ${hookId}.`);
  }
  const answered: HookState = { ...hook, status: action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED' };
  const changed = {
    ...primary,
    record: {
      ...record,
      lifecycle: { ...lifecycle, hooks: lifecycle.hooks.map((one) => (one === hook ? answered : one)) },
      updatedAt: now(),
    },
  };
  store.services.put({
    ...service,
    deployments: service.deployments.map((one) => (one === primary ? changed : one)),
  });
  context.wakeService(service.arn);
  return { serviceDeploymentArn: arn };
};
