import { parseArgsStringToArgv } from 'string-argv';
import type { Task } from './task.ts';

/** What a change in a mounted folder does to the containers that mount it. */
export type ReloadAction =
  | { readonly kind: 'restart' }
  | { readonly kind: 'recreate' }
  | { readonly kind: 'replace' }
  | { readonly kind: 'off' }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'exec'; readonly command: readonly string[] };

/** How the last reload of a container stands. It is saved before it is acted on, so that none is lost with the sidecar. */
export type TaskReload = {
  /** A uuid. */
  readonly id: string;
  /** As `parseReloadAction` takes it. */
  readonly action: string;
  /** The first of the changed files, as paths in the container. */
  readonly files: readonly string[];
  readonly fileCount: number;
  /** PENDING: to be done; DONE: the program is to show that it runs; HELD: it ended, and waits for the next save. */
  readonly status: 'PENDING' | 'DONE' | 'HELD';
  /** Whether a program that ends soon after is held. */
  readonly holds: boolean;
  readonly requestedAtMs: number;
  readonly doneAtMs?: number;
  /** Why it is held, or what did not go well. */
  readonly reason?: string;
};

/** A host path as a container has it. */
export type Mount = { readonly hostPath: string; readonly containerPath: string; readonly readOnly: boolean };

/** What override files made of the host paths that a container mounts, and of the labels that steer its reload. */
export type OverriddenWatch = {
  readonly added: readonly Mount[];
  /** Where in the container those were that are no more, or are other ones now. */
  readonly gone: readonly string[];
  /** All that there are now, by their names; undefined: those of the definition. */
  readonly labels?: Readonly<Record<string, string>>;
};

/** Settings of a container, as labels of its definition. */
export const RELOAD_LABELS = {
  action: 'ecsidecar.reload',
  ignore: 'ecsidecar.reload.ignore',
  debounce: 'ecsidecar.reload.debounce',
  hold: 'ecsidecar.reload.hold',
} as const;

export const isReloadLabel = (label: string): boolean =>
  (Object.values(RELOAD_LABELS) as string[]).includes(label);

/** So many changed files are named; the rest is counted. */
export const NAMED_FILES = 5;

/** Reads `restart`, `recreate`, `replace`, `off`, `signal:SIGHUP` or `exec:command arguments`; undefined for anything else. */
export function parseReloadAction(text: string): ReloadAction | undefined {
  const [, word, argument] = /^([a-z]+)(?::(.+))?$/s.exec(text.trim()) ?? [];
  switch (word) {
    case 'restart':
    case 'recreate':
    case 'replace':
    case 'off':
      return argument === undefined ? { kind: word } : undefined;
    case 'signal':
      return argument !== undefined && /^(SIG)?[A-Z0-9+-]{1,12}$/.test(argument)
        ? { kind: 'signal', signal: argument }
        : undefined;
    case 'exec': {
      const command = argument === undefined ? [] : parseArgsStringToArgv(argument);
      return command.length > 0 ? { kind: 'exec', command } : undefined;
    }
    default:
      return undefined;
  }
}

/** `app.py, lib/db.py and 3 more` */
export const printFiles = ({ files, fileCount }: Pick<TaskReload, 'files' | 'fileCount'>): string =>
  fileCount > files.length ? `${files.join(', ')} and ${fileCount - files.length} more` : files.join(', ');

export type ReloadRequest = Pick<TaskReload, 'id' | 'action' | 'files' | 'holds'> & {
  readonly requestedAtMs: number;
};

/** The task once a container is to be reloaded. What is not done yet is joined with it: both changes are one reload. */
export function requestReload(task: Task, container: string, request: ReloadRequest): Task {
  const before = task.reloads?.[container];
  const waiting = before?.status === 'PENDING' ? before : undefined;
  const files = [...new Set([...(waiting?.files ?? []), ...request.files])];
  const reload: TaskReload = {
    ...request,
    files: files.slice(0, NAMED_FILES),
    fileCount: Math.max(files.length, (waiting?.fileCount ?? 0) + request.files.length),
    status: 'PENDING',
    // The first one may have stopped the container by now: that end is the reload's, not one from before it.
    requestedAtMs: waiting?.requestedAtMs ?? request.requestedAtMs,
  };
  return withReload(task, container, reload);
}

/** The task after a reload was carried out; the same when a newer one was asked for meanwhile. */
export function afterReload(
  task: Task,
  container: string,
  id: string,
  outcome: { readonly doneAtMs: number; readonly reason?: string },
): Task {
  const reload = task.reloads?.[container];
  return reload?.id === id ? withReload(task, container, { ...reload, ...outcome, status: 'DONE' }) : task;
}

/** The task once a reloaded container waits for the next save. */
export function holdReload(task: Task, container: string, id: string, reason: string): Task {
  const reload = task.reloads?.[container];
  return reload?.id === id ? withReload(task, container, { ...reload, status: 'HELD', reason }) : task;
}

/** The task with one reload set, or forgotten. */
export function withReload(task: Task, container: string, reload: TaskReload | undefined): Task {
  const others = Object.entries(task.reloads ?? {}).filter(([name]) => name !== container);
  const reloads = Object.fromEntries(reload ? [...others, [container, reload] as const] : others);
  return { ...task, reloads, version: task.version + 1 };
}
