import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDebianPackage } from './debian.mjs';
import { ask } from './engine.mjs';
import { run } from './process.mjs';
import { SetupStop } from './report.mjs';

/** How long a registry may say nothing before the image is made here. */
const REGISTRY_PATIENCE_MS = 10_000;

/**
 * Makes sure that the busybox image is there: pulled, or where no registry answers, made from Debian's package.
 * @param {string} host
 * @param {string} reference e.g. `busybox:latest`
 * @param {boolean} canBuild
 * @param {import('./report.mjs').Report} report
 */
export async function ensureBusybox(host, reference, canBuild, report) {
  if (!(await isPresent(host, reference))) {
    const problem = await report.step(`pulling ${reference}`, () => pull(host, reference));
    if (problem !== undefined) {
      if (!canBuild) {
        throw new SetupStop(
          `${reference} could not be pulled: ${problem}\nLet Docker reach a registry (docker pull ${reference}), then run this command again.`,
        );
      }
      report.done(`no registry answered (${problem})`);
      await report.step(`making ${reference} from Debian's busybox-static`, () => build(host, reference));
    }
  }
  report.done(`image ${reference}`);
}

/**
 * @param {string} host
 * @param {string} reference
 */
export async function isPresent(host, reference) {
  return (await ask(host, `/images/${encodeURIComponent(reference)}/json`)).status === 200;
}

/**
 * @param {string} host
 * @param {string} reference
 * @returns {Promise<string | undefined>} why not
 */
export async function pull(host, reference) {
  const [name = '', tag = 'latest'] = reference.split(':');
  const query = new URLSearchParams({ fromImage: name, tag });
  try {
    const { status, body } = await ask(host, `/images/create?${query}`, {
      method: 'POST',
      idleMs: REGISTRY_PATIENCE_MS,
    });
    // The engine answers 200 and tells in the stream what went wrong later.
    const error = /"error":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1];
    if (status === 200 && error === undefined) return undefined;
    return error ?? /"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? `HTTP ${status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * One static binary, a link for each of its programs, and the few files that `user` and shells look for.
 * @param {string} host
 * @param {string} reference
 */
async function build(host, reference) {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-image-'));
  try {
    const root = join(folder, 'root');
    for (const sub of ['bin', 'etc', 'home', 'root', 'usr/bin', 'var'])
      await mkdir(join(root, sub), { recursive: true });
    await mkdir(join(root, 'tmp'));
    await chmod(join(root, 'tmp'), 0o1777);
    const programs = await withDebianPackage('busybox-static', async (unpacked) => {
      const binary = ['usr/bin/busybox', 'bin/busybox'].map((path) => join(unpacked, path));
      for (const path of binary) {
        const { code, output } = await run(path, ['--list'], { timeoutMs: 15_000 });
        if (code !== 0) continue;
        await copyFile(path, join(root, 'bin/busybox'));
        return output.trim().split('\n');
      }
      return undefined;
    });
    for (const program of programs.filter((name) => name !== 'busybox')) {
      await symlink('busybox', join(root, 'bin', program));
    }
    await symlink('/bin/env', join(root, 'usr/bin/env'));
    await writeFile(join(root, 'etc/passwd'), PASSWD);
    await writeFile(join(root, 'etc/group'), GROUP);
    await importFolder(host, reference, root, join(folder, 'image.tar'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} host
 * @param {string} reference
 * @param {string} root
 * @param {string} tarFile
 * @param {readonly string[]} [changes] lines of a Dockerfile
 */
export async function importFolder(host, reference, root, tarFile, changes = []) {
  const tar = await run('tar', [
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '-C',
    root,
    '-cf',
    tarFile,
    '.',
  ]);
  if (tar.code !== 0) throw new SetupStop(`${tar.output.trim()}\nThe image could not be packed (above).`);
  const [repo = '', tag = 'latest'] = reference.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo, tag });
  for (const change of ['CMD ["sh"]', `ENV PATH=${PATH}`, ...changes]) query.append('changes', change);
  const { status, body } = await ask(host, `/images/create?${query}`, {
    method: 'POST',
    body: createReadStream(tarFile),
    idleMs: 120_000,
  });
  if (status !== 200 || body.includes('"error"')) {
    throw new SetupStop(`The Docker engine did not take the image ${reference}: ${body.trim()}`);
  }
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
www-data:x:33:
nobody:x:65534:
`;
