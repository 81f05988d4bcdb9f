import type {
  AvailabilityZoneRebalancing,
  CapacityProviderStrategyItem,
  DeploymentConfiguration,
  DeploymentController,
  LoadBalancer,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  PropagateTags,
  ServiceDeploymentLifecycleStage,
  ServiceConnectConfiguration,
  ServiceRegistry,
  ServiceVolumeConfiguration,
  Tag,
} from '@aws-sdk/client-ecs';
import type {
  ClusterArn,
  ContainerInstanceArn,
  ServiceArn,
  ServiceDeploymentArn,
  ServiceRevisionArn,
  TaskArn,
  TaskDefinitionArn,
} from './arn.ts';
import type { Scope } from './caller.ts';
import type { ImagePin } from './ports.ts';
import type { ServiceRegistryFacts } from './registration.ts';
import type { LaunchType, Task } from './task.ts';

export type ServiceStatus = 'ACTIVE' | 'DRAINING' | 'INACTIVE';
export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

/** Source: ECS API reference, ServiceDeployment.status. */
export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'STOP_REQUESTED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** What the tasks of a deployment are made from. Immutable; a change of any of it makes a new deployment. */
export type ServiceRevision = {
  readonly arn: ServiceRevisionArn;
  readonly taskDefinitionArn: TaskDefinitionArn;
  readonly launchType?: LaunchType;
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  /** How the tasks of its capacity providers are launched, where it has any. */
  readonly providerLaunchType?: LaunchType;
  readonly platformVersion?: string;
  /** As it was asked for, `LATEST` when it was not: what the service shows. */
  readonly askedPlatformVersion?: string;
  readonly platformFamily?: string;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  /** What Cloud Map said of the registry when the revision was made. */
  readonly registry?: ServiceRegistryFacts;
  readonly serviceConnectConfiguration?: ServiceConnectConfiguration;
  /** The name of its namespace, where the configuration has its ARN. */
  readonly connectNamespace?: string;
  readonly volumeConfigurations: readonly ServiceVolumeConfiguration[];
  /** Whether an essential container of the definition has a health check: then HEALTHY is what counts. */
  readonly hasHealthCheck: boolean;
  /** By container, those of its first task; only what `ServiceStore.getRevision` returns has them. */
  readonly images?: Readonly<Record<string, ImagePin>>;
  readonly createdAt: Date;
};

/** A set of a service's tasks that are made alike. */
export type Deployment = {
  /** `ecs-svc/` and 19 digits; `startedBy` of its tasks. */
  readonly id: string;
  /** PRIMARY: the newest; ACTIVE: being replaced. */
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly revision: ServiceRevision;
  /** Of the primary: the service's. Of an older one: how many it still keeps up. */
  readonly desiredCount: number;
  /** Tasks that are to run, as far as the scheduler has heard: one that ended is counted when it is taken off. */
  readonly taskArns: readonly TaskArn[];
  /** Tasks that are on their way out and still occupy their place. */
  readonly stoppingArns: readonly TaskArn[];
  /** Of the running ones, those that were seen healthy. */
  readonly healthyArns: readonly TaskArn[];
  /** As DescribeServices tells it. */
  readonly failedTasks: number;
  /** What the circuit breaker counts: failures since a task was last healthy, or since the deployment began. */
  readonly breakerFailures: number;
  /** Failures in a row, for the throttling. */
  readonly startFailures: number;
  /** No task is started before. */
  readonly notBefore?: Date;
  /** Of one some of whose tasks have no place. */
  readonly unplaced?: Unplaced;
  /** Tasks of a DAEMON service whose container instance, as it is now, they may not be on. */
  readonly violatingArns?: readonly TaskArn[];
  /** It cannot scale in: all tasks that are too many are protected. */
  readonly heldByProtection?: true;
  readonly rolloutState: RolloutState;
  readonly rolloutStateReason: string;
  /** Whether it ever had all its tasks healthy: only such a one is rolled back to, or kept up while it is replaced. */
  readonly wasCompleted: boolean;
  /** Of a service with the EXTERNAL controller: what it shows of itself as a task set. */
  readonly taskSet?: TaskSetState;
  /** How it goes, as DescribeServiceDeployments tells it. Absent for a deployment that a rollback made. */
  readonly record?: ServiceDeployment;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Why tasks of a deployment have no place on any container instance. */
export type Unplaced = {
  /** As the service's events tell it. */
  readonly message: string;
  /** As EventBridge's events tell it: `RESOURCE:CPU` and the like, of the instance that came closest. */
  readonly reason: string;
  readonly instanceArn?: ContainerInstanceArn;
  /** When the message was last told. */
  readonly toldAt: Date;
  /** Failures to place in a row. */
  readonly failures: number;
  /** When the next try counts as a failure; what happens before then is tried at once and does not count. */
  readonly nextAt: Date;
};

export type TaskSetState = {
  readonly externalId?: string;
  readonly clientToken?: string;
  /** Of the service's desired count. */
  readonly scalePercent: number;
  /** It was deleted and goes when its tasks are STOPPED. */
  readonly isDraining: boolean;
  readonly stability: 'STEADY_STATE' | 'STABILIZING';
  readonly stabilityAt: Date;
  readonly tags: readonly Tag[];
};

/** How many tasks a task set is to have. Source: ECS API reference, TaskSet.computedDesiredCount: always rounded up. */
export const computedDesiredCount = ({ desiredCount }: Service, { taskSet }: Deployment): number =>
  !taskSet || taskSet.isDraining ? 0 : Math.ceil((desiredCount * taskSet.scalePercent) / 100);

/** Source: ECS API reference, ServiceDeployment.lifecycleStage; PRE_PRODUCTION_TRAFFIC_SHIFT is a stage of hooks only. */
export type LifecycleStage = ServiceDeploymentLifecycleStage | 'PRE_PRODUCTION_TRAFFIC_SHIFT';

/** A PAUSE hook that was reached. */
export type HookState = {
  readonly hookId: string;
  /** Which of the configured hooks, at which stage and, where traffic shifts in steps, before which. */
  readonly index: number;
  readonly stage: LifecycleStage;
  readonly weight: number;
  readonly status: 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly expiresAt: Date;
  readonly timeoutAction: 'CONTINUE' | 'ROLLBACK';
};

/** Where a deployment that keeps both revisions up has come to. */
export type Lifecycle = {
  readonly stage: LifecycleStage;
  readonly enteredAt: Date;
  /** Percent of the production traffic that is the new revision's. */
  readonly weight: number;
  readonly hooks: readonly HookState[];
};

/** How one deployment of a service went: outlives the deployment itself. */
export type ServiceDeployment = {
  readonly arn: ServiceDeploymentArn;
  readonly deploymentId: string;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason?: string;
  readonly sourceRevisionArns: readonly ServiceRevisionArn[];
  readonly targetRevisionArn: ServiceRevisionArn;
  readonly deploymentConfiguration: DeploymentConfiguration;
  /** Of the strategies BLUE_GREEN, LINEAR and CANARY, where there is a revision to replace. */
  readonly lifecycle?: Lifecycle;
  readonly breakerThreshold: number;
  readonly breakerFailures: number;
  readonly rollback?: {
    readonly reason: string;
    readonly startedAt: Date;
    readonly revisionArn?: ServiceRevisionArn;
  };
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly stoppedAt?: Date;
  readonly updatedAt: Date;
};

export type ServiceEvent = { readonly id: string; readonly createdAt: Date; readonly message: string };

/** A service: what is desired of it, and its deployments. Immutable; a change makes a new object. */
export type Service = {
  readonly scope: Scope;
  readonly arn: ServiceArn;
  readonly name: string;
  readonly clusterName: string;
  readonly clusterArn: ClusterArn;
  readonly status: ServiceStatus;
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
  readonly deploymentController: DeploymentController;
  readonly desiredCount: number;
  /** With every default in its place. */
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly placementConstraints: readonly PlacementConstraint[];
  readonly placementStrategy: readonly PlacementStrategy[];
  readonly healthCheckGracePeriodSeconds: number;
  readonly enableECSManagedTags: boolean;
  readonly propagateTags: PropagateTags;
  readonly enableExecuteCommand: boolean;
  readonly availabilityZoneRebalancing: AvailabilityZoneRebalancing;
  /** Absent: an own role was not given and none is needed. */
  readonly roleArn?: string;
  readonly tags: readonly Tag[];
  /** Primary first. Empty with the EXTERNAL controller, and once the service is INACTIVE. */
  readonly deployments: readonly Deployment[];
  /** Of the last deployment that was completed: what a rollback goes back to. */
  readonly completedRevision?: ServiceRevision;
  /** Of the deployment that is being rolled back, until what it is rolled back to is complete. */
  readonly rollingBack?: ServiceDeployment;
  /** When the service last came to its steady state; undefined while it is not in it. */
  readonly steadySince?: Date;
  /** Of CreateService, to tell a repeated request from another. */
  readonly requestDigest: string;
  readonly clientToken?: string;
  readonly createdAt: Date;
  readonly createdBy: string;
};

/** Failures to start in a row from which on a service counts as unable to start tasks. */
export const IMPAIRED_FAILURES = 3;

/** The deployment that all newer tasks belong to. */
export const primaryOf = ({ deployments }: Service): Deployment | undefined =>
  deployments.find(({ status }) => status === 'PRIMARY');

/** The name of the service that made a task; undefined for a standalone task, whatever group it was given. */
export const serviceOfTask = ({ group, startedBy }: Pick<Task, 'group' | 'startedBy'>): string | undefined =>
  group.startsWith(serviceGroup('')) && startedBy?.startsWith('ecs-svc/') === true
    ? group.slice(serviceGroup('').length)
    : undefined;

/** A service with another desired count, which is the primary's. It ends the throttling, as any update does. */
export const withDesiredCount = (service: Service, desiredCount: number): Service => ({
  ...service,
  desiredCount,
  deployments: service.deployments.map((deployment): Deployment => ({
    ...afterUpdate(deployment),
    ...(deployment.status === 'PRIMARY' && { desiredCount }),
  })),
});

/** Any update ends the throttling, and what has no place is tried and told anew. Source: ECS developer guide, throttle logic. */
export const afterUpdate = ({ notBefore, unplaced, ...deployment }: Deployment): Deployment => ({
  ...deployment,
  startFailures: 0,
});

/** `group` of a service's tasks. Source: ECS API reference, Task.group. */
export const serviceGroup = (name: string): string => `service:${name}`;

/** `ecs-svc/` with the 19 digits that ECS has, out of a fresh uuid. */
export const newDeploymentId = (uuid: string): string => `ecs-svc/${nineteenDigits(uuid)}`;

/** 19 digits, the first of which is no 0, out of a fresh uuid. */
export const nineteenDigits = (uuid: string): string =>
  String(10n ** 18n + (BigInt(`0x${uuid.replaceAll('-', '')}`) % (9n * 10n ** 18n)));

/**
 * Names under which the tasks of a revision are reached on the main network: the service's own, that of its Cloud Map
 * service, those of its Service Connect client aliases, and its discovery name in its namespace. Source: ECS API reference, ServiceConnectService:
 * without an alias the name is `discoveryName.namespace`, and the discovery name is the port's name when not given.
 */
export function serviceAliases({ name }: Pick<Service, 'name'>, revision: ServiceRevision): string[] {
  const connect = revision.serviceConnectConfiguration;
  const namespace = revision.connectNamespace ?? connect?.namespace?.split('/').at(-1);
  const connected = (connect?.enabled === true ? (connect.services ?? []) : []).flatMap((one) => {
    const given = (one.clientAliases ?? []).flatMap(({ dnsName }) => dnsName ?? []);
    if (given.length > 0) return given;
    const discovered = one.discoveryName ?? one.portName;
    return discovered === undefined || namespace === undefined ? [] : [`${discovered}.${namespace}`];
  });
  const registered = revision.registry?.dnsName === undefined ? [] : [revision.registry.dnsName];
  const own = namespace === undefined ? [name] : [name, `${name}.${namespace}`];
  return [...new Set([...own, ...registered, ...connected])];
}

/**
 * Failures at which the circuit breaker ends a deployment. Source: ECS API reference,
 * DeploymentCircuitBreakerThresholdConfiguration: a count, or a percentage of the desired count, which BOUNDED_PERCENT
 * keeps between 3 and 200.
 */
export function breakerThreshold({
  desiredCount,
  deploymentConfiguration,
}: Pick<Service, 'desiredCount' | 'deploymentConfiguration'>): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } =
    deploymentConfiguration.deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}
