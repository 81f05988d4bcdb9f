import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AwsError } from '../model/aws-error.ts';

/** Largest body of a request of ours, also after decompression. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

const DECODERS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** Reads a whole body. Throws AwsError when it is larger than 10 MB or its encoding is not understood. */
export async function readBody(stream: Readable, contentEncoding: string | undefined): Promise<Buffer> {
  const encoding = contentEncoding?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return collect(stream);
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') {
    throw new AwsError(
      'SerializationException',
      `The Content-Encoding ${JSON.stringify(encoding)} is not supported.`,
    );
  }
  const decoder = DECODERS[encoding]();
  stream.on('error', (error) => decoder.destroy(error));
  try {
    return await collect(stream.pipe(decoder));
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('SerializationException', `The body is no valid ${encoding}.`);
  }
}

/** By events: for the usual body of one chunk an async iterator costs more than the request itself. */
function collect(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= MAX_BODY_BYTES) return;
      // What still comes is read and thrown away, so that the client gets to read the answer.
      chunks.length = 0;
      reject(new AwsError('RequestEntityTooLargeException', 'Request body exceeds 10 MB.', { status: 413 }));
      if (size > 4 * MAX_BODY_BYTES) stream.destroy();
    });
    stream.on('error', reject);
    stream.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    });
  });
}
