import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { EventStream } from '../model/api.ts';
import { AwsError } from '../model/aws-error.ts';

/**
 * Frames of `application/vnd.amazon.eventstream`. An `initial-response` comes first: botocore refuses streams of RPC
 * protocols without one. A stream that fails ends with an exception of the service, or an error that tells nothing of
 * the inside and is given to `onFailure`. Source: Smithy, Amazon Event Stream.
 */
export async function* encodeEventStream(
  stream: EventStream,
  serialize: (payload: unknown) => string,
  onFailure: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const frame = (headers: Readonly<Record<string, string>>, payload?: unknown): Buffer =>
    Buffer.from(
      codec.encode({
        headers: Object.fromEntries(
          Object.entries({
            ...headers,
            ...(payload === undefined ? {} : { ':content-type': 'application/json' }),
          }).map(([name, value]) => [name, { type: 'string', value }]),
        ),
        body: payload === undefined ? new Uint8Array() : fromUtf8(serialize(payload)),
      }),
    );
  const event = (type: string, payload: unknown): Buffer =>
    frame({ ':message-type': 'event', ':event-type': type }, payload);

  yield event('initial-response', {});
  try {
    for await (const { type, payload } of stream.events) yield event(type, payload);
  } catch (error) {
    if (error instanceof AwsError) {
      const { code, message, members } = error;
      yield frame({ ':message-type': 'exception', ':exception-type': code }, { ...members, message });
      return;
    }
    onFailure(error);
    yield frame({
      ':message-type': 'error',
      ':error-code': 'InternalFailure',
      ':error-message': 'Service Unavailable. Please try again later.',
    });
  }
}
