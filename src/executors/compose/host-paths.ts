import { realpath } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { isWithin } from '../../lib/is-within.ts';

/**
 * Whether a path of the host lies in one of these folders, whichever way its `..` and symlinks lead. A path that is not
 * there yet is where its nearest folder is. `canSee`: where the host's files can be looked at; elsewhere the text of the
 * path alone counts, as Docker tidies it.
 */
export async function isInFolders(
  path: string,
  folders: readonly string[],
  canSee: (path: string) => boolean,
): Promise<boolean> {
  const tidy = withoutEnd(normalize(path));
  if (!folders.some((folder) => isWithin(withoutEnd(normalize(folder)), tidy))) return false;
  if (!canSee(tidy)) return true;
  const [real, ...roots] = await Promise.all([tidy, ...folders].map((one) => realPath(withoutEnd(one))));
  return roots.some((root) => isWithin(root, real ?? ''));
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const isRoot = dirname(path) === path;
    const isMissing =
      error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
    if (!isMissing || isRoot) throw error;
    return join(await realPath(dirname(path)), basename(path));
  }
}

const withoutEnd = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path);
