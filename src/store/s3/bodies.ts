import { randomBytes } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Body, S3Store } from '../../model/s3.ts';

export type Bodies = Pick<S3Store, 'writeBody' | 'readBodies' | 'copyBodies' | 'dropBodies'> & {
  /** Deletes the files of before `startedMs` that `isUsed` does not know: what a death in the middle left. */
  sweep(isUsed: (id: string) => boolean, startedMs: number): Promise<void>;
};

/** Bodies of objects as files; their names are ours, so that no text of a request is ever part of a path. */
export function createBodies(folder: string): Bodies {
  const pathOf = (id: string): string => join(folder, id.slice(0, 2), id);
  /** How many are reading a body. One that is deleted meanwhile stays until they are done. */
  const readers = new Map<string, number>();
  const dropped = new Set<string>();

  const remove = (id: string): void => {
    // What stays behind is swept at the next start.
    rm(pathOf(id), { force: true }).catch(() => undefined);
  };
  const hold = (bodies: readonly Body[]): void => {
    for (const { id } of bodies) readers.set(id, (readers.get(id) ?? 0) + 1);
  };
  const release = (bodies: readonly Body[]): void => {
    for (const { id } of bodies) {
      const left = (readers.get(id) ?? 1) - 1;
      if (left > 0) {
        readers.set(id, left);
        continue;
      }
      readers.delete(id);
      if (dropped.delete(id)) remove(id);
    }
  };

  const dropBodies: S3Store['dropBodies'] = (bodies) => {
    for (const { id } of bodies) {
      if (readers.has(id)) dropped.add(id);
      else remove(id);
    }
  };

  /** A new file, filled under a name that the sweep knows as unfinished. */
  const make = async (fill: (path: string) => Promise<number>): Promise<Body> => {
    const id = randomBytes(20).toString('hex');
    await mkdir(join(folder, id.slice(0, 2)), { recursive: true, mode: 0o700 });
    const unfinished = `${pathOf(id)}.tmp`;
    try {
      const size = await fill(unfinished);
      await rename(unfinished, pathOf(id));
      return { id, size };
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  };

  async function* read(
    bodies: readonly Body[],
    range: { start: number; end: number },
  ): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { id, size } of bodies) {
      const start = Math.max(range.start - offset, 0);
      const end = Math.min(range.end - offset, size - 1);
      offset += size;
      if (start <= end) yield* createReadStream(pathOf(id), { start, end }) as AsyncIterable<Buffer>;
    }
  }

  return {
    writeBody: (source) =>
      make(async (path) => {
        const file = createWriteStream(path, { mode: 0o600 });
        await pipeline(source, file);
        return file.bytesWritten;
      }),
    readBodies(bodies, range = { start: 0, end: Infinity }) {
      hold(bodies);
      return Readable.from(read(bodies, range), { objectMode: false }).once('close', () => {
        release(bodies);
      });
    },
    async copyBodies(bodies) {
      hold(bodies);
      const copies = await Promise.allSettled(
        bodies.map(({ id, size }) =>
          make(async (path) => {
            await copyFile(pathOf(id), path, constants.COPYFILE_FICLONE);
            return size;
          }),
        ),
      );
      release(bodies);
      const made = copies.flatMap((copy) => (copy.status === 'fulfilled' ? [copy.value] : []));
      const failed = copies.find((copy) => copy.status === 'rejected');
      if (!failed) return made;
      dropBodies(made);
      throw failed.reason;
    },
    dropBodies,
    async sweep(isUsed, startedMs) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || isUsed(entry.name)) continue;
        // What is written meanwhile may get its name just now.
        const found = await stat(path).catch(() => undefined);
        if (found && found.mtimeMs < startedMs) await rm(path, { force: true });
      }
    },
  };
}
