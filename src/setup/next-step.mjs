/**
 * What set-up does next about Docker, decided from facts alone.
 *
 * @typedef {'ok' | 'absent' | 'denied' | 'silent'} EngineStatus `denied`: this user may not use the socket;
 *   `silent`: the socket or address is there and nothing (sensible) answers
 * @typedef {{ host: string, source: 'DOCKER_HOST' | 'context' | 'socket', status: EngineStatus, version?: string, apiVersion?: string, detail?: string }} Engine
 * @typedef {{ path: string, version: string }} Program
 * @typedef {{
 *   platform: string,
 *   isWsl: boolean,
 *   isRoot: boolean,
 *   user: string,
 *   hasSystemd: boolean,
 *   distribution: string[],
 *   hasApt: boolean,
 *   hasDebianKeys: boolean,
 *   inDockerGroup: boolean,
 *   hasDockerd: boolean,
 *   hasRootless: boolean,
 *   hasDesktop: boolean,
 *   hasCli: boolean,
 *   engines: Engine[],
 *   compose: Program[],
 * }} Facts `distribution`: ID and ID_LIKE of /etc/os-release; `inDockerGroup`: in the group file, whatever this
 *   session knows; `engines`: those looked at, in the order of preference; `compose`: every one found
 * @typedef {{ kind: 'ready', engine: Engine, compose: Program }
 *   | { kind: 'install-engine' }
 *   | { kind: 'start-engine' }
 *   | { kind: 'install-programs', programs: ('compose' | 'cli')[] }
 *   | { kind: 'stop', problem: string, next: string }} Step
 */

/** Docker 20.10. */
const OLDEST_API = [1, 41];
export const OLDEST_COMPOSE = [2, 24];
const AGAIN = 'Then run this command again.';

/**
 * @param {Facts} facts
 * @returns {Step}
 */
export function nextStep(facts) {
  const engine = facts.engines.find(({ status }) => status === 'ok');
  return engine ? withEngine(facts, engine) : withoutEngine(facts);
}

/**
 * @param {Facts} facts
 * @param {Engine} engine
 * @returns {Step}
 */
function withEngine(facts, engine) {
  if (!isAtLeast(engine.apiVersion ?? '', OLDEST_API)) {
    return stop(
      `The Docker engine at ${engine.host} is ${engine.version} (API ${engine.apiVersion}); 20.10 (API 1.41) or newer is needed.`,
      facts.platform === 'linux' && !facts.isWsl
        ? `Upgrade it: https://docs.docker.com/engine/install/. ${AGAIN}`
        : `Update Docker Desktop (Settings, Software updates). ${AGAIN}`,
    );
  }
  const compose = facts.compose.find(({ version }) => isAtLeast(version, OLDEST_COMPOSE));
  const missing = /** @type {('compose' | 'cli')[]} */ ([
    ...(compose ? [] : ['compose']),
    // People are told to look with `docker ps`; the sidecar itself does without.
    ...(facts.hasCli || !facts.isRoot ? [] : ['cli']),
  ]);
  const canInstall = facts.hasApt && (facts.isRoot || facts.hasDebianKeys);
  if (missing.length > 0 && canInstall) return { kind: 'install-programs', programs: missing };
  if (compose) return { kind: 'ready', engine, compose };
  const found = facts.compose.map(({ path, version }) => `; ${path} is ${version}`).join('');
  return stop(`Docker Compose 2.24 or newer was not found${found}.`, composeHint(facts));
}

/** @param {Facts} facts */
function composeHint({ platform, isWsl, distribution, hasDesktop }) {
  if (platform !== 'linux' || isWsl || hasDesktop) {
    return `Update Docker Desktop (Settings, Software updates): Compose comes with it. ${AGAIN}`;
  }
  const install = isOf(distribution, 'fedora', 'rhel')
    ? 'sudo dnf install docker-compose'
    : isOf(distribution, 'alpine')
      ? 'apk add docker-cli-compose'
      : isOf(distribution, 'arch')
        ? 'sudo pacman -S docker-compose'
        : isOf(distribution, 'ubuntu')
          ? 'sudo apt-get install docker-compose-v2'
          : 'put the binary of https://docs.docker.com/compose/install/linux/ into ~/.docker/cli-plugins';
  return `Install it: ${install}. ${AGAIN}`;
}

/**
 * @param {Facts} facts
 * @returns {Step}
 */
function withoutEngine(facts) {
  const chosen = facts.engines.find(({ source }) => source !== 'socket');
  if (chosen) return chosenEngineFailed(facts, chosen);
  switch (facts.platform) {
    case 'linux':
      return facts.isWsl ? onWsl(facts) : onLinux(facts);
    case 'darwin':
      return facts.hasDesktop
        ? stop('Docker Desktop is installed and not running.', `Start it: open -a Docker. ${AGAIN}`)
        : stop(
            'No Docker engine was found.',
            `Install Docker Desktop (https://docs.docker.com/desktop/setup/install/mac-install/, or: brew install --cask docker) and start it. ${AGAIN}`,
          );
    case 'win32':
      return facts.hasDesktop
        ? stop('Docker Desktop is installed and not running.', `Start it from the Start menu. ${AGAIN}`)
        : stop(
            'No Docker engine was found.',
            `Install Docker Desktop with its WSL 2 backend (https://docs.docker.com/desktop/setup/install/windows-install/) and start it. ${AGAIN}`,
          );
    default:
      return stop('No Docker engine was found.', `Start one, and set DOCKER_HOST to its address. ${AGAIN}`);
  }
}

/**
 * The engine that the user asked for by DOCKER_HOST or a docker context is not replaced by another.
 * @param {Facts} facts
 * @param {Engine} engine
 * @returns {Step}
 */
function chosenEngineFailed(facts, { host, source, status, detail }) {
  const what =
    source === 'DOCKER_HOST' ? `DOCKER_HOST is "${host}"` : `The current docker context points to ${host}`;
  const other =
    source === 'DOCKER_HOST'
      ? 'unset DOCKER_HOST to let set-up look for an engine'
      : 'run `docker context use default` to let set-up look for an engine';
  if (host.startsWith('ssh://')) {
    return stop(
      `${what}: set-up does not speak ssh.`,
      `Forward the engine's socket (ssh -nNT -L "$PWD/docker.sock:/var/run/docker.sock" ${host.slice(6)} & export DOCKER_HOST=unix://$PWD/docker.sock), or ${other}. ${AGAIN}`,
    );
  }
  if (!/^(unix|npipe|tcp|https?):\/\//.test(host)) {
    return stop(
      `${what}; an address begins with unix://, tcp:// or npipe://.`,
      `Correct it, or ${other}. ${AGAIN}`,
    );
  }
  if (status === 'denied')
    return { ...denied(facts), problem: `${what}: this user may not use that socket.` };
  const problem =
    status === 'absent' ? 'there is no such socket' : `nothing answers there${detail ? ` (${detail})` : ''}`;
  return stop(`${what}: ${problem}.`, `Start that engine, correct the address, or ${other}. ${AGAIN}`);
}

/**
 * @param {Facts} facts
 * @returns {Step}
 */
function onWsl(facts) {
  if (facts.engines.some(({ status }) => status === 'denied')) return denied(facts);
  if (facts.hasDockerd) return facts.isRoot ? { kind: 'start-engine' } : stopped('sudo service docker start');
  return stop(
    'No Docker engine was found in this WSL distribution.',
    `Start Docker Desktop on Windows and switch this distribution on under Settings, Resources, WSL integration. ${AGAIN}`,
  );
}

/**
 * @param {Facts} facts
 * @returns {Step}
 */
function onLinux(facts) {
  if (facts.engines.some(({ status }) => status === 'denied')) return denied(facts);
  if (facts.isRoot) {
    if (facts.hasDockerd) return { kind: 'start-engine' };
    if (facts.hasApt && isOf(facts.distribution, 'debian', 'ubuntu')) return { kind: 'install-engine' };
    return stop('No Docker engine was found.', `${installHint(facts)} ${AGAIN}`);
  }
  if (facts.hasRootless && !facts.hasDesktop) {
    return stopped(
      facts.hasSystemd ? 'systemctl --user start docker' : 'dockerd-rootless.sh &',
      'Rootless Docker',
    );
  }
  if (facts.hasDesktop) return stopped('systemctl --user start docker-desktop', 'Docker Desktop');
  if (facts.hasDockerd) {
    return stopped(facts.hasSystemd ? 'sudo systemctl start docker' : 'sudo service docker start');
  }
  return stop(
    'No Docker engine was found, and only root can install one.',
    `${installHint(facts)} Then: sudo usermod -aG docker ${facts.user} && newgrp docker. ${AGAIN}`,
  );
}

/** @param {Facts} facts */
function installHint({ distribution, isRoot, hasSystemd }) {
  const sudo = isRoot ? '' : 'sudo ';
  const start = hasSystemd ? ` && ${sudo}systemctl enable --now docker` : '';
  if (isOf(distribution, 'debian', 'ubuntu')) return `Install it: ${sudo}apt-get install docker.io.`;
  if (isOf(distribution, 'fedora'))
    return `Install it: ${sudo}dnf install moby-engine docker-compose${start}.`;
  if (isOf(distribution, 'arch')) return `Install it: ${sudo}pacman -S docker docker-compose${start}.`;
  if (isOf(distribution, 'alpine')) {
    return `Install it: ${sudo}apk add docker docker-cli-compose && ${sudo}rc-service docker start.`;
  }
  return 'Install Docker: https://docs.docker.com/engine/install/.';
}

/** @param {Facts} facts */
function denied({ user, inDockerGroup, isRoot }) {
  const problem = 'Docker is there, but this user may not use its socket.';
  if (isRoot) {
    return stop(
      problem,
      `Root is refused, so a security module or a container's confinement is in the way. ${AGAIN}`,
    );
  }
  return inDockerGroup
    ? stop(
        problem,
        `You are in the docker group since after your log-in: newgrp docker (or log out and in). ${AGAIN}`,
      )
    : stop(problem, `Join the docker group: sudo usermod -aG docker ${user} && newgrp docker. ${AGAIN}`);
}

/**
 * @param {string} command
 * @param {string} what
 */
const stopped = (command, what = 'Docker') =>
  stop(`${what} is installed and not running.`, `Start it: ${command}. ${AGAIN}`);

/**
 * @param {string} problem
 * @param {string} next
 * @returns {Extract<Step, { kind: 'stop' }>}
 */
const stop = (problem, next) => ({ kind: 'stop', problem, next });

/**
 * @param {readonly string[]} distribution
 * @param {...string} names
 */
const isOf = (distribution, ...names) => distribution.some((id) => names.includes(id));

/**
 * Whether `2.40.3-3`, `v2.20.0`, `1.41` … is at least this major and minor version.
 * @param {string} version
 * @param {readonly number[]} oldest
 */
export function isAtLeast(version, [oldestMajor = 0, oldestMinor = 0]) {
  const match = /^v?(\d+)\.(\d+)/.exec(version);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
