import { existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, chmod, mkdtemp, rename } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DEBIAN_KEYS, composeVersion, readText } from './facts.mjs';
import { OLDEST_COMPOSE, isAtLeast } from './next-step.mjs';
import { run } from './process.mjs';
import { SetupStop } from './report.mjs';

/** @typedef {import('./report.mjs').Report} Report */

/**
 * Suites that packages are taken from one by one, the preferred first: what this machine's own release lacks.
 * The programs in question are linked to little but libc; a suite whose binary does not run here is passed over.
 */
const SUITES = ['sid', 'trixie'];

/**
 * Installs packages of the machine's own release.
 * @param {readonly string[]} packages
 * @param {Report} report
 */
export async function aptInstall(packages, report) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
  await report.step(`apt-get install ${packages.join(' ')}`, async () => {
    let outcome = await install();
    if (outcome.code !== 0) {
      // The usual reason: package lists that are not there or too old.
      await run('apt-get', ['update'], { env });
      outcome = await install();
    }
    if (outcome.code !== 0) {
      throw new SetupStop(`${outcome.output.trim()}\napt-get install ${packages.join(' ')} failed (above).`);
    }
  });
}

/**
 * The newest version that the machine's own release has of a package.
 * @param {string} name
 */
async function candidateOf(name) {
  const { output } = await run('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } });
  return parseCandidate(output);
}

/**
 * The candidate in what `apt-cache policy` prints.
 * @param {string} policy
 */
export function parseCandidate(policy) {
  const version = /^ *Candidate: (\S+)/m.exec(policy)?.[1];
  return version === '(none)' ? undefined : version;
}

/**
 * Fetches a package with an apt configuration of its own and unpacks it, without installing it: own sources, own
 * lists, own cache, all in a temporary folder. The machine's proxy settings hold, nothing else of its apt set-up is
 * read or changed.
 * @template T
 * @param {string} name
 * @param {(folder: string) => Promise<T | undefined>} accept gets the unpacked package; undefined tries the next suite
 * @returns {Promise<T>}
 */
export async function withDebianPackage(name, accept) {
  const problems = [];
  for (const suite of SUITES) {
    const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-setup-'));
    try {
      const problem = await download(name, suite, folder);
      if (problem === undefined) {
        const accepted = await accept(join(folder, 'unpacked'));
        if (accepted !== undefined) return accepted;
        problems.push(`${suite}: its ${name} does not run here`);
      } else {
        problems.push(`${suite}: ${problem}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new SetupStop(`${problems.join('\n')}\n${name} could not be had from Debian's packages (above).`);
}

/**
 * @param {string} name
 * @param {string} suite
 * @param {string} folder
 * @returns {Promise<string | undefined>} what went wrong
 */
async function download(name, suite, folder) {
  if (!existsSync(DEBIAN_KEYS)) return `${DEBIAN_KEYS} is missing; install debian-archive-keyring`;
  for (const sub of ['lists/partial', 'cache/archives/partial', 'unpacked']) {
    mkdirSync(join(folder, sub), { recursive: true });
  }
  const sources = join(folder, 'sources.list');
  writeFileSync(sources, `deb [signed-by=${DEBIAN_KEYS}] ${debianMirror()} ${suite} main\n`);
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    'Dir::Etc::Preferences=/dev/null',
    'Dir::Etc::PreferencesParts=/dev/null',
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Default-Release=',
    // Hooks of the machine are about its own lists.
    'APT::Update::Post-Invoke-Success=',
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  const context = { cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  for (const args of [['update'], ['download', name]]) {
    const { code, output } = await run('apt-get', [...options, ...args], context);
    if (code !== 0) return output.trim();
  }
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) return 'nothing was downloaded';
  const { code, output } = await run('dpkg-deb', ['-x', file, 'unpacked'], context);
  return code === 0 ? undefined : output.trim();
}

/** The mirror that this machine uses for Debian itself, else Debian's own. */
function debianMirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : []),
  ];
  return parseMirror(files.map(readText).join('\n')) ?? 'http://deb.debian.org/debian';
}

/**
 * The first Debian mirror that apt's sources name, in either of their two forms.
 * @param {string} sources
 */
export function parseMirror(sources) {
  const used = sources.split('\n').filter((line) => /^(deb|URIs:)\s/.test(line));
  return used
    .flatMap((line) => line.split(/\s+/))
    .find((word) => /^https?:\/\/\S+\/debian\/?$/.test(word))
    ?.replace(/\/$/, '');
}

/**
 * Installs Debian's engine and starts it.
 * @param {Report} report
 */
export async function installEngine(report) {
  await aptInstall(['docker.io', 'iptables', 'ca-certificates'], report);
  await startEngine(report);
}

/**
 * Starts an installed engine as a service, or where there is no service manager, on its own.
 * @param {Report} report
 */
export async function startEngine(report) {
  if (existsSync('/run/systemd/system')) {
    const { code, output } = await report.step('systemctl start docker', () =>
      run('systemctl', ['start', 'docker']),
    );
    if (code !== 0)
      throw new SetupStop(`${output.trim()}\nDocker did not start (above): journalctl -u docker`);
    return;
  }
  const logFile = '/var/log/ecsidecar-dockerd.log';
  removeStalePidFile('/var/run/docker.pid');
  await report.step(`starting dockerd, which logs to ${logFile}`, async () => {
    const output = openSync(logFile, 'a');
    const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', output, output] });
    /** @type {string | undefined} */
    let ended;
    child.on('error', (error) => (ended = error.message));
    child.on('exit', (code) => (ended = `exit code ${code}`));
    child.unref();
    const end = Date.now() + 60_000;
    while (!(await isEngineUp())) {
      if (ended === undefined && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        continue;
      }
      const tail = readText(logFile).trim().split('\n').slice(-15).join('\n');
      throw new SetupStop(
        `${tail}\ndockerd did not start (${ended ?? 'not within a minute'}; its last lines are above). ` +
          'In a container it needs --privileged; else mount the host’s /var/run/docker.sock.',
      );
    }
  });
}

async function isEngineUp() {
  const { ask } = await import('./engine.mjs');
  return ask('unix:///var/run/docker.sock', '/_ping').then(
    ({ status }) => status === 200,
    () => false,
  );
}

/**
 * A machine that was copied or restored while Docker ran keeps its pid file, and dockerd refuses to start when some
 * other process has that number now.
 * @param {string} path
 */
function removeStalePidFile(path) {
  const pid = readText(path).trim();
  if (pid !== '' && readText(`/proc/${pid}/comm`).trim() !== 'dockerd') rmSync(path, { force: true });
}

/**
 * Brings Compose and the Docker CLI where they are missing.
 * @param {readonly ('compose' | 'cli')[]} programs
 * @param {boolean} isRoot
 * @param {Report} report
 */
export async function installPrograms(programs, isRoot, report) {
  for (const program of programs) {
    await (program === 'compose' ? installCompose(isRoot, report) : installCli(report));
  }
}

/**
 * @param {boolean} isRoot
 * @param {Report} report
 */
async function installCompose(isRoot, report) {
  if (isRoot) {
    // Ubuntu has it under the one name, Debian 13 and newer under the other.
    for (const name of ['docker-compose-v2', 'docker-compose']) {
      if (isAtLeast((await candidateOf(name)) ?? '', OLDEST_COMPOSE)) return aptInstall([name], report);
    }
  }
  const target = join(
    process.env['DOCKER_CONFIG'] || join(homedir(), '.docker'),
    'cli-plugins/docker-compose',
  );
  await report.step(`fetching Compose from Debian's packages to ${target}`, () =>
    withDebianPackage('docker-compose', async (folder) => {
      const binary = join(folder, 'usr/libexec/docker/cli-plugins/docker-compose');
      const version = existsSync(binary) ? await composeVersion(binary) : undefined;
      if (version === undefined || !isAtLeast(version, OLDEST_COMPOSE)) return undefined;
      await putProgram(binary, target);
      return version;
    }),
  );
}

/** @param {Report} report */
async function installCli(report) {
  if ((await candidateOf('docker-cli')) !== undefined) return aptInstall(['docker-cli'], report);
  const target = '/usr/local/bin/docker';
  await report.step(`fetching the Docker CLI from Debian's packages to ${target}`, () =>
    withDebianPackage('docker-cli', async (folder) => {
      const binary = join(folder, 'usr/bin/docker');
      const { code } = await run(binary, ['--version'], { timeoutMs: 15_000 });
      if (code !== 0) return undefined;
      await putProgram(binary, target);
      return true;
    }),
  );
}

/**
 * Puts a program in its place whole or not at all.
 * @param {string} from
 * @param {string} to
 */
export async function putProgram(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const fresh = `${to}.${process.pid}`;
  await copyFile(from, fresh);
  await chmod(fresh, 0o755);
  await rename(fresh, to);
}
