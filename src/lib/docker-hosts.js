// Plain JavaScript: set-up runs it before there is anything that could strip types.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Addresses that the engine has on the usual installations, as DOCKER_HOST writes them: of the whole machine, rootless
 * Docker's, Docker Desktop's, Colima's, Rancher Desktop's and Podman's.
 * @param {NodeJS.ProcessEnv} environment
 */
export function usualDockerHosts(environment) {
  if (process.platform === 'win32') return ['npipe:////./pipe/docker_engine'];
  const runtimeFolder = environment['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtimeFolder ? [join(runtimeFolder, 'docker.sock')] : []),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
    join(homedir(), '.colima/default/docker.sock'),
    join(homedir(), '.rd/docker.sock'),
    ...(runtimeFolder ? [join(runtimeFolder, 'podman/podman.sock')] : []),
  ].map((path) => `unix://${path}`);
}

/**
 * The address of the current docker context, unless that is the default one.
 * Source: Docker CLI, `docker context`: a context's files lie in a folder named by the hash of its name.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string | undefined}
 */
export function contextDockerHost(environment) {
  const folder = environment['DOCKER_CONFIG'] || join(homedir(), '.docker');
  const name = environment['DOCKER_CONTEXT'] || readJson(join(folder, 'config.json'))?.currentContext;
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const host = readJson(join(folder, 'contexts/meta', id, 'meta.json'))?.Endpoints?.docker?.Host;
  return typeof host === 'string' && host !== '' ? host : undefined;
}

/**
 * @param {string} path
 * @returns {any}
 */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
