/** Rules of a mounted folder's own, as texts. */
export type IgnoreFiles = { readonly gitignore?: string; readonly dockerignore?: string };

/** Tells of changes below host paths. */
export interface TreeWatcher {
  /** Watches a file, or a folder with all that is below it, from now until it is closed. */
  watch(path: string): { close(): void };
  /** What `.gitignore` and `.dockerignore` of a watched folder say now. */
  ignoreFiles(path: string): Promise<IgnoreFiles>;
  /** Ends all watching. */
  close(): Promise<void>;
}

/** What a container that watches for a sidecar prints, a line each. */
export type WatchMessage =
  | { readonly kind: 'watching' }
  /** What is mounted is a file. */
  | { readonly kind: 'isFile' }
  | { readonly kind: 'changed'; readonly paths: readonly string[]; readonly ignoreFiles: IgnoreFiles };
