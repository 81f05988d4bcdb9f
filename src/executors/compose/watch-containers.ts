import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { posix } from 'node:path';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { backoffMs } from '../../lib/backoff.ts';
import { createKeptUp } from '../../lib/kept-up.ts';
import { pause } from '../../lib/pause.ts';
import type { IgnoreFiles, TreeWatcher, WatchMessage } from '../../model/watch.ts';
import { engineMessage } from './engine.ts';

/** On containers that only watch; its value is the sidecar's id. */
const LABEL = 'ecsidecar.watcher';
/** Where such a container has what it watches. */
const TARGET = '/watched';

export type ContainerWatcherOptions = {
  readonly docker: Docker;
  /** The sidecar's own image, which has the program. */
  readonly imageId: string;
  readonly sidecarId: string;
  readonly pollMs: number;
  readonly onChange: (watched: string, changed: readonly string[]) => void;
  readonly logger: Logger;
};

/**
 * Watches host paths that a sidecar in a container cannot see, each by a small container of its own image that has the
 * path mounted read-only. Such a container ends when the sidecar does, however that happens: its standard input ends.
 */
export function createContainerWatcher(options: ContainerWatcherOptions): TreeWatcher {
  const { docker, logger, onChange } = options;
  const kept = createKeptUp();
  const ignoreFiles = new Map<string, IgnoreFiles>();
  const leftovers = removeLeftovers(docker, options.sidecarId).catch((error: unknown) => {
    logger.warn(`containers of an earlier run that only watch may be left: ${engineMessage(error)}`);
  });

  /** One life of a container; resolves when it has ended. `name`: of the one file that is to be watched in the folder. */
  const watchOnce = async (
    folder: string,
    name: string,
    signal: AbortSignal,
    onMessage: (message: WatchMessage) => void,
  ): Promise<void> => {
    const container = await docker.createContainer({
      Image: options.imageId,
      Entrypoint: ['node', '/opt/ecsidecar/dist/cli/bin.js'],
      Cmd: ['watch-agent', posix.join(TARGET, name)],
      Env: [`ECS_HOT_RELOAD_POLL=${options.pollMs / 1000}`],
      Labels: { [LABEL]: options.sidecarId },
      Healthcheck: { Test: ['NONE'] },
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: {
        AutoRemove: true,
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        Mounts: [{ Type: 'bind', Source: folder, Target: TARGET, ReadOnly: true }],
      },
    });
    try {
      const attached = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
      const output = new PassThrough();
      docker.modem.demuxStream(attached, output, new PassThrough().resume());
      attached.once('end', () => output.end()).once('close', () => output.end());
      signal.addEventListener('abort', () => attached.end(), { once: true });
      await container.start();
      if (signal.aborted) return;
      for await (const line of createInterface({ input: output }))
        onMessage(JSON.parse(line) as WatchMessage);
    } finally {
      // AutoRemove counts from its start only.
      await container.remove({ force: true }).catch(() => undefined);
    }
  };

  const keepWatching = async (path: string, signal: AbortSignal): Promise<void> => {
    let [folder, name] = [path, ''];
    await leftovers;
    for (let failures = 0; !signal.aborted;) {
      try {
        await watchOnce(folder, name, signal, (message) => {
          failures = 0;
          if (message.kind === 'watching') logger.debug(`watching ${path}`);
          if (message.kind === 'isFile' && name === '') {
            // A mounted file stays what it was when an editor puts another in its place: its folder is mounted.
            [folder, name] = [posix.dirname(path), posix.basename(path)];
          }
          if (message.kind !== 'changed') return;
          ignoreFiles.set(path, message.ignoreFiles);
          const below = posix.join(TARGET, name);
          onChange(
            path,
            message.paths.map((one) => posix.join(path, one.slice(below.length))),
          );
        });
      } catch (error) {
        if (failures === 0) logger.warn(`${path} cannot be watched; trying again: ${engineMessage(error)}`);
      }
      failures += 1;
      await pause(backoffMs(failures, 0.5, 100, 5000), signal);
    }
  };

  return {
    watch: (path) => kept.start((signal) => keepWatching(path, signal)),
    ignoreFiles: (path) => Promise.resolve(ignoreFiles.get(path) ?? {}),
    close: () => kept.close(),
  };
}

/** A sidecar that was killed between making such a container and starting it leaves it behind. */
async function removeLeftovers(docker: Docker, sidecarId: string): Promise<void> {
  const left = await docker.listContainers({ all: true, filters: { label: [`${LABEL}=${sidecarId}`] } });
  await Promise.all(
    left.map(({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true })
        .catch(() => undefined),
    ),
  );
}
