import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { EventStore } from '../model/ports.ts';
import { sendAnswer } from './serve.ts';

/** The events of all accounts and regions, as they are read. */
export type EventFeed = Pick<EventStore, 'listAfter' | 'lastSequence' | 'onAppend'>;

/** How many are read and written at a time; a client that does not take them has no more than these waiting. */
const BATCH = 100;
/** Proxies cut connections on which nothing goes for half a minute. */
const HEARTBEAT_MS = 15_000;

/**
 * Answers with server-sent events, without end: `id` is the sequence, `event` the detail type, `data` the event.
 * They begin after `Last-Event-ID`, else after the query's `after`, else with what happens from now on.
 * Source: HTML standard, server-sent events.
 */
export function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  feed: EventFeed,
  signal: AbortSignal,
  logger: Logger,
): void {
  const last = feed.lastSequence();
  const asked = askedFor(request);
  if (asked !== undefined && !/^\d{1,15}$/.test(asked)) {
    const body = '{"message":"Last-Event-ID and after are numbers: the id of the last event that was seen."}';
    sendAnswer(reply, { status: 400, contentType: 'application/json', body });
    return;
  }
  // An id that is yet to come is of a data folder that is no more: all of this one's events are new.
  let at = asked === undefined ? last : Number(asked) > last ? 0 : Number(asked);

  reply.hijack();
  const response = reply.raw;
  const write = (): void => {
    while (!response.writableEnded && !response.writableNeedDrain) {
      const batch = feed.listAfter(at, BATCH);
      if (batch.length === 0) return;
      response.write(batch.map(frame).join(''));
      at = batch.at(-1)?.sequence ?? at;
    }
  };
  const writeOrEnd = (): void => {
    try {
      write();
    } catch (error) {
      logger.error({ err: error }, 'the events could not be read; their client may connect again');
      response.destroy();
    }
  };
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, HEARTBEAT_MS);
  const stopListening = feed.onAppend(writeOrEnd);
  response.on('drain', writeOrEnd);
  response.once('close', () => {
    clearInterval(heartbeat);
    stopListening();
  });
  signal.addEventListener('abort', () => response.end(), { once: true });
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Its end is the end of the connection.
    connection: 'close',
  });
  response.write(':\n\n');
  writeOrEnd();
}

const frame = ({ sequence, event }: ReturnType<EventFeed['listAfter']>[number]): string =>
  `id: ${sequence}\nevent: ${event['detail-type']}\ndata: ${JSON.stringify(event)}\n\n`;

/** A browser that connects again sends the address with the first `after`, and the header. */
function askedFor({ headers, url }: FastifyRequest): string | undefined {
  const header = headers['last-event-id'];
  if (typeof header === 'string') return header;
  return new URLSearchParams(url.split('?')[1]).get('after') ?? undefined;
}
