import { createContext, useContext } from 'react';
import type { ChangeKind } from '../../../model/console-ports.ts';

/** What a change is about, as `/_ecsidecar/api/changes` says. */
export type Kind = ChangeKind;

export type ChangesListener = {
  /** Something of these kinds is no longer what it was; `all` after a time without connection. */
  readonly onChange: (kinds: ReadonlySet<Kind> | 'all') => void;
  readonly onConnection: (isConnected: boolean) => void;
};

/** Calls back at each change, for what is more than a refetch; returns what ends it. */
export type WatchChanges = (listener: ChangesListener['onChange']) => () => void;

export const ChangesContext = createContext<WatchChanges>(() => () => undefined);

export const useWatchChanges = (): WatchChanges => useContext(ChangesContext);

/** Changes come in bursts; a burst is one refetch. */
const COLLECT_MS = 100;
const RETRY_MS = 2000;

/** Listens for the sidecar's changes until the returned function is called; connects again by itself. */
export function listenForChanges({ onChange, onConnection }: ChangesListener): () => void {
  let source: EventSource | undefined;
  let retry: number | undefined;
  let collecting: number | undefined;
  let kinds = new Set<Kind>();
  let wasLost = false;

  const flush = (): void => {
    collecting = undefined;
    const collected = kinds;
    kinds = new Set();
    onChange(collected);
  };
  const connect = (): void => {
    const opened = new EventSource('/_ecsidecar/api/changes');
    source = opened;
    opened.addEventListener('open', () => {
      onConnection(true);
      if (wasLost) onChange('all');
      wasLost = false;
    });
    opened.addEventListener('change', ({ data }: MessageEvent<string>) => {
      kinds.add((JSON.parse(data) as { kind: Kind }).kind);
      collecting ??= window.setTimeout(flush, COLLECT_MS);
    });
    // There were more changes than it kept for a window that was asleep.
    opened.addEventListener('reset', () => {
      onChange('all');
    });
    opened.addEventListener('error', () => {
      wasLost = true;
      onConnection(false);
      // A browser connects again after a cut, but not after an answer that is no stream.
      if (opened.readyState === EventSource.CLOSED) retry = window.setTimeout(connect, RETRY_MS);
    });
  };
  connect();
  return () => {
    source?.close();
    window.clearTimeout(retry);
    window.clearTimeout(collecting);
  };
}
