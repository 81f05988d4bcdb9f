import type { Scope } from './caller.ts';

export type LogGroup = {
  readonly id: number;
  readonly scope: Scope;
  readonly name: string;
  readonly createdAt: Date;
  readonly retentionInDays?: number;
  readonly storedBytes: number;
  readonly tags: Readonly<Record<string, string>>;
};

export type LogStream = {
  readonly id: number;
  readonly groupId: number;
  readonly name: string;
  readonly createdAt: Date;
  readonly firstEventAt?: Date;
  readonly lastEventAt?: Date;
  readonly lastIngestionAt?: Date;
};

/** An event before it is stored. */
export type NewLogEvent = { readonly timestampMs: number; readonly message: string };

/** A stored event; `id` is unique and stable, and grows with the order of storing. */
export type LogEvent = NewLogEvent & {
  readonly id: bigint | number;
  readonly streamId: number;
  readonly ingestionMs: number;
};

/**
 * How far a container's output has been read, per output of the container: the engine's time of the last line
 * taken and how many lines of that very time were taken. Saved in one transaction with the lines themselves.
 */
export type LogCursor = {
  readonly stdout?: { readonly timestampNs: string; readonly lines: number };
  readonly stderr?: { readonly timestampNs: string; readonly lines: number };
};
