import type { NetworkBinding, Tag, TaskOverride } from '@aws-sdk/client-ecs';
import type { ContainerArn, ContainerInstanceArn, TaskArn, TaskDefinitionArn } from './arn.ts';
import type { Scope } from './caller.ts';
import type { Reservation } from './container-instance.ts';
import type { OverriddenWatch, TaskReload } from './reload.ts';

/** Order of the life cycle. Source: ECS developer guide, task life cycle. */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export type StopCode =
  | 'TaskFailedToStart'
  | 'EssentialContainerExited'
  | 'UserInitiated'
  | 'ServiceSchedulerInitiated'
  | 'TerminationNotice'
  | 'InfrastructureHealth';

export type LaunchType = 'EC2' | 'FARGATE' | 'EXTERNAL' | 'MANAGED_INSTANCES';
/** The network interface of a task in the mode awsvpc: what RunTask decided of it, and what it then got. */
export type NetworkInterface = {
  /** A uuid. */
  readonly attachmentId: string;
  /** `eni-` and 17 hex digits. */
  readonly id: string;
  readonly subnetId?: string;
  /** Absent until the engine shows it. */
  readonly address?: TaskAddress;
};

/** How a task is reached on its network. Absent members: it has none of its own, as on the host's network. */
export type TaskAddress = {
  readonly privateIpv4Address?: string;
  readonly macAddress?: string;
  /** A name that the main network's other containers can look up. */
  readonly privateDnsName: string;
};

export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

/** A container of a task as the API shows it. */
export type TaskContainer = {
  readonly arn: ContainerArn;
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly healthStatus: HealthStatus;
  readonly networkBindings: readonly NetworkBinding[];
  readonly cpu?: string;
  readonly memory?: string;
  readonly memoryReservation?: string;
  readonly imageDigest?: string;
  readonly runtimeId?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  /** When it was first started; restarts do not move it. */
  readonly startedAtMs?: number;
  /** It was given up before it was ever started; the rest of the task may go on. */
  readonly neverStarts?: true;
  readonly restarts?: ContainerRestarts;
};

/** What its restart policy did to a container. Saved before it is done, so that each restart is counted once. */
export type ContainerRestarts = {
  readonly count: number;
  /** When that life of the container began which the last restart follows; it tells whether the restart is done. */
  readonly ofLifeMs: number;
  /** The engine refused to start it again: its end is its end. */
  readonly refused?: true;
};

/**
 * A task: what is desired of it and what was last reported. Immutable; a change makes a new object with
 * `version` one higher, so that an unchanged task is the same object and may be cached by identity.
 */
export type Task = {
  readonly scope: Scope;
  readonly arn: TaskArn;
  /** 32 lower-case hex digits. */
  readonly id: string;
  readonly clusterName: string;
  readonly taskDefinitionArn: TaskDefinitionArn;
  readonly family: string;
  readonly revision: number;
  readonly group: string;
  readonly launchType?: LaunchType;
  readonly capacityProviderName?: string;
  /** Where it was placed; Fargate's tasks have none. */
  readonly containerInstanceArn?: ContainerInstanceArn;
  /** What it holds there until it is STOPPED. */
  readonly reserved?: Reservation;
  readonly platformVersion?: string;
  /** e.g. `Linux`; Fargate's tasks only. */
  readonly platformFamily?: string;
  readonly cpuArchitecture?: 'x86_64' | 'arm64';
  /** Fargate's tasks only. */
  readonly ephemeralStorageGib?: number;
  readonly startedBy?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly enableExecuteCommand: boolean;
  readonly overrides: TaskOverride;
  readonly tags: readonly Tag[];
  /** Names under which its containers are reached on the main network, besides their own. */
  readonly networkAliases?: readonly string[];
  /** Tasks in the mode awsvpc only. */
  readonly networkInterface?: NetworkInterface;
  readonly version: number;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly lastStatus: TaskStatus;
  readonly healthStatus: HealthStatus;
  readonly containers: readonly TaskContainer[];
  readonly createdAt: Date;
  readonly pullStartedAt?: Date;
  readonly pullStoppedAt?: Date;
  readonly startedAt?: Date;
  readonly stoppingAt?: Date;
  readonly executionStoppedAt?: Date;
  readonly stoppedAt?: Date;
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
  /** Until then neither a scale-in nor a deployment stops it. */
  readonly protectedUntilMs?: number;
  /** Seconds between SIGTERM and SIGKILL when not the definition's; set by the sidecar's own shutdown. */
  readonly stopGraceSeconds?: number;
  /** Of containers whose mounts or reload labels override files changed, by the name; known once the images are there. */
  readonly overriddenWatch?: Readonly<Record<string, OverriddenWatch>>;
  /** The last reload of each container that was reloaded, by the container's name. */
  readonly reloads?: Readonly<Record<string, TaskReload>>;
};

/** A container as the engine has it. `gone`: it was there and was removed by somebody else. */
export type ObservedContainer = {
  readonly name: string;
  /** 64 hex digits. */
  readonly dockerId: string;
  readonly state: 'created' | 'running' | 'exited' | 'gone';
  readonly imageDigest?: string;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** The engine's own text of why the container could not be started. */
  readonly error?: string;
  readonly healthStatus: HealthStatus;
  readonly networkBindings: readonly NetworkBinding[];
  /** Of the pause container alone: the network that it holds for the others, and their ports by their names. */
  readonly shared?: {
    readonly address: TaskAddress;
    readonly networkBindings: Readonly<Record<string, readonly NetworkBinding[]>>;
  };
};
