import type { CreateTaskSetRequest, CreateTaskSetResponse } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Deployment, Service } from '../../../model/service.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { newDeployment, newRevision, type RevisionInput } from '../services/new-deployment.ts';
import { withDiscovered } from '../services/service-registries.ts';
import { checkShared } from '../services/service-rules.ts';
import { checkTags } from '../tag-rules.ts';
import { checkScale } from './check-scale.ts';
import { findExternalService } from './find-task-set.ts';
import { taskSetShape } from './shape.ts';

/** Source: ECS service quotas: five task sets a service. The wording is ours. */
const MAX_TASK_SETS = 5;

/** Adds a task set to a service with the EXTERNAL controller; the first one is not yet its PRIMARY. */
export const createTaskSet: EcsOperation<CreateTaskSetRequest, CreateTaskSetResponse> = (context, input) =>
  withDiscovered(context, input, ({ registry }) => create(context, { ...input, registry }));

function create(context: EcsContext, input: CreateTaskSetRequest & RevisionInput): CreateTaskSetResponse {
  const { store, now } = context;
  const { cluster, service } = findExternalService(context, input.cluster, input.service);
  if (!input.taskDefinition) throw new InvalidParameterException('TaskDefinition can not be blank.');
  checkScale(input.scale);
  checkTags(input.tags, context.caller);
  checkShared(input, service.schedulingStrategy);
  const { clientToken } = input;
  const known = service.deployments.find(
    ({ taskSet }) => clientToken && taskSet?.clientToken === clientToken,
  );
  if (known) return { taskSet: taskSetShape(context, service, known, { tags: true }) };
  if (service.deployments.length >= MAX_TASK_SETS)
    throw new InvalidParameterException(`A service can have at most ${MAX_TASK_SETS} task sets.`);
  const revision = newRevision(context, cluster, service.name, input);
  const { record, ...made } = newDeployment(context, cluster, revision, {
    ...service,
    breakerThreshold: 0,
    sources: [],
  });
  const deployment: Deployment = {
    ...made,
    status: 'ACTIVE',
    taskSet: {
      ...(input.externalId !== undefined && { externalId: input.externalId }),
      ...(clientToken !== undefined && { clientToken }),
      scalePercent: input.scale?.value ?? 0,
      isDraining: false,
      stability: 'STABILIZING',
      stabilityAt: now(),
      tags: input.tags ?? [],
    },
  };
  const saved: Service = { ...service, deployments: [...service.deployments, deployment] };
  store.transaction(() => {
    store.services.putRevision(service.arn, revision);
    store.services.put(saved);
  });
  context.wakeService(service.arn);
  return { taskSet: taskSetShape(context, saved, deployment, { tags: true }) };
}
