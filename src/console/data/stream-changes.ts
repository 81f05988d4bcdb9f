import type { IncomingMessage, ServerResponse } from 'node:http';
import { eventFrame, openServerSentEvents } from '../../lib/server-sent-events.ts';
import type { Change, ChangeFeed } from '../../model/console-ports.ts';

/** So many changed things wait for a client that does not take them; with more, it is to read everything again. */
export const MAX_WAITING = 1000;

const RESET = eventFrame('reset', {});
/** Without an event. A browser whose connection broke sends the id when it connects again. */
const FIRST = 'id: 1\n\n';

/**
 * Answers with the changes of the store from now on, as `change` events. A `reset` stands for any number of them: what the
 * client has read may all be old. It comes where changes were too many for a slow client, and first of all where a client
 * connects again.
 */
export function streamChanges(
  { headers }: IncomingMessage,
  response: ServerResponse,
  feed: ChangeFeed,
  signal: AbortSignal,
): void {
  const waiting = new Map<string, Change>();
  let isReset = headers['last-event-id'] !== undefined;

  const write = (): void => {
    if (!stream.takesMore()) return;
    const frames = [...waiting.values()].map((change) => eventFrame('change', change));
    waiting.clear();
    if (isReset) frames.unshift(RESET);
    isReset = false;
    if (frames.length > 0) stream.write(frames.join(''));
  };
  const stopListening = feed.onChange((changes) => {
    if (!isReset) for (const change of changes) waiting.set(`${change.kind} ${change.arn}`, change);
    if (waiting.size > MAX_WAITING) {
      waiting.clear();
      isReset = true;
    }
    write();
  });
  const stream = openServerSentEvents(response, { signal, onDrain: write, onClose: stopListening });
  stream.write(FIRST);
  write();
}
