import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PYTHON } from './clients.ts';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;
const CACHE = join(ROOT, 'node_modules/.cache/ecsidecar');

export type PythonCdk =
  | { readonly kind: 'found'; readonly python: string; readonly path: string }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * The CDK's library for Python, of the version that an example names, as a value of PYTHONPATH. Neither npm nor Debian has
 * it: it is brought from PyPI once for a clone, where there is pip and PyPI can be reached.
 */
export async function bringPythonCdk(example: string): Promise<PythonCdk> {
  const requirements = join(ROOT, 'examples', example, 'requirements.txt');
  const wanted = (await readFile(requirements, 'utf8')).trim();
  const path = join(CACHE, wanted);
  if (existsSync(path)) return { kind: 'found', python: PYTHON, path };
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(join(CACHE, 'bringing-'));
  const quick = [
    '--quiet',
    '--no-compile',
    '--disable-pip-version-check',
    '--retries',
    '1',
    '--timeout',
    '10',
  ];
  try {
    const install = ['-m', 'pip', 'install', ...quick, '--target', fresh, '--requirement', requirements];
    await run(PYTHON, install, { timeout: 240_000, maxBuffer: 64 * 1024 * 1024 });
    await rename(fresh, path);
    return { kind: 'found', python: PYTHON, path };
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const { stderr = '', message } = error as Error & { stderr?: string };
    const last = stderr.trim().split('\n').at(-1);
    return { kind: 'missing', reason: `${wanted} cannot be had from PyPI: ${last ?? message}` };
  }
}
