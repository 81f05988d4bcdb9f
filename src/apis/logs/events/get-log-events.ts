import type {
  GetLogEventsRequest,
  GetLogEventsResponse,
  OutputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogEvent } from '../../../model/log-event.ts';
import { checkRange } from '../checks.ts';
import type { LogsOperation } from '../dependencies.ts';
import { invalidToken } from '../errors.ts';
import { findStream, requestedGroup } from '../identifiers.ts';
import { eventId, parseEventId, type Position } from './event-id.ts';
import { MAX_PAGE_EVENTS, takePage } from './page.ts';

const BEGINNING: Position = { timestampMs: 0, id: 0 };

/** Events of one stream, always in ascending order; tokens lead on from either end of the page. */
export const getLogEvents: LogsOperation<GetLogEventsRequest, Promise<GetLogEventsResponse>> = async (
  { logs, caller, signal },
  input,
) => {
  const { logStreamName = '', startTime, endTime, limit = MAX_PAGE_EVENTS, startFromHead = false } = input;
  checkRange(limit, 'limit', { min: 1, max: MAX_PAGE_EVENTS });
  checkRange(startTime, 'startTime', { min: 0 });
  checkRange(endTime, 'endTime', { min: 0 });
  const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
  const group = requestedGroup(logs, caller, input);
  const stream = findStream(logs, group, logStreamName);
  const isForward = token ? token.direction === 'f' : startFromHead;
  const source = logs.read([stream], {
    ...(startTime !== undefined && { fromMs: startTime }),
    // Source: GetLogEvents, API reference: events at endTime are not included.
    ...(endTime !== undefined && { toMs: endTime }),
    ...(token && (isForward ? { after: token.position } : { before: token.position })),
    descending: !isForward,
  });
  const { events } = await takePage(source, { limit, matches: () => true, signal });
  if (!isForward) events.reverse();
  const [forward, backward] = ends(events, token);
  return {
    events: events.map(shape),
    nextForwardToken: `f/${eventId(forward)}/s`,
    nextBackwardToken: `b/${eventId(backward)}/s`,
  };
};

type Token = { readonly direction: 'f' | 'b'; readonly position: Position };

function parseToken(text: string): Token {
  const [, direction, id = ''] = /^([fb])\/(\d+)\/s$/.exec(text) ?? [];
  const position = parseEventId(id);
  if ((direction !== 'f' && direction !== 'b') || !position) throw invalidToken();
  return { direction, position };
}

/**
 * Where reading goes on: forward after the last event, backward before the first. An empty page answers the token that
 * it was asked with, which tells the client that this end is reached; the other one turns around at the same place.
 */
function ends(
  events: readonly LogEvent[],
  token: Token | undefined,
): [forward: Position, backward: Position] {
  const [first, last] = [events[0], events.at(-1)];
  if (first && last) return [last, first];
  if (!token) return [BEGINNING, BEGINNING];
  const { direction, position } = token;
  const { timestampMs, id } = position;
  return direction === 'f'
    ? [position, { timestampMs, id: id + 1 }]
    : [{ timestampMs, id: Math.max(0, id - 1) }, position];
}

const shape = ({ timestampMs, message, ingestionMs }: LogEvent): OutputLogEvent => ({
  timestamp: timestampMs,
  message,
  ingestionTime: ingestionMs,
});
