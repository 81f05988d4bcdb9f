import { constants, accessSync, existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { contextDockerHost, usualDockerHosts } from '../lib/docker-hosts.js';
import { ask } from './engine.mjs';
import { OLDEST_COMPOSE, isAtLeast } from './next-step.mjs';
import { run } from './process.mjs';

export const DEBIAN_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Looks at the machine; changes nothing.
 * @returns {Promise<import('./next-step.mjs').Facts>}
 */
export async function gatherFacts() {
  const { username, uid } = userInfo();
  const [engines, compose] = await Promise.all([lookAtEngines(), findCompose()]);
  return {
    platform: process.platform,
    isWsl: process.platform === 'linux' && /microsoft/i.test(readText('/proc/version')),
    isRoot: uid === 0,
    user: username,
    hasSystemd: existsSync('/run/systemd/system'),
    distribution: parseDistribution(readText('/etc/os-release')),
    hasApt: onPath('apt-get') !== undefined && onPath('dpkg-deb') !== undefined,
    hasDebianKeys: existsSync(DEBIAN_KEYS),
    inDockerGroup: new RegExp(`^docker:.*[:,]${username}(,|$)`, 'm').test(readText('/etc/group')),
    hasDockerd: [onPath('dockerd'), '/usr/sbin/dockerd', '/usr/bin/dockerd'].some(isProgram),
    hasRootless: onPath('dockerd-rootless.sh') !== undefined,
    hasDesktop: ['/Applications/Docker.app', '/opt/docker-desktop', 'C:\\Program Files\\Docker\\Docker'].some(
      existsSync,
    ),
    hasCli: onPath('docker') !== undefined,
    engines,
    compose,
  };
}

/**
 * ID and ID_LIKE of an os-release file.
 * @param {string} text
 */
export function parseDistribution(text) {
  const value = (/** @type {string} */ name) =>
    new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1]?.split(' ') ?? [];
  return [...value('ID'), ...value('ID_LIKE')].filter((id) => id !== '');
}

/** Address of the first engine that answers. */
export async function findEngineHost() {
  return (await lookAtEngines()).find(({ status }) => status === 'ok')?.host;
}

/** @returns {Promise<import('./next-step.mjs').Engine[]>} */
async function lookAtEngines() {
  const given = process.env['DOCKER_HOST'];
  if (given) return [await lookAt(given, 'DOCKER_HOST')];
  const fromContext = contextDockerHost(process.env);
  if (fromContext !== undefined) return [await lookAt(fromContext, 'context')];
  return Promise.all(usualDockerHosts(process.env).map((host) => lookAt(host, 'socket')));
}

/**
 * @param {string} host
 * @param {import('./next-step.mjs').Engine['source']} source
 * @returns {Promise<import('./next-step.mjs').Engine>}
 */
async function lookAt(host, source) {
  try {
    const { status, body } = await ask(host, '/version');
    const answer = parseJson(body);
    if (status !== 200 || typeof answer?.ApiVersion !== 'string') {
      return { host, source, status: 'silent', detail: `HTTP ${status}` };
    }
    return { host, source, status: 'ok', version: answer.Version, apiVersion: answer.ApiVersion };
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const status = code === 'ENOENT' ? 'absent' : code === 'EACCES' || code === 'EPERM' ? 'denied' : 'silent';
    return { host, source, status, detail: message };
  }
}

/** @returns {Promise<import('./next-step.mjs').Program[]>} */
async function findCompose() {
  const paths = composePaths().filter(isProgram);
  const found = [];
  for (const path of paths) {
    const version = await composeVersion(path);
    found.push({ path, version: version ?? 'no Compose v2' });
    if (version && isAtLeast(version, OLDEST_COMPOSE)) break;
  }
  return found;
}

/** Source: docker/cli, cli-plugins/manager: the folders in which plugins are looked for, in this order. */
function composePaths() {
  const folders = [
    join(process.env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'cli-plugins'),
    join(homedir(), '.docker', 'cli-plugins'),
    '/usr/local/lib/docker/cli-plugins',
    '/usr/local/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
    '/opt/homebrew/lib/docker/cli-plugins',
    '/Applications/Docker.app/Contents/Resources/cli-plugins',
    'C:\\Program Files\\Docker\\cli-plugins',
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
  const name = process.platform === 'win32' ? 'docker-compose.exe' : 'docker-compose';
  return [...new Set(folders.map((folder) => join(folder, name)))];
}

/**
 * @param {string} path
 * @returns {Promise<string | undefined>} undefined when it does not run or is no Compose v2
 */
export async function composeVersion(path) {
  const { code, output } = await run(path, ['version', '--short'], { timeoutMs: 15_000 });
  const version = output.trim().replace(/^v/, '');
  return code === 0 && /^\d+\.\d+/.test(version) ? version : undefined;
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
export function onPath(name) {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, file))
    .find(isProgram);
}

/** @param {string | undefined} path */
function isProgram(path) {
  if (path === undefined) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
