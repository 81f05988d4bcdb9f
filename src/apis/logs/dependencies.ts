import type { LogStore, Operation, RequestContext } from '../../model/ports.ts';

/** What the Logs API needs of the rest: its state, and the world's time and ids. */
export type LogsDependencies = {
  readonly logs: LogStore;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
};

export type LogsContext = LogsDependencies & RequestContext;

export type LogsOperation<Input, Output> = Operation<Input, Output, LogsDependencies>;
