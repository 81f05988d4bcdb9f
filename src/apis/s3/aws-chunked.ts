import { incompleteBody, invalidRequest } from './errors.ts';

/** Longest line between chunks: a size with its signature, or a trailer. */
const MAX_LINE_BYTES = 8192;

/**
 * Takes S3's own chunks off a body: `size;chunk-signature=…`, the bytes, and after the last chunk, of no bytes, the trailers,
 * which are put into `trailers` by their names in lower case. Signatures are not verified, as nowhere here.
 * Source: S3 API reference, transferring payload in multiple chunks. Throws AwsError for what is no such body.
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the present chunk that are still to come; undefined: its line is. */
  let left: number | undefined;
  let isLast = false;
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (left !== undefined && left > 0) {
        if (rest.length === 0) break;
        const bytes = rest.subarray(0, left);
        yield bytes;
        left -= bytes.length;
        rest = rest.subarray(bytes.length);
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end > MAX_LINE_BYTES || (end < 0 && rest.length > MAX_LINE_BYTES))
        throw invalidRequest('The body is not in aws-chunked form.');
      if (end < 0) break;
      const line = rest.toString('latin1', 0, end);
      rest = rest.subarray(end + 2);
      if (left === 0) {
        // The line end after a chunk's bytes.
        if (line !== '') throw invalidRequest('The body is not in aws-chunked form.');
        left = undefined;
      } else if (isLast) {
        const [name = '', ...value] = line.split(':');
        if (line !== '') trailers.set(name.trim().toLowerCase(), value.join(':').trim());
      } else {
        const [, hex] = /^([0-9a-f]{1,12})\s*(?:;.*)?$/i.exec(line) ?? [];
        if (hex === undefined) throw invalidRequest('The body is not in aws-chunked form.');
        const size = Number.parseInt(hex, 16);
        if (size === 0) isLast = true;
        else left = size;
      }
    }
  }
  if (!isLast) throw incompleteBody();
}
