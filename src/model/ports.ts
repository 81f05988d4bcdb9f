import type { Setting } from '@aws-sdk/client-ecs';
import type {
  ContainerInstanceArn,
  ServiceArn,
  ServiceDeploymentArn,
  ServiceRevisionArn,
  TaskArn,
  TaskDefinitionArn,
} from './arn.ts';
import type { Caller, Scope } from './caller.ts';
import type { CapacityProvider } from './capacity-provider.ts';
import type { Cluster, ClusterCounts } from './cluster.ts';
import type { ClusterUsage, ContainerInstance } from './container-instance.ts';
import type { EcsEvent } from './ecs-event.ts';
import type { LogCursor, LogEvent, LogGroup, LogStream, NewLogEvent } from './log-event.ts';
import type { ReloadAction } from './reload.ts';
import type { Service, ServiceDeployment, ServiceEvent, ServiceRevision } from './service.ts';
import type { AwsTaskDefinition, TaskDefinition, TaskDefinitionStatus } from './task-definition.ts';
import type { ObservedContainer, Task } from './task.ts';

/** What every operation gets beside its input. */
export type RequestContext = { readonly caller: Caller; readonly signal: AbortSignal };

/** An AWS action: a function of its dependencies and its input. It knows no HTTP and waits for no engine. */
export type Operation<Input, Output, Dependencies> = (
  context: Dependencies & RequestContext,
  input: Input,
) => Output | Promise<Output>;

/** The output of actions that answer nothing. */
export type Nothing = Readonly<Record<string, never>>;

/** One page of names or ARNs, in their order. `after` is the last one of the page before. */
export type PageRequest = { readonly after?: string; readonly limit: number };

export interface ClusterStore {
  get(scope: Scope, name: string): Cluster | undefined;
  put(cluster: Cluster): void;
  /** Names of ACTIVE clusters, ascending. */
  listNames(scope: Scope, page: PageRequest): string[];
  counts(scope: Scope, name: string): ClusterCounts;
  /** The same by launch type; `''` holds tasks without one. */
  countsByLaunchType(scope: Scope, name: string): ReadonlyMap<string, ClusterCounts>;
}

export interface TaskDefinitionStore {
  /** The next revision of a family: 1, 2, 3… and never back, even after deletion. Call inside a transaction. */
  nextRevision(scope: Scope, family: string): number;
  put(definition: TaskDefinition): void;
  get(scope: Scope, family: string, revision: number): TaskDefinition | undefined;
  getByArn(arn: TaskDefinitionArn): TaskDefinition | undefined;
  latestActive(scope: Scope, family: string): TaskDefinition | undefined;
  /** Ordered by family, then revision as a number. `after` names the last one of the page before. */
  list(
    scope: Scope,
    filter: {
      /** Exactly this family. */
      family?: string;
      status: TaskDefinitionStatus;
      sort: 'ASC' | 'DESC';
      after?: { family: string; revision: number };
      limit: number;
    },
  ): { arn: TaskDefinitionArn; family: string; revision: number }[];
  /** `ACTIVE`: families with an active revision; `INACTIVE`: those without; `ALL`: both. */
  listFamilies(
    scope: Scope,
    filter: { familyPrefix?: string; status: 'ACTIVE' | 'INACTIVE' | 'ALL' } & PageRequest,
  ): string[];
}

export type TaskFilter = {
  readonly clusterName: string;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly family?: string;
  readonly startedBy?: string;
  readonly group?: string;
  readonly launchType?: string;
  readonly containerInstance?: ContainerInstanceArn;
};

/** The tasks that a RunTask with this token made. */
export type RunTaskToken = {
  readonly scope: Scope;
  readonly clusterName: string;
  readonly clientToken: string;
  /** Of the request without its token; the same token with another digest is a conflict. */
  readonly requestDigest: string;
  readonly taskArns: readonly TaskArn[];
  readonly createdAt: Date;
};

export interface TaskStore {
  get(arn: TaskArn): Task | undefined;
  put(task: Task): void;
  /** ARNs, ascending by task id. */
  listArns(scope: Scope, filter: TaskFilter, page: PageRequest): readonly TaskArn[];
  /** ARNs of all tasks whose lastStatus is not STOPPED, of every account and region. */
  listUnfinished(): readonly TaskArn[];
  /**
   * What the tasks of a cluster that are not STOPPED hold of their container instances, each of which is there once, and
   * the machine's ports that any task holds. It costs no query, and is right until the next task is saved.
   */
  instanceUsage(scope: Scope, clusterName: string): ClusterUsage;
  /** Tasks that stopped before this time, of every account and region. */
  listStoppedBefore(time: Date): Task[];
  /** Forgets a task with what was observed of it. */
  delete(arn: TaskArn): void;
  observed(arn: TaskArn): ObservedContainer[];
  saveObserved(arn: TaskArn, container: ObservedContainer): void;
  getToken(scope: Scope, clusterName: string, clientToken: string): RunTaskToken | undefined;
  putToken(token: RunTaskToken): void;
  deleteTokensBefore(time: Date): void;
}

export type ServiceFilter = {
  readonly clusterName: string;
  readonly launchType?: string;
  readonly schedulingStrategy?: string;
};

export interface ServiceStore {
  get(arn: ServiceArn): Service | undefined;
  /** Saves a service with what DescribeServiceDeployments tells of its deployments. */
  put(service: Service): void;
  /** ARNs of ACTIVE services, ascending by name. `after` is a name. */
  listActive(scope: Scope, filter: ServiceFilter, page: PageRequest): ServiceArn[];
  /** ARNs of all services that are not INACTIVE, of every account and region. */
  listUnfinished(): ServiceArn[];
  /** How many services of a cluster are ACTIVE and DRAINING, by launch type; `''` holds those without one. */
  counts(
    scope: Scope,
    clusterName: string,
  ): { launchType: string; status: Service['status']; services: number }[];
  addEvents(arn: ServiceArn, events: readonly ServiceEvent[]): void;
  /** The newest 100, newest first. */
  events(arn: ServiceArn): ServiceEvent[];
  deleteEvents(arn: ServiceArn): void;
  getDeployment(arn: ServiceDeploymentArn): ServiceDeployment | undefined;
  /** Newest first. */
  listDeployments(arn: ServiceArn): ServiceDeployment[];
  getRevision(arn: ServiceRevisionArn): { serviceArn: ServiceArn; revision: ServiceRevision } | undefined;
  putRevision(serviceArn: ServiceArn, revision: ServiceRevision): void;
}

export interface SettingStore {
  /** Every setting saved for a principal; `principalArn` is the account's root for defaults. */
  list(scope: Scope): Setting[];
  put(scope: Scope, setting: Setting): void;
  delete(scope: Scope, name: string, principalArn: string): void;
}

export interface ContainerInstanceStore {
  get(arn: ContainerInstanceArn): ContainerInstance | undefined;
  put(instance: ContainerInstance): void;
  /** Of a cluster, ascending by id, INACTIVE ones too. */
  list(scope: Scope, clusterName: string): readonly ContainerInstance[];
  deleteOfCluster(scope: Scope, clusterName: string): void;
}

export interface CapacityProviderStore {
  get(scope: Scope, name: string): CapacityProvider | undefined;
  put(provider: CapacityProvider): void;
  /** Ascending by name, INACTIVE ones too. */
  list(scope: Scope): CapacityProvider[];
}

/** All state but logs. Every call is synchronous and durable against the death of the process. */
export interface EcsStore {
  readonly clusters: ClusterStore;
  readonly taskDefinitions: TaskDefinitionStore;
  readonly tasks: TaskStore;
  readonly services: ServiceStore;
  readonly settings: SettingStore;
  readonly containerInstances: ContainerInstanceStore;
  readonly capacityProviders: CapacityProviderStore;
  /** All or nothing; nested calls join the outer transaction. */
  transaction<T>(run: () => T): T;
}

export interface EventStore {
  /** Saves events in their order, in the transaction under way; the oldest go where there are too many. */
  append(events: readonly EcsEvent[]): void;
  /** The oldest ones after this sequence, ascending. Sequences have no gaps but for what is not kept any more. */
  listAfter(sequence: number, limit: number): { readonly sequence: number; readonly event: EcsEvent }[];
  /** Of the newest event; 0 when there was none yet. */
  lastSequence(): number;
  /** Of this kind and about this resource; the newest first. Reads all that is kept. */
  listAbout(detailType: EcsEvent['detail-type'], resource: string, limit: number): EcsEvent[];
  /** Calls back some time after events were saved, or were not after all; returns what ends it. */
  onAppend(listener: () => void): () => void;
  /** Up to which sequence all were delivered to this target; undefined for one that nothing was delivered to. */
  delivered(target: string): number | undefined;
  saveDelivered(target: string, sequence: number): void;
}

export interface LogStore {
  createGroup(scope: Scope, name: string, tags: Readonly<Record<string, string>>): LogGroup;
  getGroup(scope: Scope, name: string): LogGroup | undefined;
  deleteGroup(group: LogGroup): void;
  setRetention(group: LogGroup, retentionInDays: number | undefined): void;
  setTags(group: LogGroup, tags: Readonly<Record<string, string>>): void;
  /** Ascending by name. */
  listGroups(scope: Scope, filter: { prefix?: string; pattern?: string } & PageRequest): LogGroup[];
  createStream(group: LogGroup, name: string): LogStream;
  getStream(group: LogGroup, name: string): LogStream | undefined;
  deleteStream(stream: LogStream): void;
  listStreams(
    group: LogGroup,
    filter: {
      prefix?: string;
      orderBy: 'LogStreamName' | 'LastEventTime';
      descending: boolean;
    } & PageRequest,
  ): LogStream[];
  append(stream: LogStream, events: readonly NewLogEvent[], ingestionMs: number): void;
  /** Events of one stream or of several, ascending by (timestamp, id); lazily read. */
  read(
    streams: readonly LogStream[],
    range: {
      fromMs?: number;
      /** Exclusive. */
      toMs?: number;
      after?: { timestampMs: number; id: number };
      before?: { timestampMs: number; id: number };
      descending?: boolean;
    },
  ): Iterable<LogEvent>;
  /** Calls back after events were appended to a stream; returns what ends it. */
  onAppend(listener: (stream: LogStream, events: readonly LogEvent[]) => void): () => void;
}

/** What a log follower needs: lines in, and how far it has come. */
export interface ContainerLogSink {
  cursor(dockerId: string): LogCursor;
  /** Saves lines and cursor in one transaction, so that a follower that resumes neither loses nor doubles. */
  appendOutput(
    target: { scope: Scope; group: string; stream: string },
    dockerId: string,
    events: readonly NewLogEvent[],
    cursor: LogCursor,
  ): void;
  /** Forgets the cursor of a container that was removed. */
  forget(dockerId: string): void;
}

/** A task with its definition after overrides: all that an executor needs. */
export type TaskSpec = { readonly task: Task; readonly definition: AwsTaskDefinition };

/** What was fetched for one container. Nothing of it is saved, logged or answered. */
export type ContainerInputs = {
  /** The values of `secrets`, by the variable's name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What `environmentFiles` say, by the variable's name; of two files with one name the first counts. */
  readonly fileVariables: ReadonlyMap<string, string>;
  /** The values of `logConfiguration.secretOptions`, by the option's name. */
  readonly logOptions: ReadonlyMap<string, string>;
  /** What the secret of `repositoryCredentials` says. */
  readonly registryAuth?: { readonly username: string; readonly password: string };
  /** The text of the S3 file of `firelensConfiguration` with `config-file-type: s3`. */
  readonly firelensConfig?: string;
};

/** By container's name; a container that needs nothing is absent. */
export type ResolvedInputs = ReadonlyMap<string, ContainerInputs>;

/**
 * Fetches what a task is given beside its definition: secrets, parameters, environment files, credentials of a registry.
 * It is kept in memory while the task lives and never elsewhere: after a death of the sidecar it is fetched again.
 */
export interface TaskInputs {
  /**
   * All of a task's inputs, at once where nothing is to be fetched or all is known. Throws ExecutorError
   * `cannotInitialize` in ECS's words; the signal's reason when it aborts.
   */
  resolve(spec: TaskSpec, signal: AbortSignal): Promise<ResolvedInputs>;
  /** A text of the engine's about a task, with what was fetched for it hidden. */
  redact(arn: TaskArn, text: string): string;
  /** The task is over. */
  forget(task: Pick<Task, 'arn'>): void;
}

/** One image for ever. */
export type ImagePin = {
  /** `sha256:` and 64 hex digits: the engine's own. */
  readonly imageId: string;
  /** `repository@sha256:…`, by which a registry has it; absent for what was built here. */
  readonly reference?: string;
};

/** The images that the tasks of a service revision keep to. */
export interface ImagePins {
  /** `mayPin`: the task is a service's, so that its images count for the tasks after it. */
  get(task: Task, container: string): { readonly mayPin: boolean; readonly pin?: ImagePin };
  put(task: Task, container: string, pin: ImagePin): void;
}

/** Which images were pulled for tasks, also before the sidecar was last started. */
export interface PulledImages {
  has(image: string): boolean;
  add(image: string): void;
}

/** Why an executor could not do a step. `unavailable`: the engine was not reached; the step may be tried again. */
export class ExecutorError extends Error {
  readonly kind:
    'cannotPull' | 'cannotCreate' | 'cannotStart' | 'cannotInitialize' | 'cannotStop' | 'unavailable';
  /** The container that failed, where the engine named one. */
  readonly container: string | undefined;
  constructor(
    kind: ExecutorError['kind'],
    message: string,
    options: { container?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ExecutorError';
    this.kind = kind;
    this.container = options.container;
  }
}

/** Runs tasks. Every method may be called again after any crash: it makes true what it names and no more. */
export interface TaskExecutor {
  /**
   * Makes the images of these containers present. Returns what override files make of what is watched, by container;
   * undefined for nothing. Throws ExecutorError `cannotPull`.
   */
  pull(spec: TaskSpec, containers: readonly string[], signal: AbortSignal): Promise<Task['overriddenWatch']>;
  /** Creates and starts containers that were never started. Throws ExecutorError. */
  start(spec: TaskSpec, containers: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Lets a container take up what changed in its mounts. Done a second time it does no harm. Throws ExecutorError
   * `cannotStart` when the container does not come up again.
   */
  reload(
    spec: TaskSpec,
    container: string,
    action: Exclude<ReloadAction, { readonly kind: 'replace' | 'off' }>,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Starts a container again that has ended. Done already when its last life did not begin at `ofLifeMs` any more.
   * Throws ExecutorError `cannotStart`.
   */
  restart(spec: TaskSpec, container: string, ofLifeMs: number, signal: AbortSignal): Promise<void>;
  /** SIGTERM, `graceSeconds`, SIGKILL. Containers that do not run are left alone. */
  stop(
    spec: TaskSpec,
    containers: readonly string[],
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<void>;
  /** Waits until all output is stored, then removes what the task left in the engine (or keeps its containers). */
  remove(spec: TaskSpec, signal: AbortSignal): Promise<void>;
  /** Deletes the generated project of a task that is forgotten. */
  forget(task: Task): Promise<void>;
}
