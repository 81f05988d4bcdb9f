import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { EventStream } from '../model/api.ts';

/**
 * Frames of `application/vnd.amazon.eventstream`. An `initial-response` comes first: botocore refuses streams of RPC
 * protocols without one.
 */
export async function* encodeEventStream(
  stream: EventStream,
  serialize: (payload: unknown) => string,
): AsyncGenerator<Buffer> {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const frame = (type: string, payload: unknown): Buffer =>
    Buffer.from(
      codec.encode({
        headers: {
          ':message-type': { type: 'string', value: 'event' },
          ':event-type': { type: 'string', value: type },
          ':content-type': { type: 'string', value: 'application/json' },
        },
        body: fromUtf8(serialize(payload)),
      }),
    );
  yield frame('initial-response', {});
  for await (const { type, payload } of stream.events) yield frame(type, payload);
}
