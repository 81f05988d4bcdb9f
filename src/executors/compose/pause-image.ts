import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { ExecutorError } from '../../model/ports.ts';
import { engineMessage, engineStatus } from './engine.ts';
import { PAUSE_ENTRYPOINT, PAUSE_IMAGE, PAUSE_REPOSITORY, PAUSE_TAG, pauseArchive } from './pause-archive.ts';
import { PAUSE_ARCHITECTURES } from './pause-program.ts';

export type PauseImage = {
  /** Makes the image where it is absent; it is never pulled. Throws ExecutorError `cannotCreate` or `unavailable`. */
  ensure(): Promise<void>;
};

/** `platform`: of the engine, e.g. `linux/amd64`. */
export function createPauseImage(docker: Docker, platform: string): PauseImage {
  let making: Promise<void> | undefined;

  const isPresent = async (): Promise<boolean> => {
    try {
      await docker.getImage(PAUSE_IMAGE).inspect();
      return true;
    } catch (error) {
      if (engineStatus(error) === 404) return false;
      throw error;
    }
  };

  const make = async (): Promise<void> => {
    const architecture = PAUSE_ARCHITECTURES.find((one) => platform === `linux/${one}`);
    if (architecture === undefined) {
      const known = PAUSE_ARCHITECTURES.map((one) => `linux/${one}`).join(' and ');
      const text = `tasks of the network mode awsvpc, and those with a pidMode or ipcMode of task, run on engines of ${known}; this one is ${platform}`;
      throw new ExecutorError('cannotCreate', text);
    }
    const progress = await docker.importImage(Readable.from([pauseArchive(architecture)]), {
      repo: PAUSE_REPOSITORY,
      tag: PAUSE_TAG,
      changes: PAUSE_ENTRYPOINT,
    });
    // The engine answers 200 first and tells a failure in its progress.
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error: Error | null) => {
        if (error) reject(error);
        else resolve();
      });
    });
  };

  return {
    async ensure() {
      try {
        if (await isPresent()) return;
        await (making ??= make().finally(() => {
          making = undefined;
        }));
      } catch (error) {
        if (error instanceof ExecutorError) throw error;
        throw new ExecutorError('unavailable', `${PAUSE_IMAGE} cannot be made: ${engineMessage(error)}`, {
          cause: error,
        });
      }
    },
  };
}
