import type { IncomingMessage } from 'node:http';
import { AwsError } from '../../model/aws-error.ts';

/** ECS takes task definitions of 64 KiB; with white space they may be longer. */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The JSON object of a request's body. Rejects with an AwsError: 415 unless it says that it is JSON, which no page of
 * another site can say without asking first; 413 when it is too large; 400 for anything but an object.
 */
export async function readJson(request: IncomingMessage): Promise<object> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new AwsError('UnsupportedMediaTypeException', 'The content type must be application/json.', {
      status: 415,
    });
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is refused is answered, which a request that is cut off cannot be.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES)
      throw new AwsError(
        'RequestEntityTooLargeException',
        `The body is larger than ${MAX_BODY_BYTES} bytes.`,
        {
          status: 413,
        },
      );
    chunks.push(chunk as Buffer);
  }
  try {
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Answered below: the parser's own words would differ from version to version.
  }
  throw new AwsError('SerializationException', 'The request body is not a valid JSON object.');
}
