import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Server = { readonly url: string; readonly child: ChildProcess; stop(): Promise<void> };

/** Starts a Node program that prints `ready at <address>` and resolves once it answers its health check. */
export async function startServer(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Server> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`${args.join(' ')} ended with ${code}`));
    });
    createInterface(child.stdout).on('line', (line) => {
      const found = /ready at (http:\S+)/.exec(line)?.[1];
      if (found) resolve(found);
    });
  });
  await fetch(`${url}/_ecsidecar/health`);
  return {
    url,
    child,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}

/** An unsigned request of the ECS API, for what measures answers without a client's own time. */
export function requestOf(
  action: string,
  input: unknown,
): { method: 'POST'; headers: Record<string, string>; body: string } {
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
    },
    body: JSON.stringify(input),
  };
}
