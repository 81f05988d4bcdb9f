import type { Scope } from './caller.ts';

export type Json = string | number | boolean | readonly Json[] | JsonMap;
export type JsonMap = { readonly [key: string]: Json };

/** Source: CloudFormation API reference, Stack.StackStatus; those of imports are left out. */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED';

export type ResourceStatus =
  `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}` | 'DELETE_SKIPPED';

/** Snapshots are not made here: Snapshot counts as Delete. */
export type RetentionPolicy = 'Delete' | 'Retain' | 'Snapshot' | 'RetainExceptOnCreate';

export type StackTag = { readonly Key: string; readonly Value: string };

/** A parameter with what the template makes of it. */
export type StackParameter = {
  readonly name: string;
  readonly text: string;
  /** Of the SSM parameter that `text` names. */
  readonly ssmValue: string | undefined;
  readonly value: string | readonly string[];
  readonly noEcho: boolean;
};

/** What a stack is made from. Immutable; an update brings another. */
export type StackVersion = {
  readonly templateBody: string;
  /** The same with what its `AWS::Include`s name, where it has any. */
  readonly includedBody?: string;
  readonly description?: string;
  readonly parameters: readonly StackParameter[];
  readonly tags: readonly StackTag[];
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  readonly roleArn?: string;
  /** As it was given; no alarm is watched. */
  readonly rollbackConfiguration?: object;
  readonly changeSetId?: string;
  /** The versions of the SSM parameters that it refers to without one, by name, as they were when it was asked for. */
  readonly ssmVersions?: Readonly<Record<string, number>>;
};

/** What is being done to a stack, from its request to the last resource. How far it has come is the stack's status. */
export type StackOperation = {
  readonly id: string;
  readonly kind: 'CREATE' | 'UPDATE' | 'DELETE' | 'ROLLBACK';
  /** Of CREATE and UPDATE. */
  readonly target?: StackVersion;
  readonly onFailure: 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';
  readonly clientRequestToken?: string;
  /** Logical ids that DeleteStack leaves, or that ContinueUpdateRollback skips. */
  readonly skipped: readonly string[];
  /** CancelUpdateStack was called, or the time was over. */
  readonly cancelled?: 'user' | 'timeout';
  /** The stack policy that an update keeps. */
  readonly policyBody?: string;
  /** A rollback deletes what the operation made, whatever its DeletionPolicy. */
  readonly retainExceptOnCreate?: true;
  /** What cannot be deleted is left. */
  readonly isForced?: true;
  readonly startedAt: Date;
  readonly deadline?: Date;
};

export type StackOutput = {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
};

export type Stack = {
  readonly scope: Scope;
  /** The ARN. */
  readonly id: string;
  readonly name: string;
  readonly status: StackStatus;
  readonly statusReason?: string;
  readonly createdAt: Date;
  readonly updatedAt?: Date;
  readonly deletedAt?: Date;
  /** What it was last brought to, or was to be created from. */
  readonly version?: StackVersion;
  /** Ids of updates that were neither completed nor rolled back: what a rollback undoes. */
  readonly unfinished: readonly string[];
  /** Undefined when nothing is being done. */
  readonly operation?: StackOperation;
  readonly outputs: readonly StackOutput[];
  /** Names of exports of other stacks that it was made with. */
  readonly imports: readonly string[];
  readonly disableRollback: boolean;
  readonly terminationProtection: boolean;
  readonly timeoutInMinutes?: number;
  readonly parentId?: string;
  readonly rootId?: string;
  readonly policyBody?: string;
  /** Of the last detection. */
  readonly drift?: {
    readonly detectionId: string;
    readonly at: Date;
    readonly resources: readonly ResourceDrift[];
  };
};

/** How a resource was found against how its stack made it. */
export type ResourceDrift = {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: 'IN_SYNC' | 'MODIFIED' | 'DELETED';
  readonly expected: JsonMap;
  /** Absent when it is deleted. */
  readonly actual?: JsonMap;
};

/** A step that a resource is in the middle of; saved before anything is done. */
export type ResourceWork = {
  readonly action: 'create' | 'update' | 'delete';
  readonly operationId: string;
  readonly startedAt: Date;
  /** Whether it was begun: what it does may have been done already. */
  readonly wasRun: boolean;
  readonly isCancelled: boolean;
  /** Whether the event that tells its physical id was written. */
  readonly isInitiated: boolean;
  /** What the handler keeps between its runs. */
  readonly data: JsonMap;
};

/** One physical resource. A replacement makes another generation of the same logical id. */
export type StackResource = {
  readonly stackId: string;
  readonly logicalId: string;
  /** A uuid of its own: names and client tokens are made of it. */
  readonly generation: string;
  /** Whether it is the one that the logical id stands for; others wait for their deletion. */
  readonly isCurrent: boolean;
  readonly type: string;
  readonly physicalId?: string;
  /** As asked for last, without functions; dynamic references are still in them. */
  readonly properties: JsonMap;
  readonly attributes: JsonMap;
  /** Attributes that the template reads of it. */
  readonly reads?: readonly string[];
  /** What its handler keeps from step to step: how and as what it was made at the upstream. */
  readonly kept?: JsonMap;
  readonly status: ResourceStatus;
  readonly statusReason?: string;
  readonly updatedAt: Date;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: RetentionPolicy;
  readonly updateReplacePolicy: RetentionPolicy;
  readonly metadata?: string;
  /** Signals are waited for where it says so. */
  readonly creationPolicy?: JsonMap;
  /** The stack's tags that it was given; absent where it takes none. */
  readonly tags?: readonly StackTag[];
  readonly work?: ResourceWork;
  /** The operation that has brought it to what it is to be, or has failed to. */
  readonly doneIn?: string;
  readonly failedIn?: string;
  /** The operation that made it. */
  readonly createdIn: string;
  /** What an update of this operation goes back to. */
  readonly before?: {
    readonly operationId: string;
    readonly properties: JsonMap;
    readonly attributes: JsonMap;
    /** Absent where it takes none. */
    readonly tags?: readonly StackTag[];
    /** What it was asked to be since: an update that failed may have come half-way. */
    readonly asked?: readonly { readonly properties: JsonMap; readonly tags?: readonly StackTag[] }[];
  };
  /** The generation that it replaces. */
  readonly replaces?: string;
  /** The operation whose cleanup deletes it. */
  readonly retiredIn?: string;
  /** The operation in which it turned out that another has to take its place. */
  readonly replaceIn?: string;
};

/** What a wait condition's handle, or a resource with a creation policy, was told. */
export type StackSignal = {
  /** The generation of the handle, or of the resource. */
  readonly target: string;
  readonly uniqueId: string;
  readonly status: 'SUCCESS' | 'FAILURE';
  readonly data: string;
  readonly reason: string;
};

export type StackEvent = {
  readonly id: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly properties?: string;
  readonly clientRequestToken?: string;
  readonly operationId?: string;
  readonly at: Date;
};

export type ChangeSet = {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly kind: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  readonly executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_COMPLETE' | 'OBSOLETE';
  readonly description?: string;
  readonly createdAt: Date;
  readonly target?: StackVersion;
  readonly onFailure?: 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';
  readonly includeNestedStacks: boolean;
  readonly importExistingResources: boolean;
  /** As DescribeChangeSet answers them. */
  readonly changes: readonly unknown[];
};

export interface StackStore {
  get(id: string): Stack | undefined;
  /** The one that is not deleted. */
  getByName(scope: Scope, name: string): Stack | undefined;
  put(stack: Stack): void;
  /** Newest first. Of those that are deleted, the last few hundred are kept, with all that belongs to them. */
  list(scope: Scope): Stack[];
  /** The same without those that are deleted. */
  listLive(scope: Scope): Stack[];
  /** Stacks with an operation, of every account and region. */
  listBusy(): Stack[];
  /** In the order in which they were first saved. */
  resources(stackId: string): StackResource[];
  resource(stackId: string, logicalId: string, generation: string): StackResource | undefined;
  putResource(resource: StackResource): void;
  deleteResource(resource: StackResource): void;
  /** False when one of this id was there: it is a repetition, and changes nothing. */
  addSignal(signal: StackSignal): boolean;
  /** In the order in which they came. */
  signals(target: string): StackSignal[];
  addEvents(events: readonly StackEvent[]): void;
  /** Newest first. `before` is the sequence of the last one of the page before. */
  events(
    stackId: string,
    page: { before?: number; limit: number },
  ): { readonly sequence: number; readonly event: StackEvent }[];
  changeSet(id: string): ChangeSet | undefined;
  changeSets(stackId: string): ChangeSet[];
  putChangeSet(changeSet: ChangeSet): void;
  deleteChangeSet(id: string): void;
  /** All or nothing; nested calls join the outer transaction. */
  transaction<T>(run: () => T): T;
}
