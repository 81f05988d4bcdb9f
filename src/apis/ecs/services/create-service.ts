import type {
  CreateServiceRequest,
  CreateServiceResponse,
  DeploymentConfiguration,
} from '@aws-sdk/client-ecs';
import { serviceArn } from '../../../model/arn.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import { breakerThreshold, type Deployment, type Service } from '../../../model/service.ts';
import { findActiveCluster } from '../clusters/find-cluster.ts';
import type { EcsContext, EcsOperation } from '../dependencies.ts';
import { requestDigest } from '../tasks/request-digest.ts';
import { newDeployment, newRevision, type RevisionInput } from './new-deployment.ts';
import { withDiscovered, type Discovered } from './service-registries.ts';
import { checkNewService } from './service-rules.ts';
import { serviceShape } from './shape.ts';

/** DAEMON runs one task on each container instance; the local engine is the only one. */
const DAEMON_COUNT = 1;

/** Saves a service with its first deployment and answers at once: no engine is waited for. */
export const createService: EcsOperation<CreateServiceRequest, CreateServiceResponse> = (context, input) => {
  checkNewService(input, context.caller);
  return withDiscovered(context, input, (discovered) => create(context, input, discovered));
};

function create(
  context: EcsContext,
  input: CreateServiceRequest,
  discovered: Discovered,
): CreateServiceResponse {
  const { store } = context;
  const cluster = findActiveCluster(context, input.cluster);
  const name = input.serviceName ?? '';
  const { clientToken, ...request } = input;
  const digest = requestDigest(request);
  const before = store.services.get(serviceArn(cluster.scope, cluster.name, name));
  if (before && before.status !== 'INACTIVE') {
    return { service: repeated(context, before, digest, clientToken) };
  }
  const schedulingStrategy = input.schedulingStrategy ?? 'REPLICA';
  const base: Omit<Service, 'deployments'> = {
    scope: cluster.scope,
    arn: serviceArn(cluster.scope, cluster.name, name),
    name,
    clusterName: cluster.name,
    clusterArn: cluster.arn,
    status: 'ACTIVE',
    schedulingStrategy,
    deploymentController: input.deploymentController ?? { type: 'ECS' },
    desiredCount: schedulingStrategy === 'DAEMON' ? DAEMON_COUNT : (input.desiredCount ?? 0),
    deploymentConfiguration: withDefaults(input.deploymentConfiguration, schedulingStrategy),
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: rebalancing(input),
    ...roleOf(context, input),
    tags: input.tags ?? [],
    requestDigest: digest,
    ...(clientToken !== undefined && { clientToken }),
    createdAt: context.now(),
    createdBy: context.caller.principalArn,
  };
  const deployments =
    input.deploymentController?.type === 'EXTERNAL'
      ? []
      : [firstDeployment(context, cluster, base, { ...input, ...discovered })];
  const service: Service = { ...base, deployments };
  store.transaction(() => {
    store.services.deleteEvents(service.arn);
    for (const { revision } of deployments) store.services.putRevision(service.arn, revision);
    store.services.put(service);
  });
  context.wakeService(service.arn);
  return { service: serviceShape(context, service, ['TAGS']) };
}

function firstDeployment(
  context: EcsContext,
  cluster: Cluster,
  service: Omit<Service, 'deployments'>,
  input: RevisionInput,
): Deployment {
  const revision = newRevision(context, cluster, service.name, input);
  return newDeployment(context, cluster, revision, {
    ...service,
    breakerThreshold: breakerThreshold(service),
    sources: [],
  });
}

/** Source: ECS's words, September 2026. The same token with an equal request answers the service that is there. */
function repeated(context: EcsContext, service: Service, digest: string, clientToken: string | undefined) {
  if (service.status === 'DRAINING')
    throw new InvalidParameterException('Unable to Start a service that is still Draining.');
  if (digest !== service.requestDigest || clientToken !== service.clientToken)
    throw new InvalidParameterException('Creation of service was not idempotent.');
  return serviceShape(context, service, ['TAGS']);
}

/** Source: what ECS answered to CreateService in September 2026; ECS API reference for DAEMON. */
export function withDefaults(
  given: DeploymentConfiguration = {},
  schedulingStrategy: string,
): DeploymentConfiguration {
  const isDaemon = schedulingStrategy === 'DAEMON';
  const { deploymentCircuitBreaker: breaker, ...rest } = given;
  return {
    deploymentCircuitBreaker: {
      enable: breaker?.enable ?? false,
      rollback: breaker?.rollback ?? false,
      resetOnHealthyTask: breaker?.resetOnHealthyTask ?? true,
      thresholdConfiguration: {
        type: breaker?.thresholdConfiguration?.type ?? 'BOUNDED_PERCENT',
        value: breaker?.thresholdConfiguration?.value ?? 50,
      },
    },
    maximumPercent: isDaemon ? 100 : 200,
    minimumHealthyPercent: isDaemon ? 0 : 100,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...rest,
  };
}

/** Source: recorded from ECS: ENABLED unless the maximum is 100 or DAEMON leaves no room to move tasks. */
function rebalancing({
  availabilityZoneRebalancing,
  schedulingStrategy,
  deploymentConfiguration,
}: CreateServiceRequest) {
  if (availabilityZoneRebalancing) return availabilityZoneRebalancing;
  const isPossible =
    schedulingStrategy !== 'DAEMON' && (deploymentConfiguration?.maximumPercent ?? 200) > 100;
  return isPossible ? 'ENABLED' : 'DISABLED';
}

/** Source: what ECS answered for awsvpc in September 2026: its own role, where none was given. */
function roleOf(
  { caller }: EcsContext,
  { role, networkConfiguration }: CreateServiceRequest,
): { roleArn?: string } {
  if (role !== undefined)
    return { roleArn: role.startsWith('arn:') ? role : `arn:aws:iam::${caller.account}:role/${role}` };
  if (!networkConfiguration) return {};
  return {
    roleArn: `arn:aws:iam::${caller.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
  };
}
