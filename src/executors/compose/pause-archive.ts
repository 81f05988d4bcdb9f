import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PAUSE_ARCHITECTURES, pauseProgram, type PauseArchitecture } from './pause-program.ts';

const PROGRAM = 'pause';
export const PAUSE_REPOSITORY = 'ecsidecar/pause';

/** The same on every machine, and another one for another program: a task keeps what it was started with. */
export const PAUSE_TAG = createHash('sha256')
  .update(Buffer.concat(PAUSE_ARCHITECTURES.map(pauseProgram)))
  .digest('hex')
  .slice(0, 12);

export const PAUSE_IMAGE = `${PAUSE_REPOSITORY}:${PAUSE_TAG}`;

export const PAUSE_ENTRYPOINT = `ENTRYPOINT ["/${PROGRAM}"]`;

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

/** The command that makes the image by hand, on an engine of this architecture. */
export function pauseCommand(architecture: PauseArchitecture): string {
  const archive = gzipSync(pauseArchive(architecture), { level: 9 }).toString('base64');
  return `echo ${archive} | base64 -d | docker import --change '${PAUSE_ENTRYPOINT}' - ${PAUSE_IMAGE}`;
}
