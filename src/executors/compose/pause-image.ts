import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { ExecutorError } from '../../model/ports.ts';
import { engineMessage, engineStatus } from './engine.ts';
import { PAUSE_ARCHITECTURES, pauseProgram, type PauseArchitecture } from './pause-program.ts';

const PROGRAM = 'pause';
const REPOSITORY = 'ecsidecar/pause';

/** The same on every machine, and another one for another program: a task keeps what it was started with. */
const TAG = createHash('sha256')
  .update(Buffer.concat(PAUSE_ARCHITECTURES.map(pauseProgram)))
  .digest('hex')
  .slice(0, 12);

export const PAUSE_IMAGE = `${REPOSITORY}:${TAG}`;

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
      repo: REPOSITORY,
      tag: TAG,
      changes: `ENTRYPOINT ["/${PROGRAM}"]`,
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

const BLOCK_BYTES = 512;

/** The image's one file as a tar archive, the same for the same program. Source: POSIX, pax, ustar format. */
export function pauseArchive(architecture: PauseArchitecture): Buffer {
  const program = pauseProgram(architecture);
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, digits: number): void => {
    header.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  header.write(PROGRAM, 0, 'latin1');
  octal(0o755, 100, 7);
  octal(0, 108, 7); // owner
  octal(0, 116, 7); // group
  octal(program.length, 124, 11);
  octal(0, 136, 11); // changed at
  header.write('0', 156, 'latin1'); // a plain file
  header.write('ustar\x0000', 257, 'latin1');
  // The sum counts itself as blanks.
  header.fill(' ', 148, 156);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  header.writeUInt8(0, 154);
  const padding = -program.length & (BLOCK_BYTES - 1);
  return Buffer.concat([header, program, Buffer.alloc(padding + 2 * BLOCK_BYTES)]);
}
