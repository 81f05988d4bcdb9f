import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { TaskArn } from './arn.ts';
import type { Scope } from './caller.ts';
import type { TaskDefinitionStore, TaskStore } from './ports.ts';
import type { TaskReload } from './reload.ts';
import type { AwsTaskDefinition } from './task-definition.ts';
import type { Task } from './task.ts';

/** What the Resource Browser shows of the store, by the names of its pages. */
export type ChangeKind =
  | 'cluster'
  | 'taskDefinition'
  | 'service'
  | 'task'
  | 'containerInstance'
  | 'capacityProvider'
  | 'logGroup'
  | 'logStream'
  | 'stack';

/** Something of the store that is another, new or gone. It tells which, never how: who wants to know reads it. */
export type Change = { readonly kind: ChangeKind; readonly arn: string };

export interface ChangeFeed {
  /**
   * Calls back soon after what was saved is committed, by whatever part, with each thing that changed meanwhile once (and
   * now and then with one that did not change after all). Returns what ends it.
   */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
}

/** What was looked at, whether it will do, and what was found or, where it will not do, is to be done. */
export type Finding = { readonly what: string; readonly ok: boolean; readonly text: string };

/** What a page may know of the sidecar itself. */
export type SidecarInfo = {
  readonly version: string;
  readonly defaultScope: Scope;
  /** Accounts and regions that have something, and the default ones. */
  readonly scopes: readonly Scope[];
  readonly dataDir: string;
  /** Of the API, as clients on this machine reach it. */
  readonly endpoint: string;
  /** As /_ecsidecar/health has it. */
  readonly health: unknown;
  readonly upstreamUrl?: string;
  /** Names of the environment variables that are set; what they say may be secret. */
  readonly options: readonly string[];
};

/** A file of a task's project as Compose reads it; `name` is its path in the project's folder. */
export type ProjectFile = { readonly name: string; readonly path: string; readonly text: string };

export type TaskProject = {
  readonly folder: string;
  /** By which a person runs it, in that folder. */
  readonly command: string;
  /** The generated file, then the copies of the user's override files, in the order in which Compose merges them. */
  readonly files: readonly ProjectFile[];
};

/** A variable of a container; without a value where that may be secret. */
export type EnvironmentVariable = { readonly name: string; readonly value?: string };

export type ContainerMount = {
  readonly hostPath?: string;
  /** The name of a volume of the engine. */
  readonly volume?: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
};

/** What executor and engine know of a container that was created. */
export type ContainerFacts = {
  /** The name of its service in the Compose file. */
  readonly name: string;
  /** `pause` holds the network of the others; `override`: the user's override files add it. */
  readonly kind: 'defined' | 'pause' | 'override';
  readonly environment: readonly EnvironmentVariable[];
  /** Absent when the engine does not have it any more. */
  readonly engine?: {
    readonly dockerId: string;
    readonly dockerName: string;
    readonly image: string;
    readonly imageId: string;
    readonly entryPoint: readonly string[];
    readonly command: readonly string[];
    readonly mounts: readonly ContainerMount[];
    /** The engine keeps the last five. */
    readonly healthLog: readonly {
      readonly startedAt: string;
      readonly exitCode: number;
      readonly output: string;
    }[];
    /** All but Compose's own. */
    readonly labels: Readonly<Record<string, string>>;
  };
};

/** What one container uses. Bytes of network and disks are those since it was started. */
export type ContainerUsage = {
  readonly name: string;
  /** Of one core; absent in the first look. */
  readonly cpuPercent?: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
};

export type TaskUsage = { readonly atMs: number; readonly containers: readonly ContainerUsage[] };

/** Reloads of a task, by what was told of them: asked for, then done or held. */
export type ReloadReport = Pick<TaskReload, 'id' | 'action' | 'files' | 'fileCount' | 'status' | 'reason'> & {
  readonly containerName: string;
  readonly at: Date;
  readonly durationMs?: number;
};

/** All that the data routes of the Resource Browser read from. */
export type ConsolePorts = {
  readonly changes: ChangeFeed;
  info(): SidecarInfo;
  /** As `ecsidecar doctor` finds it now. */
  examine(): Promise<readonly Finding[]>;
  /**
   * The Compose file that a task of this definition would have, as `ecsidecar render` prints it, and what of the
   * definition is accepted and not acted on. Keeps nothing. Rejects with RegisterTaskDefinition's AwsError.
   */
  preview(
    definition: RegisterTaskDefinitionRequest,
  ): Promise<{ readonly compose: string; readonly notes: readonly string[] }>;
  readonly tasks: Pick<TaskStore, 'get'>;
  readonly taskDefinitions: Pick<TaskDefinitionStore, 'getByArn'>;
  /** The last 50 things that were told of a task's reloads, the newest first. */
  reloads(task: Task): readonly ReloadReport[];
  /** Which host paths of a task are watched for changes, by container. `definition`: with its overrides applied. */
  watched(task: Task, definition: AwsTaskDefinition): ReadonlyMap<string, readonly string[]>;
  /** Undefined before the project is written and after it is deleted. */
  project(task: Task): Promise<TaskProject | undefined>;
  /** Of those that were created. */
  containers(task: Task): Promise<readonly ContainerFacts[]>;
  /** A second apart, until the task is STOPPED or the signal aborts. */
  usage(arn: TaskArn, signal: AbortSignal): AsyncIterable<TaskUsage>;
};
