import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  LoadBalancer,
  Service,
  ServiceConnectConfiguration,
  ServiceConnectService,
  ServiceRegistry,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import { nameOf } from '../../shared/addresses.ts';
import type { Tag } from '../../shared/tag-changes.ts';
import { percent, said, wholeNumber } from '../../shared/typed.ts';
import { EMPTY_LAUNCH, launchInput, type Compute, type LaunchDraft } from '../launch/draft.ts';

/** Source: ECS API reference, DeploymentConfiguration.strategy. */
export const STRATEGIES = ['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'] as const;
export const PROPAGATED = ['NONE', 'SERVICE', 'TASK_DEFINITION'] as const;

/** Numbers are as typed; an empty one leaves ECS's default. */
export type DeploymentDraft = {
  readonly deploymentStrategy: (typeof STRATEGIES)[number];
  readonly minimumHealthyPercent: string;
  readonly maximumPercent: string;
  readonly bakeMinutes: string;
  readonly stepPercent: string;
  readonly stepBakeMinutes: string;
  readonly canaryPercent: string;
  readonly canaryBakeMinutes: string;
  readonly breaks: boolean;
  /** What the circuit breaker does then; of no meaning without it. */
  readonly rollsBack: boolean;
};

/** What can be chosen of a service at any time. */
export type Draft = LaunchDraft &
  DeploymentDraft & {
    readonly schedulingStrategy: 'DAEMON' | 'REPLICA';
    /** `family:revision`; empty while none is chosen. */
    readonly taskDefinition: string;
    readonly desiredCount: string;
    readonly loadBalancers: readonly Wire<LoadBalancer>[];
    readonly graceSeconds: string;
    /** Service Connect. What of it has no field stays as it is. */
    readonly connect: Wire<ServiceConnectConfiguration>;
    readonly connectServices: readonly Wire<ServiceConnectService>[];
    readonly registries: readonly Wire<ServiceRegistry>[];
    readonly allowsExec: boolean;
    readonly managesTags: boolean;
    readonly propagateTags: (typeof PROPAGATED)[number];
    readonly tags: readonly Tag[];
  };

export type UpdateDraft = Draft & {
  /** New tasks, also when nothing else differs. */
  readonly forces: boolean;
};

export type CreateDraft = Draft & { readonly cluster: string; readonly name: string };

export const EMPTY: CreateDraft = {
  ...EMPTY_LAUNCH,
  cluster: 'default',
  name: '',
  taskDefinition: '',
  schedulingStrategy: 'REPLICA',
  desiredCount: '1',
  deploymentStrategy: 'ROLLING',
  minimumHealthyPercent: '',
  maximumPercent: '',
  bakeMinutes: '',
  stepPercent: '',
  stepBakeMinutes: '',
  canaryPercent: '',
  canaryBakeMinutes: '',
  breaks: false,
  rollsBack: false,
  loadBalancers: [],
  graceSeconds: '',
  connect: { enabled: false },
  connectServices: [],
  registries: [],
  allowsExec: false,
  managesTags: false,
  propagateTags: 'NONE',
  tags: [],
};

/** CreateService's input; what AWS has rules for is AWS's to refuse. Only tasks in awsvpc mode take a network. */
export function createInput(draft: CreateDraft, isAwsvpc: boolean): Wire<CreateServiceRequest> {
  const { desiredCount, ...settings } = settingsOf(draft, isAwsvpc);
  return {
    cluster: draft.cluster,
    serviceName: draft.name,
    taskDefinition: draft.taskDefinition,
    ...(draft.schedulingStrategy === 'DAEMON' ? { schedulingStrategy: 'DAEMON' } : { desiredCount }),
    ...differing(settingsOf(EMPTY, false), settings),
    ...(draft.tags.length > 0 && { tags: [...draft.tags] }),
  };
}

/**
 * What of UpdateService's input says what differs; undefined when nothing does, tags aside. A new deployment begins
 * whenever what tasks are made from is named, so what is there already is not.
 */
export function changesOf(
  before: UpdateDraft,
  wanted: UpdateDraft,
  isAwsvpc: boolean,
): Omit<Wire<UpdateServiceRequest>, 'service'> | undefined {
  const changes = {
    ...differing(settingsOf(before, isAwsvpc), settingsOf(wanted, isAwsvpc)),
    ...(wanted.taskDefinition !== before.taskDefinition && { taskDefinition: wanted.taskDefinition }),
    ...(wanted.forces && { forceNewDeployment: true }),
  };
  return Object.keys(changes).length > 0 ? changes : undefined;
}

type Settings = Omit<Wire<CreateServiceRequest>, 'serviceName' | 'taskDefinition'>;

/** All that the fields say, in AWS's members. Throws an Error for what is no number, which JSON could not say. */
function settingsOf(draft: Draft, isAwsvpc: boolean): Settings {
  const isDaemon = draft.schedulingStrategy === 'DAEMON';
  return {
    ...launchInput(draft, isAwsvpc),
    ...(!isDaemon && { desiredCount: countOf(draft) }),
    deploymentConfiguration: deploymentOf(draft),
    loadBalancers: [...draft.loadBalancers],
    healthCheckGracePeriodSeconds: wholeNumber(draft.graceSeconds, 'The grace period'),
    serviceConnectConfiguration: connectOf(draft),
    serviceRegistries: [...draft.registries],
    enableExecuteCommand: draft.allowsExec,
    enableECSManagedTags: draft.managesTags,
    propagateTags: draft.propagateTags,
  };
}

function countOf({ desiredCount }: Draft): number {
  const count = wholeNumber(desiredCount, 'The number of tasks');
  if (count === undefined) throw new Error('The number of tasks is a whole number.');
  return count;
}

function deploymentOf(draft: DeploymentDraft): Wire<DeploymentConfiguration> {
  const { deploymentStrategy: strategy, breaks, rollsBack } = draft;
  return {
    strategy,
    minimumHealthyPercent: wholeNumber(draft.minimumHealthyPercent, 'The minimum healthy percent'),
    maximumPercent: wholeNumber(draft.maximumPercent, 'The maximum percent'),
    bakeTimeInMinutes: strategy === 'ROLLING' ? undefined : wholeNumber(draft.bakeMinutes, 'The bake time'),
    linearConfiguration:
      strategy === 'LINEAR'
        ? said({
            stepPercent: percent(draft.stepPercent, 'The step percent'),
            stepBakeTimeInMinutes: wholeNumber(draft.stepBakeMinutes, 'The bake time of a step'),
          })
        : undefined,
    canaryConfiguration:
      strategy === 'CANARY'
        ? said({
            canaryPercent: percent(draft.canaryPercent, 'The canary percent'),
            canaryBakeTimeInMinutes: wholeNumber(draft.canaryBakeMinutes, 'The bake time of the canary'),
          })
        : undefined,
    deploymentCircuitBreaker: { enable: breaks, rollback: breaks && rollsBack },
  };
}

function connectOf({ connect, connectServices }: Draft): Wire<ServiceConnectConfiguration> {
  if (!connect.enabled) return { enabled: false };
  return said({ ...connect, namespace: connect.namespace || undefined, services: [...connectServices] });
}

/** What of wanted is not as before; of the deployment's configuration too, which AWS changes member by member. */
function differing(before: Settings, wanted: Settings): Settings {
  const { deploymentConfiguration: old = {}, ...others } = before;
  const { deploymentConfiguration: asked = {}, ...rest } = wanted;
  const deploymentConfiguration = changed(old, asked);
  return {
    ...changed(others, rest),
    ...(Object.keys(deploymentConfiguration).length > 0 && { deploymentConfiguration }),
  };
}

/** A member that is left empty stays what it is: no action takes one away. */
function changed<T extends object>(before: T, wanted: T): Partial<T> {
  const old = new Map<string, unknown>(Object.entries(before));
  const differs = ([member, value]: [string, unknown]): boolean =>
    value !== undefined && JSON.stringify(value) !== JSON.stringify(old.get(member));
  // The members that are left are of the same types.
  return Object.fromEntries(Object.entries(wanted).filter(differs)) as Partial<T>;
}

/** What is to be typed over when a service is updated. */
export function draftOf(service: Wire<Service>): UpdateDraft {
  const { deploymentConfiguration: deployment = {}, networkConfiguration, deployments = [] } = service;
  const { deploymentCircuitBreaker: breaker, linearConfiguration, canaryConfiguration } = deployment;
  const vpc = networkConfiguration?.awsvpcConfiguration;
  const strategy = service.capacityProviderStrategy ?? [];
  const connect = deployments[0]?.serviceConnectConfiguration ?? { enabled: false };
  return {
    compute: strategy.length > 0 ? 'strategy' : computeOf(service),
    strategy,
    platformVersion: service.platformVersion ?? '',
    subnets: vpc?.subnets?.join(', ') ?? '',
    securityGroups: vpc?.securityGroups?.join(', ') ?? '',
    assignsPublicIp: vpc?.assignPublicIp === 'ENABLED',
    placementConstraints: service.placementConstraints ?? [],
    placementStrategy: service.placementStrategy ?? [],
    taskDefinition: nameOf(service.taskDefinition),
    schedulingStrategy: service.schedulingStrategy ?? 'REPLICA',
    desiredCount: String(service.desiredCount ?? 0),
    deploymentStrategy: deployment.strategy ?? 'ROLLING',
    minimumHealthyPercent: textOf(deployment.minimumHealthyPercent),
    maximumPercent: textOf(deployment.maximumPercent),
    bakeMinutes: textOf(deployment.bakeTimeInMinutes),
    stepPercent: textOf(linearConfiguration?.stepPercent),
    stepBakeMinutes: textOf(linearConfiguration?.stepBakeTimeInMinutes),
    canaryPercent: textOf(canaryConfiguration?.canaryPercent),
    canaryBakeMinutes: textOf(canaryConfiguration?.canaryBakeTimeInMinutes),
    breaks: breaker?.enable ?? false,
    rollsBack: breaker?.rollback ?? false,
    loadBalancers: service.loadBalancers ?? [],
    graceSeconds: textOf(service.healthCheckGracePeriodSeconds),
    connect,
    connectServices: connect.services ?? [],
    registries: service.serviceRegistries ?? [],
    allowsExec: service.enableExecuteCommand ?? false,
    managesTags: service.enableECSManagedTags ?? false,
    propagateTags: service.propagateTags ?? 'NONE',
    forces: false,
    tags: service.tags ?? [],
  };
}

const textOf = (number: number | undefined): string => (number === undefined ? '' : String(number));

function computeOf({ launchType }: Wire<Service>): Compute {
  return launchType === 'EC2' || launchType === 'FARGATE' || launchType === 'EXTERNAL' ? launchType : '';
}
