import type { Change, ChangeFeed, ChangeKind } from '../model/console-ports.ts';

/** Where the stores say what they save. */
export type Changes = ChangeFeed & {
  /** To be called where something is saved, inside its transaction or after. Costs nothing while nobody listens. */
  readonly note: (kind: ChangeKind, arn: string) => void;
  readonly isHeard: () => boolean;
};

/** A task that starts is saved some ten times within this time; who looks at it wants to know once. */
const GATHER_MS = 50;

/** Transactions wait for nothing, so that when listeners are called, all that was noted is committed, or never will be. */
export function createChanges(): Changes {
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const gathered = new Map<string, Change>();
  const tell = (): void => {
    const changes = [...gathered.values()];
    gathered.clear();
    for (const listener of listeners) listener(changes);
  };
  return {
    note(kind, arn) {
      if (listeners.size === 0) return;
      if (gathered.size === 0) setTimeout(tell, GATHER_MS).unref();
      gathered.set(`${kind} ${arn}`, { kind, arn });
    },
    isHeard: () => listeners.size > 0,
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
