import t from 'tap';
import { createTestLogsApi, type LogsApi } from '../../../support/logs-api.ts';

const ARN = 'arn:aws:logs:eu-west-1:123456789012:log-group:g';

async function withStreams(): Promise<LogsApi> {
  const api = createTestLogsApi();
  await api.call('CreateLogGroup', { logGroupName: 'g' });
  for (const logStreamName of ['a', 'b'])
    await api.call('CreateLogStream', { logGroupName: 'g', logStreamName });
  return api;
}

const put = (api: LogsApi, logStreamName: string, ...messages: string[]): Promise<unknown> =>
  api.call('PutLogEvents', {
    logGroupName: 'g',
    logStreamName,
    logEvents: messages.map((message) => ({ timestamp: api.clock.ms, message })),
  });

type Tail = AsyncIterator<{ type: string; payload: unknown }>;

async function tail(api: LogsApi, input: object = {}): Promise<Tail> {
  const stream = await api.call('StartLiveTail', { logGroupIdentifiers: [ARN], ...input });
  return stream.events[Symbol.asyncIterator]();
}

const next = async (api: LogsApi, events: Tail) => {
  const update = events.next();
  // The update waits for its pause by then: the pause is made before the first turn of the loop ends.
  await Promise.resolve();
  api.nextUpdate();
  return (await update).value as { type: string; payload: { sessionResults: { message: string }[] } };
};

t.test('a live tail starts, brings what was stored since, and ends with the client', async (t) => {
  const api = await withStreams();
  const events = await tail(api, { logEventFilterPattern: 'yes' });
  await put(api, 'a', 'yes 1', 'no');
  t.match((await events.next()).value, {
    type: 'sessionStart',
    payload: { logGroupIdentifiers: [ARN], logEventFilterPattern: 'yes', sessionId: /^0{8}-/ },
  });
  t.strictSame(await next(api, events), {
    type: 'sessionUpdate',
    payload: {
      sessionMetadata: { sampled: false },
      sessionResults: [
        {
          logGroupIdentifier: '123456789012:g',
          logStreamName: 'a',
          message: 'yes 1',
          timestamp: api.clock.ms,
          ingestionTime: api.clock.ms,
        },
      ],
    },
  });
  t.same((await next(api, events)).payload.sessionResults, []);
  api.client.abort();
  t.equal((await events.next()).done, true);
});

t.test('an update brings up to 500 events and says that there were more', async (t) => {
  const api = await withStreams();
  const events = await tail(api);
  await events.next();
  await put(api, 'a', ...Array.from({ length: 501 }, (_, index) => String(index)));
  const { payload } = await next(api, events);
  t.equal(payload.sessionResults.length, 500);
  t.match(payload, { sessionMetadata: { sampled: true } });
  t.match(await next(api, events), { payload: { sessionMetadata: { sampled: false } } });
});

t.test('streams by name or prefix', async (t) => {
  for (const input of [{ logStreamNames: ['b'] }, { logStreamNamePrefixes: ['b'] }]) {
    const api = await withStreams();
    const events = await tail(api, input);
    await events.next();
    await put(api, 'a', 'of a');
    await put(api, 'b', 'of b');
    t.same(
      (await next(api, events)).payload.sessionResults.map(({ message }) => message),
      ['of b'],
    );
  }
});

t.test('a session ends after three hours', async (t) => {
  const api = await withStreams();
  const events = await tail(api);
  await events.next();
  api.clock.ms += 3 * 3_600_000;
  await t.rejects(next(api, events), { code: 'SessionTimeoutException' });
});

t.test('what is refused', async (t) => {
  const api = await withStreams();
  const refused = (input: object): Promise<string> =>
    api.refusal('StartLiveTail', { logGroupIdentifiers: [ARN], ...input });
  t.match(await refused({ logGroupIdentifiers: ['g'] }), /must be an ARN/);
  t.match(await refused({ logGroupIdentifiers: [`${ARN}:*`] }), /must be an ARN/);
  t.match(await refused({ logGroupIdentifiers: [] }), /greater than or equal to 1/);
  t.match(await refused({ logGroupIdentifiers: [`${ARN}x`] }), /log group does not exist/);
  t.match(await refused({ logStreamNames: ['a'], logStreamNamePrefixes: ['a'] }), /mutually exclusive/);
  t.match(await refused({ logStreamNames: ['none'] }), /log stream does not exist/);
  t.match(await refused({ logEventFilterPattern: 'a:' }), /Invalid filter pattern/);
});
