import { posix } from 'node:path';
import { parseReloadAction, RELOAD_LABELS as LABELS, type Mount } from '../model/reload.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type { Task } from '../model/task.ts';

/** What is to be watched for a container, and what a change leads to. */
export type WatchedContainer = {
  readonly name: string;
  /** As `parseReloadAction` takes it; never `off`. */
  readonly action: string;
  readonly mounts: readonly Mount[];
  /** Patterns of .gitignore's form, which win over those of files. */
  readonly ignored: readonly string[];
  readonly quietMs: number;
  /** Whether a program that ends with an error after a reload waits for the next save. */
  readonly holds: boolean;
};

/** How long a folder is to be quiet before its containers are reloaded: events of one save come in two lots, 50 ms apart. */
const QUIET_MS = 100;
const MAX_QUIET_MS = 60_000;

/**
 * The containers of a definition that are reloaded when files change, and what in their settings could not be read.
 * `flagMounts` are those that every container has by ECS_DOCKER_FLAGS, `overridden` is what override files changed.
 */
export function watchedContainers(
  { containerDefinitions = [], volumes = [] }: AwsTaskDefinition,
  { defaultAction, flagMounts }: { readonly defaultAction: string; readonly flagMounts: readonly Mount[] },
  overridden?: Task['overriddenWatch'],
): { readonly containers: WatchedContainer[]; readonly problems: string[] } {
  const problems: string[] = [];
  const containers = containerDefinitions.flatMap((container): WatchedContainer[] => {
    const own = (container.mountPoints ?? []).flatMap(
      ({ sourceVolume, containerPath = '', readOnly }): Mount[] => {
        const hostPath = volumes.find(({ name }) => name === sourceVolume)?.host?.sourcePath;
        return hostPath ? [{ hostPath, containerPath, readOnly: readOnly ?? false }] : [];
      },
    );
    const {
      added = [],
      gone = [],
      labels = container.dockerLabels ?? {},
    } = overridden?.[container.name ?? ''] ?? {};
    const generated = [...own, ...flagMounts].filter(({ containerPath }) => !gone.includes(containerPath));
    const mounts = [...generated, ...added]
      .map((mount) => ({ ...mount, hostPath: posix.normalize(mount.hostPath).replace(/(?<=.)\/$/, '') }))
      .filter(({ hostPath }) => isWatchable(hostPath));
    const problem = (label: string, form: string): void => {
      problems.push(`${container.name}: the label ${label} is "${labels[label]}"; it must be ${form}`);
    };
    const asked = labels[LABELS.action];
    const isKnown = asked === undefined || parseReloadAction(asked) !== undefined;
    if (!isKnown)
      problem(LABELS.action, 'restart, recreate, replace, off, signal:<signal> or exec:<command>');
    const action = isKnown ? (asked ?? defaultAction) : defaultAction;
    const quietMs = parseMilliseconds(labels[LABELS.debounce]);
    if (quietMs === undefined && labels[LABELS.debounce] !== undefined)
      problem(LABELS.debounce, `a time of up to ${MAX_QUIET_MS / 1000} s, as 200ms or 1s`);
    if (mounts.length === 0 || parseReloadAction(action)?.kind === 'off') return [];
    return [
      {
        name: container.name ?? '',
        action,
        mounts,
        ignored: (labels[LABELS.ignore] ?? '').split(/[\n,]/).map((pattern) => pattern.trim()),
        quietMs: quietMs ?? QUIET_MS,
        holds: !/^(off|false|0)$/.test(labels[LABELS.hold] ?? ''),
      },
    ];
  });
  return { containers, problems };
}

/** `200`, `200ms` or `1.5s`; undefined for anything else. */
function parseMilliseconds(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text?.trim() ?? '') ?? [];
  const ms = Number(number) * (unit === 's' ? 1000 : 1);
  return ms <= MAX_QUIET_MS ? ms : undefined;
}

/** Folders of the system: agents mount them, they change all the time, and nobody's program lies right in them. */
const SYSTEM =
  /^\/(proc|sys|dev|run|boot|snap|var\/run|var\/lib|var\/log|usr(?!\/(local|src)\/)|bin|sbin|lib|lib64)(\/|$)/;
const TOP = /^\/(etc|var|home|root|tmp|opt|mnt|srv|Users|private|Volumes)?$/;

/** Whether a mounted host path is likely to be somebody's work: everything but the system's own folders. */
export const isWatchable = (hostPath: string): boolean =>
  hostPath.startsWith('/') && !SYSTEM.test(hostPath) && !TOP.test(hostPath);

/** Folders that are not looked into at all: large, and never what a running program is made of by hand. */
export const SKIPPED_FOLDERS = [
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.venv',
  '.idea',
  '.vscode',
] as const;

/** Path of a changed file relative to a mount; `''` for the mounted file itself, undefined when it lies elsewhere. */
export function relativeTo(hostPath: string, changed: string): string | undefined {
  if (changed === hostPath) return '';
  return changed.startsWith(`${hostPath}/`) ? changed.slice(hostPath.length + 1) : undefined;
}
