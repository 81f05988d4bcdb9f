import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { eventFrame, openServerSentEvents } from '../lib/server-sent-events.ts';
import type { EventStore } from '../model/ports.ts';
import { sendAnswer } from './serve.ts';

/** The events of all accounts and regions, as they are read. */
export type EventFeed = Pick<EventStore, 'listAfter' | 'lastSequence' | 'onAppend'>;

/** How many are read and written at a time; a client that does not take them has no more than these waiting. */
const BATCH = 100;

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
  const write = (): void => {
    while (stream.takesMore()) {
      const batch = feed.listAfter(at, BATCH);
      if (batch.length === 0) return;
      stream.write(batch.map(frame).join(''));
      at = batch.at(-1)?.sequence ?? at;
    }
  };
  const writeOrCut = (): void => {
    try {
      write();
    } catch (error) {
      logger.error({ err: error }, 'the events could not be read; their client may connect again');
      stream.cut();
    }
  };
  const stopListening = feed.onAppend(writeOrCut);
  const stream = openServerSentEvents(reply.raw, { signal, onDrain: writeOrCut, onClose: stopListening });
  writeOrCut();
}

const frame = ({ sequence, event }: ReturnType<EventFeed['listAfter']>[number]): string =>
  eventFrame(event['detail-type'], event, sequence);

/** A browser that connects again sends the address with the first `after`, and the header. */
function askedFor({ headers, url }: FastifyRequest): string | undefined {
  const header = headers['last-event-id'];
  if (typeof header === 'string') return header;
  return new URLSearchParams(url.split('?')[1]).get('after') ?? undefined;
}
