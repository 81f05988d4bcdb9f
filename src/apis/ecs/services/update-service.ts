import type { UpdateServiceRequest, UpdateServiceResponse } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import {
  afterUpdate,
  breakerThreshold,
  primaryOf,
  type Deployment,
  type Service,
} from '../../../model/service.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { withDefaults } from './create-service.ts';
import { findActiveService } from './find-service.ts';
import { newDeployment, newRevision, type RevisionInput } from './new-deployment.ts';
import { withDiscovered, type Discovered } from './service-registries.ts';
import { checkDesiredCount, checkShared } from './service-rules.ts';
import { serviceShape } from './shape.ts';

/** Source: ECS API reference, UpdateService: each of these begins a new deployment when it is given. */
const DEPLOYING = [
  'taskDefinition',
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'capacityProviderStrategy',
  'serviceConnectConfiguration',
  'volumeConfigurations',
] as const satisfies readonly (keyof UpdateServiceRequest & keyof RevisionInput)[];

/** Changes what is given and answers at once; a new deployment begins when its tasks would be made otherwise. */
export const updateService: EcsOperation<UpdateServiceRequest, UpdateServiceResponse> = (context, input) =>
  withDiscovered(context, input, (discovered) => update(context, input, discovered));

function update(
  context: EcsContext,
  input: UpdateServiceRequest,
  discovered: Discovered,
): UpdateServiceResponse {
  const { store } = context;
  const { cluster, service } = findActiveService(context, input.cluster, input.service ?? '');
  checkUpdate(service, input);
  if (service.deploymentController.type === 'EXTERNAL') checkExternal(input);
  const isDeploying =
    input.forceNewDeployment === true || DEPLOYING.some((member) => input[member] !== undefined);
  const changed = changeSettings(service, input, isDeploying);
  const updated = isDeploying ? deploy(context, cluster, changed, input, discovered) : changed;
  store.transaction(() => {
    const primary = primaryOf(updated);
    if (isDeploying && primary) store.services.putRevision(service.arn, primary.revision);
    store.services.put(updated);
  });
  context.wakeService(service.arn);
  return { service: serviceShape(context, updated, []) };
}

/** Source: ECS API reference, UpdateService: with the EXTERNAL controller these belong to task sets. The wording is ours. */
function checkExternal(input: UpdateServiceRequest): void {
  const member =
    input.forceNewDeployment === true
      ? 'forceNewDeployment'
      : DEPLOYING.find((one) => input[one] !== undefined);
  if (member)
    throw new InvalidParameterException(
      `${member} cannot be updated for a service with the EXTERNAL deployment controller. Create a task set.`,
    );
}

function checkUpdate(
  { schedulingStrategy, deploymentConfiguration }: Service,
  input: UpdateServiceRequest,
): void {
  if (schedulingStrategy === 'DAEMON' && input.desiredCount !== undefined) {
    throw new InvalidParameterException(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  checkDesiredCount(input.desiredCount);
  const { deploymentConfiguration: given } = input;
  checkShared(
    { ...input, ...(given && { deploymentConfiguration: { ...deploymentConfiguration, ...given } }) },
    schedulingStrategy,
  );
}

function changeSettings(service: Service, input: UpdateServiceRequest, isDeploying: boolean): Service {
  const { desiredCount = service.desiredCount } = input;
  const given = input.deploymentConfiguration;
  const changed: Service = {
    ...service,
    desiredCount,
    ...(given && {
      deploymentConfiguration: withDefaults(
        { ...service.deploymentConfiguration, ...given },
        service.schedulingStrategy,
      ),
    }),
    ...(input.placementConstraints && { placementConstraints: input.placementConstraints }),
    ...(input.placementStrategy && { placementStrategy: input.placementStrategy }),
    ...(input.healthCheckGracePeriodSeconds !== undefined && {
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
    }),
    ...(input.enableECSManagedTags !== undefined && { enableECSManagedTags: input.enableECSManagedTags }),
    ...(input.propagateTags && { propagateTags: input.propagateTags }),
    ...(input.enableExecuteCommand !== undefined && { enableExecuteCommand: input.enableExecuteCommand }),
    ...(input.availabilityZoneRebalancing && {
      availabilityZoneRebalancing: input.availabilityZoneRebalancing,
    }),
  };
  // The desired count is the primary's.
  return {
    ...changed,
    deployments: changed.deployments.map((deployment): Deployment => ({
      ...afterUpdate(deployment),
      ...(!isDeploying && deployment.status === 'PRIMARY' && { desiredCount }),
    })),
  };
}

/** The new deployment is the primary, those before it are replaced by it. */
function deploy(
  context: EcsContext,
  cluster: Cluster,
  service: Service,
  input: UpdateServiceRequest,
  discovered: Discovered,
): Service {
  const before = primaryOf(service);
  const now = context.now();
  const revision = newRevision(context, cluster, service.name, {
    ...previous(before),
    ...Object.fromEntries(
      DEPLOYING.flatMap((member) => (input[member] === undefined ? [] : [[member, input[member]]])),
    ),
    ...(input.capacityProviderStrategy?.length && { launchType: undefined }),
    ...(input.serviceRegistries && { registry: discovered.registry }),
    ...(input.serviceConnectConfiguration && { connectNamespace: discovered.connectNamespace }),
  });
  const deployment = newDeployment(context, cluster, revision, {
    ...service,
    breakerThreshold: breakerThreshold(service),
    sources: service.deployments,
  });
  const older = service.deployments.map((one): Deployment => {
    const { record } = one;
    return {
      ...one,
      status: 'ACTIVE',
      // What was never complete is not kept up while it is replaced.
      desiredCount: one.wasCompleted ? one.desiredCount : one.taskArns.length,
      updatedAt: now,
      ...(record?.status === 'IN_PROGRESS' && {
        record: {
          ...record,
          status: 'STOPPED' as const,
          statusReason: 'A newer service deployment took over.',
          stoppedAt: now,
          finishedAt: now,
          updatedAt: now,
        },
      }),
    };
  });
  return { ...service, deployments: [deployment, ...older] };
}

function previous(deployment: Deployment | undefined): RevisionInput {
  if (!deployment) return { taskDefinition: undefined };
  const { revision } = deployment;
  return {
    taskDefinition: revision.taskDefinitionArn,
    launchType: revision.launchType,
    platformVersion: revision.askedPlatformVersion,
    capacityProviderStrategy: [...revision.capacityProviderStrategy],
    networkConfiguration: revision.networkConfiguration,
    loadBalancers: [...revision.loadBalancers],
    serviceRegistries: [...revision.serviceRegistries],
    registry: revision.registry,
    connectNamespace: revision.connectNamespace,
    serviceConnectConfiguration: revision.serviceConnectConfiguration,
    volumeConfigurations: [...revision.volumeConfigurations],
  };
}
