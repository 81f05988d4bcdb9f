import type {
  LiveTailSessionLogEvent,
  LiveTailSessionStart,
  LiveTailSessionUpdate,
  StartLiveTailRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { EventStream } from '../../../model/api.ts';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import type { LogEvent, LogGroup, LogStream } from '../../../model/log-event.ts';
import { checkLength, checkStreamName } from '../checks.ts';
import type { LogsContext, LogsOperation } from '../dependencies.ts';
import { compileFilterPattern } from '../filter-pattern/compile.ts';
import { findStream, identifiedGroup } from '../identifiers.ts';

/** Source: StartLiveTail, API reference: 10 groups, 500 events a second, three hours. */
const MAX_GROUPS = 10;
const MAX_STREAM_NAMES = 100;
const MAX_UPDATE_EVENTS = 500;
const UPDATE_INTERVAL_MS = 1000;
const MAX_SESSION_MS = 3 * 3_600_000;

/** New events as they are stored, once a second. */
export const startLiveTail: LogsOperation<StartLiveTailRequest, EventStream> = (context, input) => {
  const { logs, newId, signal } = context;
  const groups = tailedGroups(context, input);
  const isTailed = streamTest(context, groups, input);
  const matches = compileFilterPattern(input.logEventFilterPattern ?? '', 'logEventFilterPattern');
  const identifiers = new Map(groups.map(({ id, scope, name }) => [id, `${scope.account}:${name}`]));
  const collected = createCollector((stream, event) => {
    const logGroupIdentifier = identifiers.get(stream.groupId);
    if (logGroupIdentifier === undefined || !isTailed(stream) || !matches(event.message)) return undefined;
    return {
      logGroupIdentifier,
      logStreamName: stream.name,
      message: event.message,
      timestamp: event.timestampMs,
      ingestionTime: event.ingestionMs,
    };
  });
  // From now on, not from when the answer is first read; a client that leaves before that ends it too.
  const end = logs.onAppend(collected.add);
  signal.addEventListener('abort', end);
  const start: LiveTailSessionStart = {
    requestId: newId(),
    sessionId: newId(),
    logGroupIdentifiers: input.logGroupIdentifiers,
    logStreamNames: input.logStreamNames ?? [],
    logStreamNamePrefixes: input.logStreamNamePrefixes ?? [],
    logEventFilterPattern: input.logEventFilterPattern ?? '',
  };
  return new EventStream(session(context, start, collected.take, end));
};

async function* session(
  { now, pause, signal }: LogsContext,
  start: LiveTailSessionStart,
  take: () => LiveTailSessionUpdate,
  end: () => void,
): EventStream['events'] {
  try {
    const endMs = now().getTime() + MAX_SESSION_MS;
    yield { type: 'sessionStart', payload: start };
    for (;;) {
      await pause(UPDATE_INTERVAL_MS, signal);
      if (signal.aborted) return;
      if (now().getTime() >= endMs)
        throw new AwsError('SessionTimeoutException', 'The Live Tail session has timed out after 3 hours.');
      yield { type: 'sessionUpdate', payload: take() };
    }
  } finally {
    end();
  }
}

/** Gathers what one update brings: up to 500 events, and whether there were more. */
function createCollector(
  select: (stream: LogStream, event: LogEvent) => LiveTailSessionLogEvent | undefined,
): {
  add: (stream: LogStream, events: readonly LogEvent[]) => void;
  take: () => LiveTailSessionUpdate;
} {
  let results: LiveTailSessionLogEvent[] = [];
  let sampled = false;
  return {
    add(stream, events) {
      for (const event of events) {
        // Once it is known that events are left out, the rest costs nothing.
        if (sampled) return;
        const selected = select(stream, event);
        if (!selected) continue;
        if (results.length < MAX_UPDATE_EVENTS) results.push(selected);
        else sampled = true;
      }
    },
    take() {
      const update = { sessionMetadata: { sampled }, sessionResults: results };
      results = [];
      sampled = false;
      return update;
    },
  };
}

/** Source: StartLiveTail, API reference: groups are named by their ARN, without `*` at its end. The wording is ours. */
function tailedGroups(
  { logs, caller }: LogsContext,
  { logGroupIdentifiers = [] }: StartLiveTailRequest,
): LogGroup[] {
  checkLength(logGroupIdentifiers, 'logGroupIdentifiers', { min: 1, max: MAX_GROUPS });
  return logGroupIdentifiers.map((identifier) => {
    if (!identifier.startsWith('arn:') || identifier.endsWith('*')) {
      throw new InvalidParameterException(
        `The log group identifier '${identifier}' must be an ARN that does not end with an asterisk (*).`,
      );
    }
    return identifiedGroup(logs, caller, identifier);
  });
}

/** Source: StartLiveTail, API reference: names or prefixes of streams, not both, and of one group only. */
function streamTest(
  { logs }: LogsContext,
  groups: readonly LogGroup[],
  { logStreamNames: names, logStreamNamePrefixes: prefixes }: StartLiveTailRequest,
): (stream: LogStream) => boolean {
  checkLength(names, 'logStreamNames', { min: 1, max: MAX_STREAM_NAMES });
  checkLength(prefixes, 'logStreamNamePrefixes', { min: 1, max: MAX_STREAM_NAMES });
  if (!names && !prefixes) return () => true;
  const [group, ...others] = groups;
  if (names && prefixes) {
    throw new InvalidParameterException(
      'logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.',
    );
  }
  if (!group || others.length > 0) {
    throw new InvalidParameterException(
      'logStreamNames and logStreamNamePrefixes can be specified only with one log group.',
    );
  }
  if (names) {
    for (const name of names) findStream(logs, group, name, 'logStreamNames');
    return ({ name }) => names.includes(name);
  }
  for (const prefix of prefixes ?? []) checkStreamName(prefix, 'logStreamNamePrefixes');
  return ({ name }) => (prefixes ?? []).some((prefix) => name.startsWith(prefix));
}
