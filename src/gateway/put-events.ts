import type { RequestOptions } from 'node:http';
import type { Logger } from 'pino';
import { backoffMs } from '../lib/backoff.ts';
import { nodeHttp } from '../lib/node-http.ts';
import { pause } from '../lib/pause.ts';
import type { EcsEvent } from '../model/ecs-event.ts';
import type { EventStore } from '../model/ports.ts';

export type EventDeliveryOptions = {
  readonly events: EventStore;
  readonly upstreamUrl: string;
  readonly now: () => Date;
  /** 0 to 1, for spreading retries. */
  readonly random: () => number;
  readonly logger: Logger;
};

export type EventDelivery = {
  /** Tries once more to deliver what is there, for a second at most; the rest is delivered after the next start. */
  close(): Promise<void>;
};

type Sequenced = ReturnType<EventStore['listAfter']>[number];

/** Source: EventBridge API reference, PutEvents: up to 10 entries in a call; 256 KB of them in all. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 250_000;
const CALL_DEADLINE_MS = 10_000;
const MAX_BACKOFF_MS = 30_000;
const CLOSE_DEADLINE_MS = 1000;

/**
 * Puts events on the upstream's EventBridge, in their order and one call at a time. How far it came is saved after each
 * call: an event is delivered again only when the process died before the answer. An upstream that is named for the
 * first time gets what happens from then on.
 */
export function createEventDelivery(options: EventDeliveryOptions): EventDelivery {
  const { events, upstreamUrl, logger } = options;
  const closing = new AbortController();
  const cutting = new AbortController();
  let failures = 0;
  let wake = (): void => undefined;
  let at = events.delivered(upstreamUrl) ?? events.lastSequence();
  events.saveDelivered(upstreamUrl, at);

  /** What goes in one call: of one account and region, which its signature names. */
  const nextBatch = (): Sequenced[] => {
    const [first, ...others] = events.listAfter(at, MAX_ENTRIES);
    if (!first) return [];
    const lost = first.sequence - at - 1;
    if (lost > 0) {
      logger.warn(
        { upstream: upstreamUrl, events: lost },
        'events were not delivered: too many came before the upstream answered',
      );
      at += lost;
    }
    const batch = [first];
    let bytes = JSON.stringify(first.event).length;
    for (const one of others) {
      bytes += JSON.stringify(one.event).length;
      const { account, region } = one.event;
      if (bytes > MAX_BYTES || account !== first.event.account || region !== first.event.region) break;
      batch.push(one);
    }
    return batch;
  };

  const deliver = async (batch: readonly Sequenced[]): Promise<void> => {
    const signal = AbortSignal.any([cutting.signal, AbortSignal.timeout(CALL_DEADLINE_MS)]);
    const answers = await putEvents(
      upstreamUrl,
      batch.map(({ event }) => event),
      options.now(),
      signal,
    );
    at = batch.at(-1)?.sequence ?? at;
    events.saveDelivered(upstreamUrl, at);
    for (const [index, { ErrorCode, ErrorMessage }] of answers.entries()) {
      if (ErrorCode === undefined) continue;
      const event = batch[index]?.event;
      logger.warn(
        { event: event?.['detail-type'], resources: event?.resources, code: ErrorCode, reason: ErrorMessage },
        'the upstream did not take an event',
      );
    }
  };

  /** Whether there may be more to deliver at once. */
  const step = async (): Promise<boolean> => {
    try {
      const batch = nextBatch();
      if (batch.length === 0) return false;
      await deliver(batch);
      if (failures > 0) logger.info({ upstream: upstreamUrl }, 'events are delivered again');
      failures = 0;
      return true;
    } catch (error) {
      if (closing.signal.aborted) return false;
      failures += 1;
      // Once is enough: an upstream without EventBridge never answers otherwise.
      logger[failures === 1 ? 'warn' : 'debug'](
        { err: error, upstream: upstreamUrl },
        'events could not be delivered, will be tried again',
      );
      await pause(backoffMs(failures, options.random(), 200, MAX_BACKOFF_MS), closing.signal);
      return true;
    }
  };

  const run = async (): Promise<void> => {
    for (;;) {
      // Set before what is there is read, so that none comes unnoticed in between.
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const isLast = closing.signal.aborted;
      if (await step()) continue;
      if (isLast) return;
      await woken;
    }
  };

  const stopListening = events.onAppend(() => {
    wake();
  });
  const running = run();
  return {
    async close() {
      stopListening();
      closing.abort();
      wake();
      const cut = setTimeout(() => {
        cutting.abort();
      }, CLOSE_DEADLINE_MS);
      await running;
      clearTimeout(cut);
    },
  };
}

/** Source: EventBridge API reference, PutEventsResultEntry: in the order of the entries. */
type ResultEntry = { readonly ErrorCode?: string; readonly ErrorMessage?: string };

/** Rejects when the whole call failed. The signature is none: local endpoints read nothing of it but its scope. */
async function putEvents(
  upstreamUrl: string,
  events: readonly EcsEvent[],
  now: Date,
  signal: AbortSignal,
): Promise<readonly ResultEntry[]> {
  const { account = '', region = '' } = events[0] ?? {};
  const date = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${account}/${date.slice(0, 8)}/${region}/events/aws4_request`;
  const signedHeaders = 'content-type;host;x-amz-date;x-amz-target';
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEvents.PutEvents',
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${'0'.repeat(64)}`,
  };
  const entries = events.map((event) => ({
    Time: Date.parse(event.time) / 1000,
    Source: event.source,
    Resources: event.resources,
    DetailType: event['detail-type'],
    Detail: JSON.stringify(event.detail),
  }));
  const { status, body } = await post(upstreamUrl, headers, JSON.stringify({ Entries: entries }), signal);
  if (status !== 200) throw new Error(`PutEvents was answered with ${status}: ${body.slice(0, 500)}`);
  const answer = JSON.parse(body) as { readonly Entries?: readonly ResultEntry[] } | null;
  if (!Array.isArray(answer?.Entries)) throw new Error(`PutEvents was answered with ${body.slice(0, 500)}`);
  return answer.Entries as readonly ResultEntry[];
}

/** Node's own client: `fetch` would bring a second one into memory, for this alone. */
async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  const { request: open } = url.startsWith('https:') ? await import('node:https') : nodeHttp();
  return new Promise((resolve, reject) => {
    // No connection is kept: the upstream may close one at the moment it is used again.
    const options: RequestOptions = { method: 'POST', headers, signal, agent: false };
    const outgoing = open(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
