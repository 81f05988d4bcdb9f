import { watch as watchFolder } from 'node:fs';
import { readFile, realpath, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { backoffMs } from '../lib/backoff.ts';
import { createKeptUp } from '../lib/kept-up.ts';
import { pause } from '../lib/pause.ts';
import type { TreeWatcher } from '../model/watch.ts';
import { SKIPPED_FOLDERS } from './match.ts';
import { watchFolders } from './watch-folders.ts';

export type TreeWatcherOptions = {
  /** 0: by the system's events, where the file system has them; else all is looked at so often. */
  readonly pollMs: number;
  /** Called with the path that is watched, and what changed at or below it. */
  readonly onChange: (watched: string, changed: readonly string[]) => void;
  /** Called once a path is watched, and again whenever that begins anew. */
  readonly onWatching?: () => void;
  readonly logger: Logger;
};

/** How often files are looked at where there are no events and no interval is asked for. */
const FALLBACK_POLL_MS = 1000;

/** File systems whose changes from elsewhere the kernel does not tell: NFS, SMB, CIFS, 9P, vboxsf. Source: statfs(2). */
const SILENT_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x786f4256,
]);

type Stop = () => Promise<void> | void;

/**
 * Watches trees by inotify, FSEvents and their like; where that cannot be, by looking. A path that is not there (yet,
 * or any more) is waited for.
 */
export function createTreeWatcher({ pollMs, onChange, onWatching, logger }: TreeWatcherOptions): TreeWatcher {
  const kept = createKeptUp();

  const poll = async (
    path: string,
    intervalMs: number,
    changed: (paths: readonly string[]) => void,
  ): Promise<Stop> => {
    const { watch } = await import('chokidar');
    const watcher = watch(path, {
      ignoreInitial: true,
      usePolling: true,
      interval: intervalMs,
      binaryInterval: intervalMs,
      ignored: (one) => (SKIPPED_FOLDERS as readonly string[]).includes(basename(one)),
    });
    watcher.on('all', (_event, one) => {
      changed([one]);
    });
    await new Promise((resolve) =>
      watcher.once('ready', () => {
        resolve(undefined);
      }),
    );
    return () => watcher.close();
  };

  /** An editor that saves by renaming puts another file in its place, so the folder is watched. */
  const watchFile = (path: string, changed: (paths: readonly string[]) => void, lost: () => void): Stop => {
    const watcher = watchFolder(dirname(path), (_event, name) => {
      if (name === basename(path)) changed([path]);
    });
    watcher.on('error', lost);
    return () => {
      watcher.close();
    };
  };

  /** Begins to watch; rejects when the path is not there. */
  const begin = async (
    path: string,
    changed: (paths: readonly string[]) => void,
    lost: () => void,
  ): Promise<Stop> => {
    const [info, fileSystem] = await Promise.all([stat(path), statfs(path)]);
    if (pollMs > 0) return await poll(path, pollMs, changed);
    if (SILENT_FILE_SYSTEMS.has(fileSystem.type)) {
      logger.info(
        { path },
        `${path} lies on a file system that tells of no changes; it is looked at once a second`,
      );
      return await poll(path, FALLBACK_POLL_MS, changed);
    }
    try {
      return info.isDirectory()
        ? await watchFolders(path, { onChange: changed, onLost: lost })
        : watchFile(path, changed, lost);
    } catch (error) {
      if (!isLimitReached(error)) throw error;
      logger.warn(
        { path },
        `${path} cannot be watched by events: the limit of inotify is reached, so it is looked at once a second. ` +
          'Raise it: sudo sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=512',
      );
      return await poll(path, FALLBACK_POLL_MS, changed);
    }
  };

  /** One watching after the other, until the signal is aborted. */
  const keepWatching = async (watched: string, signal: AbortSignal): Promise<void> => {
    let wasWatched = false;
    for (let failures = 0; !signal.aborted;) {
      const lost = Promise.withResolvers<undefined>();
      try {
        // Events come with the real path.
        const real = await realpath(watched);
        const changed = (paths: readonly string[]): void => {
          if (!signal.aborted)
            onChange(
              watched,
              paths.map((path) => join(watched, path.slice(real.length))),
            );
        };
        const stop = await begin(real, changed, () => {
          lost.resolve(undefined);
        });
        logger.debug(`watching ${watched}`);
        onWatching?.();
        // What changed while nobody looked is not known.
        if (wasWatched) onChange(watched, [watched]);
        wasWatched = true;
        failures = 0;
        const aborted = new Promise((resolve) => {
          signal.addEventListener('abort', resolve, { once: true });
          if (signal.aborted) resolve(undefined);
        });
        await Promise.race([aborted, lost.promise]);
        await stop();
      } catch (error) {
        if (failures === 0) logger.warn({ err: error }, `${watched} cannot be watched; trying again`);
      }
      failures += 1;
      await pause(backoffMs(failures, 0.5, 100, 3000), signal);
    }
  };

  return {
    watch: (path) => kept.start((signal) => keepWatching(path, signal)),
    async ignoreFiles(path) {
      const read = (name: string): Promise<string> => readFile(join(path, name), 'utf8').catch(() => '');
      const [gitignore, dockerignore] = await Promise.all([read('.gitignore'), read('.dockerignore')]);
      return { gitignore, dockerignore };
    },
    close: () => kept.close(),
  };
}

/** ENOSPC and EMFILE are inotify's words for its limits. Source: inotify_add_watch(2), inotify_init(2). */
function isLimitReached(error: unknown): boolean {
  return error instanceof Error && /ENOSPC|EMFILE|No space left|Too many open files/i.test(error.message);
}
