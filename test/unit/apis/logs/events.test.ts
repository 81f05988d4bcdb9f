import fc from 'fast-check';
import t from 'tap';
import { eventId, parseEventId } from '../../../../src/apis/logs/events/event-id.ts';
import { createTestLogsApi, type LogsApi } from '../../../support/logs-api.ts';

const G = { logGroupName: 'g' };
const S = { ...G, logStreamName: 's' };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const INVALID = 'InvalidParameterException: ';

async function withStream(): Promise<LogsApi> {
  const api = createTestLogsApi();
  await api.call('CreateLogGroup', G);
  await api.call('CreateLogStream', S);
  return api;
}

/** Puts messages a millisecond apart that end at the clock's time. */
const put = (api: LogsApi, messages: readonly string[], stream = 's'): Promise<unknown> =>
  api.call('PutLogEvents', {
    ...G,
    logStreamName: stream,
    logEvents: messages.map((message, index) => ({
      timestamp: api.clock.ms - messages.length + index,
      message,
    })),
  });

const messagesOf = (events: readonly { message?: string | undefined }[] = []): (string | undefined)[] =>
  events.map(({ message }) => message);

t.test('event ids have 56 digits, the order of their events, and can be read back', (t) => {
  const position = fc.record({ timestampMs: fc.nat(9e12), id: fc.nat(Number.MAX_SAFE_INTEGER) });
  fc.assert(
    fc.property(position, position, (a, b) => {
      t.match(eventId(a), /^\d{56}$/);
      t.same(parseEventId(eventId(a)), a);
      const expected = Math.sign(a.timestampMs - b.timestampMs) || Math.sign(a.id - b.id);
      return expected === (eventId(a) < eventId(b) ? -1 : eventId(a) > eventId(b) ? 1 : 0);
    }),
  );
  t.equal(parseEventId('12'), undefined);
  t.equal(parseEventId('9'.repeat(56)), undefined);
  t.end();
});

t.test('PutLogEvents: what was put is what is read', async (t) => {
  const api = await withStream();
  const logEvents = [{ timestamp: api.clock.ms, message: 'é\n🙂' }];
  const { nextSequenceToken } = await api.call('PutLogEvents', { ...S, logEvents, sequenceToken: 'any' });
  t.match(nextSequenceToken, /^\d{56}$/);
  const { events } = await api.call('GetLogEvents', S);
  t.strictSame(events, [{ timestamp: api.clock.ms, message: 'é\n🙂', ingestionTime: api.clock.ms }]);
});

t.test('PutLogEvents: too old, expired and too new ones are told and left out (API reference)', async (t) => {
  const api = await withStream();
  await api.call('PutRetentionPolicy', { ...G, retentionInDays: 1 });
  const at = (...times: number[]): { timestamp: number; message: string }[] =>
    times.map((ms) => ({ timestamp: api.clock.ms + ms, message: String(ms) }));
  const rejected = async (...times: number[]): Promise<unknown> =>
    (await api.call('PutLogEvents', { ...S, logEvents: at(...times) })).rejectedLogEventsInfo;
  t.same(await rejected(-DAY_MS - 2, -DAY_MS - 1, -5), { expiredLogEventEndIndex: 2 });
  t.same(await rejected(-3, 2 * HOUR_MS, 2 * HOUR_MS + 1), { tooNewLogEventStartIndex: 2 });
  t.same(await rejected(-15 * DAY_MS), { tooOldLogEventEndIndex: 1 });
  t.equal(await rejected(-1), undefined);
  const { events } = await api.call('GetLogEvents', { ...S, startFromHead: true });
  t.same(messagesOf(events), ['-5', '-3', '-1', String(2 * HOUR_MS)]);
});

t.test('PutLogEvents: batches that are refused, and then nothing of them is stored', async (t) => {
  const api = await withStream();
  const refused = (logEvents: object[]): Promise<string> => api.refusal('PutLogEvents', { ...S, logEvents });
  const ms = api.clock.ms;
  t.equal(
    await refused([
      { timestamp: ms, message: 'a' },
      { timestamp: ms - 1, message: 'b' },
    ]),
    `${INVALID}Log events in a single PutLogEvents request must be in chronological order.`,
  );
  t.equal(
    await refused([
      { timestamp: ms - DAY_MS - 1, message: 'a' },
      { timestamp: ms, message: 'b' },
    ]),
    `${INVALID}The batch of log events in a single PutLogEvents request cannot span more than 24 hours.`,
  );
  t.equal(
    await refused([{ timestamp: ms, message: 'x'.repeat(1_048_576) }]),
    `${INVALID}Upload too large: 1048602 bytes exceeds limit of 1048576`,
  );
  t.match(await refused([]), /'logEvents' .*greater than or equal to 1/);
  t.match(await refused([{ timestamp: ms, message: '' }]), /'logEvents.1.member.message'/);
  t.match(await refused([{ timestamp: -1, message: 'a' }]), /'logEvents.1.member.timestamp'/);
  t.same((await api.call('GetLogEvents', S)).events, []);
});

t.test('GetLogEvents: tokens go both ways, and at an end come back unchanged', async (t) => {
  const api = await withStream();
  await put(api, ['1', '2', '3', '4', '5']);
  const get = (input: object) => api.call('GetLogEvents', { ...S, limit: 2, ...input });
  const last = await get({});
  t.same(messagesOf(last.events), ['4', '5'], 'from the end by default');
  const head = await get({ startFromHead: true });
  t.same(messagesOf(head.events), ['1', '2']);
  const next = await get({ nextToken: head.nextForwardToken });
  t.same(messagesOf(next.events), ['3', '4']);
  t.same(messagesOf((await get({ nextToken: next.nextBackwardToken })).events), ['1', '2']);
  const end = await get({ nextToken: (await get({ nextToken: next.nextForwardToken })).nextForwardToken });
  t.same(end.events, []);
  t.equal((await get({ nextToken: end.nextForwardToken })).nextForwardToken, end.nextForwardToken);
  await put({ ...api, clock: { ms: api.clock.ms + 9 } }, ['6']);
  t.same(
    messagesOf((await get({ nextToken: end.nextForwardToken })).events),
    ['6'],
    'and follows what comes',
  );
  const range = { startTime: api.clock.ms - 4, endTime: api.clock.ms - 2, limit: 9 };
  t.same(messagesOf((await get(range)).events), ['2', '3'], 'endTime is not included');
  t.equal(
    await api.refusal('GetLogEvents', { ...S, nextToken: 'x' }),
    `${INVALID}The specified nextToken is invalid.`,
  );
  t.match(await api.refusal('GetLogEvents', { ...S, limit: 10_001 }), /less than or equal to 10000/);
  t.match(await api.refusal('GetLogEvents', { ...S, limit: 0 }), /greater than or equal to 1/);
});

t.test('every event is read once by following tokens, however they lie and whatever the limit', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (offsets, limit, startFromHead) => {
        const api = await withStream();
        const times = [...offsets].sort((a, b) => a - b);
        const logEvents = times.map((ms, index) => ({
          timestamp: api.clock.ms + ms,
          message: String(index),
        }));
        await api.call('PutLogEvents', { ...S, logEvents });
        const read: (string | undefined)[] = [];
        for (let nextToken: string | undefined; ;) {
          const page = await api.call('GetLogEvents', { ...S, limit, startFromHead, nextToken });
          const messages = messagesOf(page.events);
          if (startFromHead) read.push(...messages);
          else read.unshift(...messages);
          const token = startFromHead ? page.nextForwardToken : page.nextBackwardToken;
          if (token === nextToken) break;
          nextToken = token;
        }
        t.same(
          read,
          times.map((_, index) => String(index)),
        );
        const filtered: (string | undefined)[] = [];
        for (let nextToken: string | undefined; ;) {
          const page = await api.call('FilterLogEvents', { ...G, limit, nextToken });
          filtered.push(...messagesOf(page.events));
          nextToken = page.nextToken;
          if (nextToken === undefined) break;
        }
        t.same(filtered, read);
      },
    ),
  );
});

t.test('FilterLogEvents: streams, times, patterns, and the order of time over streams', async (t) => {
  const api = await withStream();
  await api.call('CreateLogStream', { ...G, logStreamName: 's2' });
  await put(api, ['ERROR one', 'two']);
  await put(api, ['ERROR three', 'four', 'five'], 's2');
  const filter = async (input: object): Promise<unknown[]> =>
    messagesOf((await api.call('FilterLogEvents', { ...G, ...input })).events);
  t.same(await filter({}), ['ERROR three', 'ERROR one', 'four', 'two', 'five']);
  t.same(await filter({ filterPattern: 'ERROR' }), ['ERROR three', 'ERROR one']);
  t.same(await filter({ logStreamNames: ['s2', 's2'] }), ['ERROR three', 'four', 'five']);
  t.same(await filter({ logStreamNamePrefix: 's2' }), ['ERROR three', 'four', 'five']);
  t.same(await filter({ startTime: api.clock.ms - 1 }), ['two', 'five']);
  t.same(await filter({ endTime: api.clock.ms - 3 }), ['ERROR three'], 'endTime is included');
  t.same(await filter({ startFromHead: false, startTime: api.clock.ms - 2, limit: 2 }), ['five', 'two']);
  const { events, searchedLogStreams } = await api.call('FilterLogEvents', { ...G, limit: 1 });
  t.same(searchedLogStreams, []);
  t.match(events, [
    {
      logStreamName: 's2',
      timestamp: api.clock.ms - 3,
      message: 'ERROR three',
      ingestionTime: api.clock.ms,
      eventId: /^\d{56}$/,
    },
  ]);
  t.equal(
    await api.refusal('FilterLogEvents', { ...G, filterPattern: 'a:' }),
    `${INVALID}Invalid filter pattern`,
  );
  t.equal(
    await api.refusal('FilterLogEvents', { ...G, nextToken: 'a' }),
    `${INVALID}The specified nextToken is invalid.`,
  );
  t.match(await api.refusal('FilterLogEvents', { ...G, logStreamNames: ['x'] }), /log stream does not exist/);
  t.match(
    await api.refusal('FilterLogEvents', { ...G, logStreamNames: ['s'], logStreamNamePrefix: 's' }),
    /mutually exclusive/,
  );
});

t.test('a page ends at 1 MB or after 100,000 events looked at, and goes on from there', async (t) => {
  const api = await withStream();
  const group = api.logs.getGroup({ account: '123456789012', region: 'eu-west-1' }, 'g');
  const stream = group && api.logs.getStream(group, 's');
  if (!stream) throw new Error('no stream');
  const lines = (count: number, message: string) =>
    Array.from({ length: count }, (_, index) => ({ timestampMs: index, message }));
  api.logs.append(stream, lines(3, 'x'.repeat(600_000)), 0);
  const first = await api.call('GetLogEvents', { ...S, startFromHead: true });
  t.equal(first.events?.length, 1);
  const second = await api.call('GetLogEvents', { ...S, nextToken: first.nextForwardToken });
  t.equal(second.events?.length, 1);
  api.logs.append(stream, lines(100_010, 'no'), 0);
  const scanned = await api.call('FilterLogEvents', { ...G, filterPattern: 'yes' });
  t.same(scanned.events, []);
  t.ok(scanned.nextToken);
  t.notOk(
    (await api.call('FilterLogEvents', { ...G, filterPattern: 'yes', nextToken: scanned.nextToken }))
      .nextToken,
  );
});
