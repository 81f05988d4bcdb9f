import { statSync } from 'node:fs';
import { pino } from 'pino';
import type { WatchMessage } from '../model/watch.ts';
import { createTreeWatcher } from './watch.ts';

/**
 * Watches one path for a sidecar that cannot see it, and prints what changes. Resolves when standard input ends, which is
 * when the sidecar has gone.
 */
export async function watchForSidecar(path: string, pollMs: number): Promise<void> {
  const print = (message: WatchMessage): void => {
    process.stdout.write(`${JSON.stringify(message)}\n`);
  };
  // Its folder has to be mounted in place of it: then it has a name of its own below the mount.
  if (path.lastIndexOf('/') === 0 && statSync(path).isFile()) {
    print({ kind: 'isFile' });
    return;
  }
  const logger = pino({ base: null }, pino.destination(2));
  const watcher = createTreeWatcher({
    pollMs,
    onChange: (watched, paths) => {
      void watcher.ignoreFiles(watched).then((ignoreFiles) => {
        print({ kind: 'changed', paths, ignoreFiles });
      });
    },
    onWatching: () => {
      print({ kind: 'watching' });
    },
    logger,
  });
  watcher.watch(path);
  await new Promise((resolve) => {
    process.stdin.resume().once('end', resolve).once('close', resolve).once('error', resolve);
  });
  await watcher.close();
}
