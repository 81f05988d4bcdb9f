import { watch, type FSWatcher } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { SKIPPED_FOLDERS } from './match.ts';

export type FolderWatchOptions = {
  /** Called with what changed since the last call, as soon as it is known: whoever waits for quiet counts from here. */
  readonly onChange: (paths: readonly string[]) => void;
  /** Called once, when the folder is gone or cannot be watched any longer. */
  readonly onLost: () => void;
};

type Folder = {
  readonly path: string;
  /** Undefined for the watched folder itself. */
  readonly parent: Folder | undefined;
  readonly folders: Map<string, Folder>;
  /** Undefined once nobody looks at it any more. */
  watcher: FSWatcher | undefined;
};

/** Why a folder is looked through: for the first time, as one that is new itself, or for new ones in it. */
type Search = 'first' | 'new' | 'again';

const SKIPPED: ReadonlySet<string> = new Set(SKIPPED_FOLDERS);
/** inotify tells of one folder; other systems have watchers of whole trees. */
const IS_FOLDER_EACH = process.platform === 'linux';
/** inotify drops without a word what is more than 16,384 events behind, so new folders are looked for after so many. */
const MANY_EVENTS = 8000;

/**
 * Watches a folder with all that is below it, but for what is never looked into. Returns what ends it. Rejects when the
 * folder is not there, and with ENOSPC or EMFILE at a limit of the system.
 */
export async function watchFolders(
  path: string,
  { onChange, onLost }: FolderWatchOptions,
): Promise<() => void> {
  let changed = new Set<string>();
  let eventCount = 0;
  let isOver = false;

  const lose = (): void => {
    if (!isOver) onLost();
    isOver = true;
  };

  const tell = (changedPath: string): void => {
    eventCount += 1;
    changed.add(changedPath);
    if (changed.size > 1) return;
    // What the system has to tell now comes in one go.
    setImmediate(() => {
      const paths = [...changed];
      changed = new Set();
      if (isOver) return;
      onChange(paths);
      if (eventCount < MANY_EVENTS) return;
      eventCount = 0;
      void search(top, 'again').catch(lose);
    });
  };

  /** Looks at a folder and then, so that nothing falls in between, into it. */
  const look = async (folder: Folder, why: Search): Promise<void> => {
    const watcher = watch(folder.path, { recursive: !IS_FOLDER_EACH }, (event, name) => {
      if (name === null || folder.watcher !== watcher || name.split(sep).some((part) => SKIPPED.has(part)))
        return;
      const isPlain = name !== basename(folder.path);
      if (isPlain) tell(join(folder.path, name));
      if (!isPlain || event === 'rename') void follow(folder, name, event).catch(lose);
    });
    folder.watcher = watcher;
    watcher.on('error', () => {
      if (folder.parent) close(folder);
      else lose();
    });
    if (IS_FOLDER_EACH) await search(folder, why);
  };

  const search = async (folder: Folder, why: Search): Promise<void> => {
    // One after the other: a large tree read at once takes its names' worth of memory.
    for (const entry of (await readdir(folder.path, { withFileTypes: true }).catch(unlessGone)) ?? []) {
      if (!folder.watcher) return;
      const { name } = entry;
      if (SKIPPED.has(name)) continue;
      const known = folder.folders.get(name);
      const isNew = !known && (why === 'new' || (why === 'again' && entry.isDirectory()));
      if (isNew) tell(join(folder.path, name));
      if (known) await search(known, why);
      else if (entry.isDirectory()) await add(folder, name, isNew ? 'new' : 'first');
    }
  };

  const add = async (parent: Folder, name: string, why: Search): Promise<void> => {
    const folder: Folder = {
      path: join(parent.path, name),
      parent,
      folders: new Map(),
      watcher: undefined,
    };
    parent.folders.set(name, folder);
    await look(folder, why).catch(unlessGone);
  };

  /** Something of this name came or went; or, where it is the folder's own name too, the folder itself did or changed. */
  const follow = async (folder: Folder, name: string, event: string): Promise<void> => {
    const own = join(folder.path, name);
    const found = await lstat(own).catch(unlessGone);
    if (!found && name === basename(folder.path)) {
      const isThere = (await lstat(folder.path).catch(unlessGone)) !== undefined;
      // For all but the first, the folder that it is in tells the same.
      if (!folder.parent && !isThere) lose();
      else if (!folder.parent && event === 'change') tell(folder.path);
      if (!isThere || event === 'change') return;
    }
    if (!folder.watcher) return;
    if (name === basename(folder.path)) tell(own);
    if (event === 'change') return;
    const before = folder.folders.get(name);
    if (before) close(before);
    if (found?.isDirectory() && IS_FOLDER_EACH) await add(folder, name, 'new');
  };

  const close = (folder: Folder): void => {
    folder.watcher?.close();
    folder.watcher = undefined;
    if (folder.parent?.folders.get(basename(folder.path)) === folder)
      folder.parent.folders.delete(basename(folder.path));
    for (const one of [...folder.folders.values()]) close(one);
  };

  const top: Folder = { path, parent: undefined, folders: new Map(), watcher: undefined };
  const stop = (): void => {
    isOver = true;
    close(top);
  };
  try {
    await look(top, 'first');
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

/** What went before it could be looked at, and what this process may not read, is not watched. */
function unlessGone(error: unknown): undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code)) return undefined;
  throw error;
}
