import { cp, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { aptInstall } from './debian.mjs';
import { onPath } from './facts.mjs';
import { importFolder, isPresent, pull } from './images.mjs';
import { run } from './process.mjs';
import { SetupStop } from './report.mjs';

/** The Dockerfile's default; its argument NODE_IMAGE. */
const REFERENCE = 'node:24-trixie-slim';
/** Made here, so not under the name of what it stands in for. */
const STAND_IN = 'ecsidecar-test/node-python:24-trixie';
/** What it has besides: for examples in Python, with their debugger. */
const PACKAGES = ['ca-certificates', 'python3-debugpy'];

/**
 * The image that the sidecar's own is built from in tests: Node's, or where no registry answers, one made from Debian's
 * packages and the Node and npm of this machine, which has Python and debugpy too.
 * @param {string} host
 * @param {string} node path of Node 24
 * @param {boolean} canBuild
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<{ node?: string, python?: string }>} empty when there is none
 */
export async function ensureNodeImage(host, node, canBuild, report) {
  for (const reference of [STAND_IN, REFERENCE]) {
    if (await isPresent(host, reference)) {
      report.done(`image ${reference}`);
      return { node: reference, ...(reference === STAND_IN && { python: STAND_IN }) };
    }
  }
  const problem = await report.step(`pulling ${REFERENCE}`, () => pull(host, REFERENCE));
  if (problem === undefined) return { node: REFERENCE };
  report.done(`no registry answered (${problem})`);
  if (!canBuild) {
    report.done('the sidecar is not tested as a container: making an image needs root on Debian');
    return {};
  }
  if (onPath('debootstrap') === undefined && !existsSync('/usr/sbin/debootstrap'))
    await aptInstall(['debootstrap'], report);
  await report.step(`making ${STAND_IN} from Debian's packages`, () => build(host, node));
  report.done(`image ${STAND_IN}`);
  return { node: STAND_IN, python: STAND_IN };
}

/**
 * @param {string} host
 * @param {string} node
 */
async function build(host, node) {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-image-'));
  try {
    const root = join(folder, 'root');
    await mkdir(root);
    const options = ['--variant=minbase', `--include=${PACKAGES.join()}`, 'trixie', root];
    const { code, output } = await run('/usr/sbin/debootstrap', options, { timeoutMs: 600_000 });
    if (code !== 0) throw new SetupStop(`${output.trim().slice(-2000)}\ndebootstrap failed (above).`);
    const local = join(root, 'usr/local');
    await copyFile(node, join(local, 'bin/node'));
    await cp(npmFolder(), join(local, 'lib/node_modules/npm'), { recursive: true });
    for (const name of ['npm', 'npx'])
      await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
    // A machine that trusts further authorities reaches its npm registry by them.
    const bundle = join(root, CERTIFICATES);
    if (existsSync(CERTIFICATES)) await writeFile(bundle, await readFile(CERTIFICATES));
    await importFolder(host, STAND_IN, root, join(folder, 'image.tar'), [
      `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES} npm_config_cafile=${CERTIFICATES}`,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** The folder of the npm that runs us, else of the one on the PATH. */
function npmFolder() {
  const cli = process.env['npm_execpath'] ?? onPath('npm');
  const folder = cli === undefined ? undefined : dirname(dirname(realpathSync(cli)));
  if (folder === undefined || JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name !== 'npm')
    throw new SetupStop('npm was not found; run this command by npm.');
  return folder;
}
