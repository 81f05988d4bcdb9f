import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { ExecutorError } from '../../model/ports.ts';
import { engineMessage, engineStatus } from './engine.ts';
import { findRegistryAuth } from './registry-auth.ts';

export type Images = {
  /**
   * Makes an image present, pulling it when it is not: for `platform`, or the engine's own.
   * Throws ExecutorError `cannotPull` or `unavailable`.
   */
  ensure(image: string, platform: string | undefined, signal: AbortSignal): Promise<void>;
  /** The manifest digest of an image seen by `ensure`, else its id: images built here have no digest. */
  digest(imageId: string): string;
};

type Pull = { promise: Promise<void>; controller: AbortController; waiting: number };

/** Pulls through the Engine API: a slow pull costs no process and delays no other task; tasks that want one image share one pull. */
export function createImages(docker: Docker, environment: NodeJS.ProcessEnv, logger: Logger): Images {
  const digests = new Map<string, string>();
  const pulls = new Map<string, Pull>();

  const isPresent = async (image: string, signal: AbortSignal): Promise<boolean> => {
    try {
      const found = await docker.getImage(image).inspect();
      // Only images with a manifest digest are kept: an id stands for itself.
      const digest = found.RepoDigests[0]?.split('@')[1];
      if (digest !== undefined) digests.set(found.Id, digest);
      return true;
    } catch (error) {
      if (engineStatus(error) === 404) return false;
      signal.throwIfAborted();
      if (engineStatus(error) === 400)
        throw new ExecutorError('cannotPull', engineMessage(error), { cause: error });
      throw new ExecutorError('unavailable', `images cannot be looked up: ${engineMessage(error)}`, {
        cause: error,
      });
    }
  };

  const startPull = (image: string, platform: string | undefined, key: string): Pull => {
    const controller = new AbortController();
    const startedMs = Date.now();
    logger.info({ image }, `pulling ${image}`);
    const promise = pullImage(docker, image, platform, environment, controller.signal)
      .then(() => {
        logger.info({ image }, `pulled ${image} in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
      })
      .finally(() => {
        if (pulls.get(key) === pull) pulls.delete(key);
      });
    const pull: Pull = { promise, controller, waiting: 0 };
    // Its failure belongs to those who wait; when the last of them left, nobody does.
    promise.catch(() => undefined);
    pulls.set(key, pull);
    return pull;
  };

  const sharePull = async (
    image: string,
    platform: string | undefined,
    signal: AbortSignal,
  ): Promise<void> => {
    const key = [image, platform].join(' ');
    const pull = pulls.get(key) ?? startPull(image, platform, key);
    pull.waiting += 1;
    try {
      await Promise.race([pull.promise, aborted(signal)]);
    } finally {
      pull.waiting -= 1;
      if (pull.waiting === 0) {
        pulls.delete(key);
        pull.controller.abort();
      }
    }
  };

  return {
    async ensure(image, platform, signal) {
      if (await isPresent(image, signal)) return;
      await sharePull(image, platform, signal);
      await isPresent(image, signal);
    },
    digest: (imageId) => digests.get(imageId) ?? imageId,
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

async function pullImage(
  docker: Docker,
  image: string,
  platform: string | undefined,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  try {
    const authconfig = await findRegistryAuth(image, environment);
    const progress = await docker.pull(image, {
      abortSignal: signal,
      ...(platform !== undefined && { platform }),
      ...(authconfig && { authconfig }),
    });
    await readProgress(progress);
  } catch (error) {
    signal.throwIfAborted();
    const unreached =
      error instanceof Error &&
      'code' in error &&
      ['ECONNREFUSED', 'ENOENT', 'ECONNRESET'].includes(String(error.code));
    throw new ExecutorError(unreached ? 'unavailable' : 'cannotPull', engineMessage(error), { cause: error });
  }
}

/** The engine answers 200 first and tells a failure as the last line of the progress. */
function readProgress(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest = '';
    let failure: string | undefined;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) failure ??= progressError(line);
    });
    stream.on('error', reject);
    stream.on('end', () => {
      failure ??= progressError(rest);
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    });
  });
}

function progressError(line: string): string | undefined {
  if (line.trim() === '') return undefined;
  const { error } = JSON.parse(line) as { error?: unknown };
  return typeof error === 'string' ? error : undefined;
}
