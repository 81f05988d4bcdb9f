import ignore from 'ignore';
import type { IgnoreFiles } from '../model/watch.ts';
import { SKIPPED_FOLDERS } from './match.ts';

/** What editors and interpreters write beside the files that they work on. */
const TEMPORARY = [
  '*~',
  '.*.sw?',
  '.*.swpx',
  '4913',
  '.#*',
  '#*#',
  '*___jb_tmp___',
  '*___jb_old___',
  '.goutputstream-*',
  '*.pyc',
  '.DS_Store',
];

/** Whether a change of a path, relative to its mounted folder, means nothing. */
export type Ignores = (path: string) => boolean;

/** The rules of a mounted folder: the built-in ones, those of its files, and the container's own, which win. */
export function createIgnores(
  { gitignore = '', dockerignore = '' }: IgnoreFiles,
  own: readonly string[],
): Ignores {
  const rules = ignore({ allowRelativePaths: true })
    .add([...SKIPPED_FOLDERS])
    .add(TEMPORARY)
    .add(gitignore)
    .add(dockerignore.split('\n').map(dockerPattern))
    .add([...own]);
  // Whether it is a folder is not known of what is gone; a pattern for folders alone counts for all of that name.
  return (path) => path !== '' && (rules.ignores(path) || rules.ignores(`${path}/`));
}

/** A pattern of .dockerignore counts from the folder's root. Source: Docker, build context, .dockerignore files. */
function dockerPattern(line: string): string {
  const pattern = line.trim();
  if (pattern === '' || pattern.startsWith('#')) return '';
  const [, not = '', path = ''] = /^(!?)\/?(.*)$/.exec(pattern) ?? [];
  return `${not}/${path}`;
}
