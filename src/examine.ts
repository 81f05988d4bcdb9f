import { constants } from 'node:fs';
import { access, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import { inspectDocking } from './executors/compose/inspect.ts';
import type { Finding } from './model/console-ports.ts';

/** Checks all that the sidecar needs with these settings, changing nothing: what was found, or what to do. */
export async function examine(config: Config, environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [
    { what: 'settings', ok: true, text: 'all variables can be read' },
    ...(await inspectDocking(config, environment)),
    await checkPort(config),
    await checkFolder(config),
  ];
}

async function checkPort({ listen }: Config): Promise<Finding> {
  const address = `${listen.host}:${listen.port}`;
  const health = await fetch(`http://${address}/_ecsidecar/health`, {
    signal: AbortSignal.timeout(2000),
  }).catch(() => undefined);
  if (health?.ok) return { what: 'port', ok: true, text: `${address}: an ecsidecar is running there` };
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const text =
        error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used (${error.message})`;
      resolve({ what: 'port', ok: false, text: `${address} ${text}. Stop it, or set GATEWAY_LISTEN.` });
    });
    server.listen(listen.port, listen.host, () => {
      server.close(() => {
        resolve({ what: 'port', ok: true, text: `${address} is free` });
      });
    });
  });
}

async function checkFolder({ dataDir }: Config): Promise<Finding> {
  const probe = join(dataDir, '.doctor');
  try {
    if (await exists(dataDir)) {
      await writeFile(probe, '');
      await rm(probe);
    } else {
      await accessNearestParent(dataDir);
    }
    return { what: 'data folder', ok: true, text: `${dataDir} can be written` };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return {
      what: 'data folder',
      ok: false,
      text: `${dataDir}: ${text}. Set ECSIDECAR_DATA_DIR to a folder of yours.`,
    };
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Throws unless the folder could be made: its nearest parent that is there can be written. */
async function accessNearestParent(path: string): Promise<void> {
  let parent = dirname(path);
  while (!(await exists(parent))) parent = dirname(parent);
  await access(parent, constants.W_OK);
}
