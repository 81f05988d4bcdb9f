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

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_BODY_BYTES) {
      throw new AwsError('RequestEntityTooLargeException', 'Request body exceeds 10 MB.', { status: 413 });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}
