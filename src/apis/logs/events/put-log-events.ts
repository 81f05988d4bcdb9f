import type {
  InputLogEvent,
  PutLogEventsRequest,
  PutLogEventsResponse,
  RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import type { LogGroup } from '../../../model/log-event.ts';
import { checkLength, checkRange } from '../checks.ts';
import type { LogsOperation } from '../dependencies.ts';
import { findGroup, findStream } from '../identifiers.ts';
import { eventId } from './event-id.ts';
import { EVENT_OVERHEAD_BYTES } from './page.ts';

/** Source: PutLogEvents, API reference: 10,000 events and 1,048,576 bytes of messages with 26 more each. */
const MAX_BATCH_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Source: PutLogEvents, API reference: no event later than two hours from now, none older than 14 days or expired. */
const MAX_AHEAD_MS = 2 * HOUR_MS;
const MAX_AGE_MS = 14 * DAY_MS;

/** Stores events of a stream. Sequence tokens are ignored, as by AWS since 2023; the answer has one all the same. */
export const putLogEvents: LogsOperation<PutLogEventsRequest, PutLogEventsResponse> = (
  { logs, caller, now },
  { logGroupName = '', logStreamName = '', logEvents = [] },
) => {
  checkBatch(logEvents);
  const group = findGroup(logs, caller, logGroupName);
  const stream = findStream(logs, group, logStreamName);
  const nowMs = now().getTime();
  const times = logEvents.map(({ timestamp = 0 }) => timestamp);
  const { first, end, rejected } = acceptedRange(times, nowMs, group);
  const accepted = logEvents
    .slice(first, end)
    .map(({ timestamp = 0, message = '' }) => ({ timestampMs: timestamp, message }));
  if (accepted.length > 0) logs.append(stream, accepted, nowMs);
  return {
    nextSequenceToken: eventId({ timestampMs: nowMs, id: stream.id }),
    ...(rejected && { rejectedLogEventsInfo: rejected }),
  };
};

function checkBatch(events: readonly InputLogEvent[]): void {
  checkLength(events, 'logEvents', { min: 1, max: MAX_BATCH_EVENTS });
  let bytes = 0;
  let [earliest, latest] = [Infinity, 0];
  events.forEach(({ timestamp = 0, message = '' }, index) => {
    const path = `logEvents.${index + 1}.member`;
    checkRange(timestamp, `${path}.timestamp`, { min: 0 });
    checkLength(message, `${path}.message`, { min: 1, max: Infinity });
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    if (timestamp < latest) {
      // Source: LocalStack's recordings of CloudWatch Logs.
      throw new InvalidParameterException(
        'Log events in a single PutLogEvents request must be in chronological order.',
      );
    }
    earliest = Math.min(earliest, timestamp);
    latest = timestamp;
  });
  if (bytes > MAX_BATCH_BYTES)
    throw new InvalidParameterException(
      `Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`,
    );
  if (latest - earliest > DAY_MS) {
    throw new InvalidParameterException(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
}

/** The events from `first` to before `end` are stored; the others are too old, expired or too new. */
function acceptedRange(
  times: readonly number[],
  nowMs: number,
  { retentionInDays }: LogGroup,
): { first: number; end: number; rejected: RejectedLogEventsInfo | undefined } {
  /** How many of the events, which are in order, are from before this time. */
  const countBefore = (ms: number): number => {
    const index = times.findIndex((time) => time >= ms);
    return index < 0 ? times.length : index;
  };
  const tooOld = countBefore(nowMs - MAX_AGE_MS);
  const expired = retentionInDays === undefined ? 0 : countBefore(nowMs - retentionInDays * DAY_MS);
  const tooNew = countBefore(nowMs + MAX_AHEAD_MS + 1);
  const rejected = {
    ...(tooNew < times.length && { tooNewLogEventStartIndex: tooNew }),
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > tooOld && { expiredLogEventEndIndex: expired }),
  };
  return {
    first: Math.max(tooOld, expired),
    end: tooNew,
    rejected: Object.keys(rejected).length > 0 ? rejected : undefined,
  };
}
