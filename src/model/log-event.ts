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
  readonly id: number;
  readonly streamId: number;
  readonly ingestionMs: number;
};

/**
 * How far one output of a container was read: the engine's time of the last piece (a line or a part of one) of the last
 * whole line, how many pieces bear that very time, and how many bytes of the line after it are stored already.
 */
export type OutputCursor = { readonly time: string; readonly pieces: number; readonly lineBytes?: number };

/** How far a container's output has been read. Saved in one transaction with the lines themselves. */
export type LogCursor = { readonly stdout?: OutputCursor; readonly stderr?: OutputCursor };
