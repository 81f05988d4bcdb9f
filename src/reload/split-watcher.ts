import type { TreeWatcher } from '../model/watch.ts';

/** Watches paths that are `seen` by the one watcher, and all others by the other. */
export function splitWatcher(
  local: TreeWatcher,
  remote: TreeWatcher,
  seen: (path: string) => boolean,
): TreeWatcher {
  const of = (path: string): TreeWatcher => (seen(path) ? local : remote);
  return {
    watch: (path) => of(path).watch(path),
    ignoreFiles: (path) => of(path).ignoreFiles(path),
    async close() {
      await Promise.all([local.close(), remote.close()]);
    },
  };
}
