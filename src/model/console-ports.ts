import type { Scope } from './caller.ts';

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

/** All that the data routes of the Resource Browser read from. */
export type ConsolePorts = {
  readonly changes: ChangeFeed;
  info(): SidecarInfo;
  /** As `ecsidecar doctor` finds it now. */
  examine(): Promise<readonly Finding[]>;
};
