import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The sidecar as a child process. */
export type RunningSidecar = {
  /** e.g. `http://127.0.0.1:4566`. */
  readonly url: string;
  readonly dataDir: string;
  readonly network: string;
  /** Resolves with the exit code when it has ended, for whatever reason. */
  readonly ended: Promise<number>;
  /** Asks it to stop its tasks and end; resolves when it has ended. */
  stop(): Promise<number>;
};

/** Starts `ecsidecar start` and waits for the line that says that it is ready. Rejects when it ends before. */
export async function startSidecar(dataDir: string): Promise<RunningSidecar> {
  const child = spawn(process.execPath, [`${ROOT}src/cli/bin.js`, 'start'], {
    env: { LOG_LEVEL: 'warn', LOG_FORMAT: 'pretty', ...process.env, ECSIDECAR_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  forwardSignals(child);
  const ready = new Promise<{ url: string; network: string }>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      process.stdout.write(`  ${line}\n`);
      const [, url, network] = /ready at (http:\S+) .*network ([^\s,)]+)/.exec(line) ?? [];
      if (url !== undefined && network !== undefined) resolve({ url, network });
    });
  });
  const tooEarly = ended.then((code): never => {
    throw new Error(`the sidecar ended with exit code ${code} before it was ready; it said why above`);
  });
  const { url, network } = await Promise.race([ready, tooEarly]);
  return {
    url,
    network,
    dataDir,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** From a terminal, Ctrl-C reaches the sidecar by itself; other signals, and those without a terminal, do not. */
function forwardSignals(child: ChildProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
}
