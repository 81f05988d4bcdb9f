import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.mjs';
import { SetupStop } from './report.mjs';

/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }> }} LockFile */

/**
 * Whether what is installed is what the lock file asks for; what npm leaves out on other platforms does not count.
 * Contents are compared rather than times: a checkout touches the lock file without changing it.
 * @param {LockFile} wanted package-lock.json
 * @param {LockFile} installed node_modules/.package-lock.json, which npm writes when it is done
 */
export function isUpToDate(wanted, installed) {
  return Object.entries(wanted.packages ?? {}).every(
    ([path, { version, optional, devOptional, link }]) =>
      path === '' ||
      optional === true ||
      devOptional === true ||
      link === true ||
      installed.packages?.[path]?.version === version,
  );
}

/** @param {string} root */
const pinnedNode = (root) =>
  join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * The Node that runs everything but set-up: the pinned one, or where that cannot be had the machine's.
 * @param {string} root
 */
export const projectNode = (root) => (existsSync(pinnedNode(root)) ? pinnedNode(root) : process.execPath);

/**
 * The environment in which npm's programs and the pinned Node come first.
 * @param {string} root
 */
export function withLocalPrograms(root) {
  const separator = process.platform === 'win32' ? ';' : ':';
  const path = [
    join(root, 'node_modules/.bin'),
    join(root, 'node_modules/node/bin'),
    process.env['PATH'],
    // What set-up fetched because the machine lacks it, e.g. the registry of images.
    join(root, 'node_modules/.cache/ecsidecar'),
  ];
  return { ...process.env, PATH: path.join(separator) };
}

/**
 * @param {string} root
 * @returns {boolean}
 */
export function areDependenciesInstalled(root) {
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  try {
    return isUpToDate(read('package-lock.json'), read('node_modules/.package-lock.json'));
  } catch {
    return false; // no node_modules, or an install that was broken off
  }
}

/**
 * Installs npm's dependencies where they are missing or older than the lock file, and the pinned Node with them.
 * @param {string} root
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<string>} path of the Node that runs everything else
 */
export async function installDependencies(root, report) {
  if (!areDependenciesInstalled(root)) {
    await report.step('installing npm dependencies', async () => {
      const { code, output } = await npm(root, [
        'ci',
        '--include=dev',
        '--no-audit',
        '--no-fund',
        '--loglevel=warn',
      ]);
      if (code !== 0) {
        throw new SetupStop(
          `${output.trim()}\nnpm ci failed (above). Mend that, then run the command again.`,
        );
      }
    });
  }
  report.done('npm dependencies are those of package-lock.json');
  return ensureNode(root, report);
}

/**
 * tap comes built with its TypeScript plugin. The project's .taprc leaves that out, because Node runs the tests as they
 * are, and tap takes over such a choice only when it is built anew.
 * @param {string} root
 * @param {import('./report.mjs').Report} report
 */
export async function ensureTestRunner(root, report) {
  const built = join(root, 'node_modules/@tapjs/test/test-built/dist/esm/index.js');
  if (!existsSync(built) || !readFileSync(built, 'utf8').includes('@tapjs/typescript')) return;
  await report.step('building the test runner', async () => {
    const { code, output } = await run(projectNode(root), ['node_modules/tap/dist/esm/run.mjs', 'build'], {
      cwd: root,
      env: withLocalPrograms(root),
    });
    if (code !== 0) throw new SetupStop(`${output.trim()}\ntap build failed (above).`);
  });
}

/**
 * The `node` package fetches its binary in an install script, which npm does not run where scripts are off.
 * @param {string} root
 * @param {import('./report.mjs').Report} report
 */
async function ensureNode(root, report) {
  const wanted = JSON.parse(readFileSync(join(root, 'node_modules/node/package.json'), 'utf8')).version;
  const path = pinnedNode(root);
  if ((await versionOf(path)) !== wanted) {
    await report.step(`fetching Node ${wanted}`, async () => {
      const { code, output } = await run(process.execPath, ['installArchSpecificPackage.js'], {
        cwd: join(root, 'node_modules/node'),
      });
      const version = await versionOf(path);
      if (version !== wanted && Number(process.versions.node.split('.')[0]) < 24) {
        throw new SetupStop(
          `${output.trim()}\nNode ${wanted} could not be fetched (${code === 0 ? `its binary does not run here: ${version ?? 'no answer'}` : `exit code ${code}`}). ` +
            'Install Node 24 or newer from https://nodejs.org/en/download, then run the command again.',
        );
      }
    });
  }
  const node = (await versionOf(path)) === wanted ? path : process.execPath;
  report.done(`Node ${node === path ? wanted : `${process.versions.node} (the machine's own)`}`);
  return node;
}

/** @param {string} path */
async function versionOf(path) {
  if (!existsSync(path)) return undefined;
  const { code, output } = await run(path, ['--version'], { timeoutMs: 20_000 });
  return code === 0 ? output.trim().replace(/^v/, '') : undefined;
}

/**
 * Runs npm: the one that runs us, else the one on the PATH.
 * @param {string} root
 * @param {readonly string[]} args
 */
export function npm(root, args) {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('npm-cli.js')
    ? run(process.execPath, [cli, ...args], { cwd: root })
    : run('npm', args, { cwd: root });
}
