import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { serviceDeploymentArn, serviceRevisionArn } from '../../../model/arn.ts';
import type { Cluster } from '../../../model/cluster.ts';
import { hasHealthCheck } from '../../../model/container-dependencies.ts';
import {
  nineteenDigits,
  type Deployment,
  type Service,
  type ServiceRevision,
} from '../../../model/service.ts';
import type { ServiceRegistryFacts } from '../../../model/registration.ts';
import { emptyDeployment } from '../../../model/rollback.ts';
import type { EcsContext } from '../dependencies.ts';
import { launchOf } from '../tasks/placement.ts';
import { checkNetwork, checkVolumes } from '../tasks/run-task-rules.ts';
import { runnableDefinition } from '../tasks/wanted-task.ts';
import { checkRegistry, connectOf } from './service-registries.ts';
import { checkContainers } from './service-rules.ts';

/** What a revision is made from: the members of CreateService and UpdateService that begin a new deployment. */
export type RevisionInput = Pick<
  CreateServiceRequest,
  | 'capacityProviderStrategy'
  | 'launchType'
  | 'loadBalancers'
  | 'networkConfiguration'
  | 'placementConstraints'
  | 'placementStrategy'
  | 'platformVersion'
  | 'serviceConnectConfiguration'
  | 'serviceRegistries'
  | 'taskDefinition'
  | 'volumeConfigurations'
> & {
  /** See Discovered. */
  readonly registry?: ServiceRegistryFacts | undefined;
  readonly connectNamespace?: string | undefined;
};

/** Checks what tasks are to be made from, by the rules of RunTask, and makes a revision of it. */
export function newRevision(
  context: EcsContext,
  cluster: Cluster,
  serviceName: string,
  input: RevisionInput,
): ServiceRevision {
  const registered = runnableDefinition(context, input.taskDefinition);
  const { definition } = registered;
  const { placement, strategy } = launchOf(context, input, cluster, definition);
  checkNetwork(definition, input.networkConfiguration);
  checkVolumes(definition, input.volumeConfigurations);
  checkContainers(definition, input.loadBalancers);
  checkRegistry(definition, input.serviceRegistries?.[0], input.registry);
  const { networkConfiguration, connectNamespace } = input;
  return {
    arn: serviceRevisionArn(cluster.scope, cluster.name, serviceName, nineteenDigits(context.newId())),
    taskDefinitionArn: registered.arn,
    ...(strategy.length === 0
      ? { launchType: placement.launchType }
      : { providerLaunchType: placement.launchType }),
    capacityProviderStrategy: strategy,
    ...(placement.platformVersion !== undefined && {
      platformVersion: placement.platformVersion,
      askedPlatformVersion: input.platformVersion ?? 'LATEST',
    }),
    ...(placement.platformFamily !== undefined && { platformFamily: placement.platformFamily }),
    ...(networkConfiguration && { networkConfiguration }),
    loadBalancers: input.loadBalancers ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
    ...(input.registry && input.serviceRegistries?.length && { registry: input.registry }),
    ...connectOf(cluster, input.serviceConnectConfiguration),
    ...(connectNamespace !== undefined && { connectNamespace }),
    volumeConfigurations: input.volumeConfigurations ?? [],
    hasHealthCheck: (definition.containerDefinitions ?? []).some(
      (container) => (container.essential ?? true) && hasHealthCheck(container),
    ),
    createdAt: context.now(),
  };
}

type DeploymentInput = Pick<Service, 'name' | 'desiredCount' | 'deploymentConfiguration'> & {
  readonly breakerThreshold: number;
  readonly sources: readonly Deployment[];
};

/** A primary deployment of no tasks yet. Source of the words: ECS. */
export function newDeployment(
  { now, newId }: EcsContext,
  cluster: Cluster,
  revision: ServiceRevision,
  { name, desiredCount, deploymentConfiguration, breakerThreshold, sources }: DeploymentInput,
): Deployment {
  // Source: recorded from ECS: a deployment bears the digits of its revision.
  const id = `ecs-svc/${revision.arn.slice(revision.arn.lastIndexOf('/') + 1)}`;
  const replaced = sources.filter(({ wasCompleted }) => wasCompleted);
  const isHeld = replaced.length > 0 && (deploymentConfiguration.strategy ?? 'ROLLING') !== 'ROLLING';
  const createdAt = now();
  return {
    ...emptyDeployment(id, revision, createdAt),
    desiredCount,
    record: {
      arn: serviceDeploymentArn(cluster.scope, cluster.name, name, deploymentCode(newId())),
      deploymentId: id,
      status: 'IN_PROGRESS',
      sourceRevisionArns: sources.map(({ revision: { arn } }) => arn),
      targetRevisionArn: revision.arn,
      deploymentConfiguration,
      // Source: ECS API reference: RECONCILE_SERVICE only where more than one revision is there already.
      ...(isHeld && {
        lifecycle: {
          stage: sources.length > 1 ? ('RECONCILE_SERVICE' as const) : ('PRE_SCALE_UP' as const),
          enteredAt: createdAt,
          weight: 0,
          hooks: [],
        },
      }),
      breakerThreshold,
      breakerFailures: 0,
      createdAt,
      startedAt: createdAt,
      updatedAt: createdAt,
    },
    createdAt,
    updatedAt: createdAt,
  };
}

const CODE_LENGTH = 21;

/** 21 letters and digits, as ECS has them at the end of a service deployment's ARN. */
const deploymentCode = (uuid: string): string =>
  BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString(36)
    .padStart(CODE_LENGTH, '0')
    .slice(-CODE_LENGTH);
