import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './poll.ts';

const run = promisify(execFile);

/** A socket in front of the real engine's that can be taken away and given back. */
export type CuttableEngine = {
  readonly dockerHost: string;
  /** Ends every connection and lets none through. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** How often something was sent to the engine so far. */
  requests(): number;
  remove(): Promise<void>;
};

export async function createCuttableEngine(realSocket = '/var/run/docker.sock'): Promise<CuttableEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-engine-'));
  const path = join(folder, 'docker.sock');
  const sockets = new Set<Socket>();
  let requests = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = createConnection({ path: realSocket, allowHalfOpen: true });
    keep(client);
    keep(engine);
    client.on('data', () => {
      requests += 1;
    });
    client.pipe(engine).on('error', () => client.destroy());
    engine.pipe(client).on('error', () => engine.destroy());
  });
  const mend = async (): Promise<void> => {
    server.listen(path);
    await once(server, 'listening');
  };
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await mend();
  return {
    dockerHost: `unix://${path}`,
    cut,
    mend,
    requests: () => requests,
    async remove() {
      if (server.listening) await cut();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An engine of the test's own, which can be restarted without harm to others. Needs root and dockerd. */
export type OwnEngine = { readonly dockerHost: string; restart(): Promise<void>; remove(): Promise<void> };

export async function startOwnEngine(images: readonly string[]): Promise<OwnEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-dockerd-'));
  const dockerHost = `unix://${join(folder, 'docker.sock')}`;
  const start = async () => {
    const child = spawn(
      'unshare',
      [
        // In a network namespace of its own: a second engine would remove the default bridge of the machine's.
        '--net',
        'dockerd',
        '--host',
        dockerHost,
        '--data-root',
        join(folder, 'data'),
        '--exec-root',
        join(folder, 'exec'),
        '--pidfile',
        join(folder, 'pid'),
        '--bridge',
        'none',
        '--iptables=false',
        '--ip-masq=false',
      ],
      { stdio: 'ignore' },
    );
    await until('the test engine answers', () =>
      run('docker', ['-H', dockerHost, 'version']).then(
        () => true,
        () => {
          if (child.exitCode !== null) throw new Error(`dockerd ended with ${child.exitCode}`);
          return false;
        },
      ),
    );
    return child;
  };
  let child = await start();
  await run('sh', ['-c', `docker save ${images.join(' ')} | docker -H ${dockerHost} load`]);
  const stop = async (): Promise<void> => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  return {
    dockerHost,
    async restart() {
      await stop();
      child = await start();
    },
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
