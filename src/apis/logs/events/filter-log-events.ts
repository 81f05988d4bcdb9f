import type {
  FilteredLogEvent,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { decodeToken, encodeToken } from '../../../lib/paging.ts';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { LogGroup, LogStream } from '../../../model/log-event.ts';
import type { LogStore } from '../../../model/ports.ts';
import { checkLength, checkRange, checkStreamName } from '../checks.ts';
import type { LogsOperation } from '../dependencies.ts';
import { invalidToken } from '../errors.ts';
import { compileFilterPattern } from '../filter-pattern/compile.ts';
import { findStream, requestedGroup } from '../identifiers.ts';
import { eventId, parseEventId, type Position } from './event-id.ts';
import { MAX_PAGE_EVENTS, takePage } from './page.ts';

const MAX_STREAM_NAMES = 100;
/** Streams are looked through in pages of this size. */
const STREAM_PAGE = 1000;
/** Source: FilterLogEvents, API reference: reading from the end needs a startTime on or after 2024-01-01. */
const FROM_END_SINCE_MS = Date.UTC(2024, 0, 1);

/** Events of a group, or of some of its streams, that match a pattern; in the order of their times. */
export const filterLogEvents: LogsOperation<
  FilterLogEventsRequest,
  Promise<FilterLogEventsResponse>
> = async ({ logs, caller, signal }, input) => {
  const { startTime, endTime, limit = MAX_PAGE_EVENTS, filterPattern = '' } = input;
  checkRange(limit, 'limit', { min: 1, max: MAX_PAGE_EVENTS });
  checkRange(startTime, 'startTime', { min: 0 });
  checkRange(endTime, 'endTime', { min: 0 });
  const matches = compileFilterPattern(filterPattern);
  const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
  const descending = token ? token.descending : isFromEnd(input);
  const group = requestedGroup(logs, caller, input);
  const streams = requestedStreams(logs, group, input);
  const source = logs.read(streams, {
    ...(startTime !== undefined && { fromMs: startTime }),
    // Source: FilterLogEvents, API reference: only events later than endTime are left out.
    ...(endTime !== undefined && { toMs: endTime + 1 }),
    ...(token && (descending ? { before: token.position } : { after: token.position })),
    descending,
  });
  const { events, scannedTo } = await takePage(source, { limit, matches, signal });
  const names = new Map(streams.map(({ id, name }) => [id, name]));
  return {
    events: events.map((event): FilteredLogEvent => ({
      logStreamName: names.get(event.streamId),
      timestamp: event.timestampMs,
      message: event.message,
      ingestionTime: event.ingestionMs,
      eventId: eventId(event),
    })),
    // Source: FilterLogEvents, API reference: since 2020 no longer filled.
    searchedLogStreams: [],
    ...(scannedTo && { nextToken: encodeToken(tokenKind(descending), [eventId(scannedTo)]) }),
  };
};

const tokenKind = (descending: boolean): string => `FilterLogEvents ${descending ? 'back' : 'on'}`;

function parseToken(text: string): { position: Position; descending: boolean } {
  for (const descending of [false, true]) {
    const [id] = decodeToken(text, tokenKind(descending), 1) ?? [];
    const position = id === undefined ? undefined : parseEventId(id);
    if (position) return { position, descending };
  }
  throw invalidToken();
}

/** The wording is ours: AWS's is not known. */
function isFromEnd({ startFromHead = true, startTime = 0 }: FilterLogEventsRequest): boolean {
  if (!startFromHead && startTime < FROM_END_SINCE_MS) {
    throw new InvalidParameterException(
      'startFromHead can be false only with a startTime on or after Jan 1, 2024 00:00:00 UTC.',
    );
  }
  return !startFromHead;
}

/** The streams that a request names and that may have events in its time. */
function requestedStreams(
  logs: LogStore,
  group: LogGroup,
  { logStreamNames, logStreamNamePrefix: prefix, startTime = 0 }: FilterLogEventsRequest,
): LogStream[] {
  checkLength(logStreamNames, 'logStreamNames', { min: 1, max: MAX_STREAM_NAMES });
  if (prefix !== undefined) checkStreamName(prefix, 'logStreamNamePrefix');
  if (logStreamNames && prefix !== undefined) {
    // Source: FilterLogEvents, API reference, logStreamNames. The wording is ours.
    throw new InvalidParameterException(
      'logStreamNames and logStreamNamePrefix are mutually exclusive parameters.',
    );
  }
  if (logStreamNames)
    return [...new Set(logStreamNames)].map((name) => findStream(logs, group, name, 'logStreamNames'));
  const streams: LogStream[] = [];
  for (let after: string | undefined; ;) {
    const page = logs.listStreams(group, {
      orderBy: 'LastEventTime',
      descending: true,
      ...(prefix !== undefined && { prefix }),
      ...(after !== undefined && { after }),
      limit: STREAM_PAGE,
    });
    for (const stream of page) {
      // From here on all have ended before the time that is asked for, or are empty.
      if (!stream.lastEventAt || stream.lastEventAt.getTime() < startTime) return streams;
      streams.push(stream);
    }
    after = page.at(-1)?.name;
    if (page.length < STREAM_PAGE || after === undefined) return streams;
  }
}
