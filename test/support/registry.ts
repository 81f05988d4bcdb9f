import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { until } from './poll.ts';

const run = promisify(execFile);

/** Debian's `docker-registry`, brought by set-up; undefined where it cannot be had. */
export const REGISTRY_PROGRAM = process.env['ECSIDECAR_TEST_REGISTRY'];

/** Who may pull and push. Any test that finds this password where it does not belong has found a leak. */
export const LOGIN = { username: 'robot', password: 'canary-of-the-registry' } as const;

/** bcrypt of LOGIN's password, the one form that the registry takes. */
const HTPASSWD = 'robot:$2y$05$abcdefghijklmnopqrstuuTQLdDQ2arfM5hmv74DJrVlfO6Ojq7Qm';

export type TestRegistry = {
  /** e.g. `127.0.0.1:34567`, which engines take with any certificate. */
  readonly host: string;
  /** Puts an image of the engine into the registry as `repository:tag` and returns its full name, which in the engine means what it did before. */
  push(image: string, name: string): Promise<string>;
  /** How often a manifest of this `repository:tag` was asked for with the right password. */
  manifestRequests(name: string): number;
  /** Ends it, keeping what it has; its address stays its own for `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
};

/** A private registry on loopback, with TLS (a certificate of its own making) and a password. */
export async function startRegistry(program: string): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-registry-'));
  const file = (name: string): string => join(folder, name);
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'];
  await run('openssl', [...request, '-keyout', file('key.pem'), '-out', file('cert.pem')]);
  await writeFile(file('htpasswd'), `${HTPASSWD}\n`);
  const logFile = file('log');
  let port = '0';
  let end = async (): Promise<void> => undefined;

  const start = async (): Promise<void> => {
    const config = {
      version: '0.1',
      storage: { filesystem: { rootdirectory: file('data') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}`, tls: { certificate: file('cert.pem'), key: file('key.pem') } },
      auth: { htpasswd: { realm: 'tests', path: file('htpasswd') } },
    };
    // JSON is YAML.
    await writeFile(file('config.yml'), JSON.stringify(config));
    const output = openSync(logFile, 'a');
    const before = readFileSync(logFile, 'utf8').length;
    const child = spawn(program, ['serve', file('config.yml')], { stdio: ['ignore', output, output] });
    closeSync(output);
    end = async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    port = await until('the registry listens', () => {
      const log = readFileSync(logFile, 'utf8').slice(before);
      if (child.exitCode !== null) throw new Error(`the registry ended: ${log}`);
      return /listening on 127\.0\.0\.1:(\d+), tls/.exec(log)?.[1];
    });
  };
  await start();

  const host = `127.0.0.1:${port}`;
  const docker = new Docker();
  return {
    host,
    start,
    stop: () => end(),
    async push(image, name) {
      const [repo = '', tag = ''] = `${host}/${name}`.split(/:(?=[^:]*$)/);
      const pushed = docker.getImage(`${repo}:${tag}`);
      const before = await pushed.inspect().catch(() => undefined);
      await docker.getImage(image).tag({ repo, tag });
      await followed(docker, await pushed.push({ tag, authconfig: { ...LOGIN, serveraddress: host } }));
      if (before) await docker.getImage(before.Id).tag({ repo, tag });
      else await pushed.remove();
      return `${repo}:${tag}`;
    },
    manifestRequests(name) {
      const [repository = '', tag = ''] = name.split(':');
      const asked = `"HEAD /v2/${repository}/manifests/${tag} HTTP/1.1" 200 `;
      return readFileSync(logFile, 'utf8').split(asked).length - 1;
    },
    async remove() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function followed(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Makes an image of busybox that differs from all others by a label; the tag moves to it. */
export async function makeImage(docker: Docker, name: string, label: string): Promise<string> {
  const [repo = '', tag = 'latest'] = name.split(/:(?=[^:/]*$)/);
  const container = await docker.createContainer({ Image: 'busybox:latest' });
  try {
    const { Id: id } = (await container.commit({ repo, tag, changes: `LABEL test=${label}` })) as {
      Id: string;
    };
    return id;
  } finally {
    await container.remove();
  }
}

/** What a `config.json` of Docker says of a registry. */
export const authsOf = (host: string, { username, password }: { username: string; password: string }) => ({
  auths: { [host]: { auth: Buffer.from(`${username}:${password}`).toString('base64') } },
});

/** A PATH on which the registry is: where set-up fetched it, it is on no other. */
export const programPath = (): string =>
  [process.env['PATH'] ?? '', ...(REGISTRY_PROGRAM === undefined ? [] : [dirname(REGISTRY_PROGRAM)])].join(
    ':',
  );
