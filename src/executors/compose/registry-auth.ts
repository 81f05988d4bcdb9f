import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { registryOf } from './image-name.ts';

/** What the engine is given for a pull; undefined: the registry is asked without credentials. */
export type RegistryAuth =
  | { username: string; password: string; serveraddress: string }
  | { identitytoken: string; serveraddress: string };

type DockerConfig = {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
};

/** Path of Docker's config.json; DOCKER_CONFIG is a folder, or LocalStack's form: the file itself. */
export function dockerConfigPath(environment: NodeJS.ProcessEnv): string {
  const given = environment['DOCKER_CONFIG'];
  if (given?.endsWith('.json')) return given;
  return join(given || join(homedir(), '.docker'), 'config.json');
}

/**
 * The credentials that Docker's own configuration has for the registry of an image: `auths`, `credHelpers` and
 * `credsStore`. Read at each pull, so that a `docker login` counts at once.
 * Throws an Error when config.json cannot be understood or a helper fails; an absent file is no error. One that may not
 * be read is told to `warn`: as with Docker's own tools, public images are to be had all the same.
 */
export async function findRegistryAuth(
  image: string,
  environment: NodeJS.ProcessEnv,
  warn: (text: string) => void,
): Promise<RegistryAuth | undefined> {
  const config = await readDockerConfig(dockerConfigPath(environment), warn);
  const registry = registryOf(image);
  const named = config.credHelpers?.[registry];
  const helper = named ?? config.credsStore;
  if (helper !== undefined) {
    // A store for all registries may be of another machine: Docker Desktop's file mounted into the sidecar's container.
    const found = await askHelper(helper, registry, environment, { mayBeAbsent: named === undefined });
    if (found) return found;
  }
  const entry = Object.entries(config.auths ?? {}).find(([key]) => hostOf(key) === hostOf(registry))?.[1];
  if (entry?.identitytoken) return { identitytoken: entry.identitytoken, serveraddress: registry };
  if (!entry?.auth) {
    const { username, password } = entry ?? {};
    return username && password ? { username, password, serveraddress: registry } : undefined;
  }
  const [username = '', ...password] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':'), serveraddress: registry };
}

const hostOf = (address: string): string => address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

async function readDockerConfig(path: string, warn: (text: string) => void): Promise<DockerConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // Docker makes a folder of what is to be mounted and is not there.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR')
      warn(`${path} cannot be read (${code ?? ''})`);
    return {};
  }
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    // The parser's message repeats what it read.
    throw new Error(`${path} is no valid JSON`);
  }
}

/**
 * Runs `docker-credential-<helper> get`; undefined when it has nothing for this registry, or is not there and may be so.
 * Source: docker-credential-helpers protocol; docker/cli asks a registry without credentials when its store fails.
 */
function askHelper(
  helper: string,
  registry: string,
  environment: NodeJS.ProcessEnv,
  { mayBeAbsent }: { readonly mayBeAbsent: boolean },
): Promise<RegistryAuth | undefined> {
  return new Promise((resolve, reject) => {
    if (!/^[\w.-]+$/.test(helper)) {
      reject(
        new Error(
          `the credential helper's name ${JSON.stringify(helper)} in Docker's config.json is not valid`,
        ),
      );
      return;
    }
    const program = `docker-credential-${helper}`;
    const child = execFile(program, ['get'], { env: environment, timeout: 30_000 }, (error, stdout) => {
      if (error && (/not found/i.test(stdout) || (mayBeAbsent && error.code === 'ENOENT')))
        resolve(undefined);
      else if (error) reject(new Error(`${program} failed: ${stdout.trim() || error.message}`));
      else {
        try {
          const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string };
          resolve(
            Username === '<token>'
              ? { identitytoken: Secret, serveraddress: registry }
              : { username: Username, password: Secret, serveraddress: registry },
          );
        } catch {
          // Its output may hold a secret and is not repeated.
          reject(new Error(`${program} printed no valid JSON`));
        }
      }
    });
    // A helper that ends without reading says by its exit what is wrong.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(registry);
  });
}
