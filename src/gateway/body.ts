import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AwsError } from '../model/aws-error.ts';

/** Largest body of a request of ours, also after decompression. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** What is read of a body that is too large, so that its client gets to read the answer. */
const MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES;

const DECODERS = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {
  constructor(cause?: unknown) {
    super('the client left before its request was complete', { cause });
    this.name = 'ClientGone';
  }
}

/** Reads a body as it was sent. Throws AwsError when it is larger than 10 MB, ClientGone when it breaks off. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  // By events: for the usual body of one chunk an async iterator costs more than the request itself.
  return new Promise((resolve, reject) => {
    if (request.destroyed) {
      reject(new ClientGone());
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(tooLarge());
      if (size > MAX_DISCARDED_BYTES) request.destroy();
    });
    request.on('error', (error) => {
      reject(new ClientGone(error));
    });
    request.on('close', () => {
      if (!request.readableEnded) reject(new ClientGone());
    });
    request.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
  });
}

/** Undoes a body's Content-Encoding. Throws AwsError when it is not understood or gives more than 10 MB. */
export async function decodeBody(body: Buffer, contentEncoding: string | undefined): Promise<Buffer> {
  const encoding = contentEncoding?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') {
    throw new AwsError(
      'SerializationException',
      `The Content-Encoding ${JSON.stringify(encoding)} is not supported.`,
    );
  }
  try {
    return await DECODERS[encoding](body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new AwsError('SerializationException', `The body is no valid ${encoding}.`);
  }
}

const tooLarge = (): AwsError =>
  new AwsError('RequestEntityTooLargeException', 'Request body exceeds 10 MB.', { status: 413 });
