import type { ServerResponse } from 'node:http';
import { eventFrame, openServerSentEvents } from '../../lib/server-sent-events.ts';
import type { TaskUsage } from '../../model/console-ports.ts';

/**
 * Answers with what a task uses, as `usage` events, and with `end` when it has stopped: without that a browser would
 * connect again. What a slow client does not take is not kept for it. Never rejects.
 */
export async function streamUsage(
  response: ServerResponse,
  usages: AsyncIterable<TaskUsage>,
  signal: AbortSignal,
): Promise<void> {
  const stream = openServerSentEvents(response, { signal, onClose: () => undefined });
  try {
    for await (const usage of usages) if (stream.takesMore()) stream.write(eventFrame('usage', usage));
    if (!signal.aborted) stream.write(eventFrame('end', {}));
    stream.end();
  } catch {
    // Its client may connect again.
    stream.cut();
  }
}
