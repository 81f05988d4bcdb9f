import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
  type FilteredLogEvent,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  CreateLogStreamCommand,
  StartLiveTailCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import t from 'tap';
import { awsJson, AWS, python } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import {
  credentials,
  describeTask,
  register,
  runTask,
  startSidecar,
  untilStatus,
} from '../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());

const awslogs = (group: string) => ({
  logDriver: 'awslogs' as const,
  options: {
    'awslogs-create-group': 'true',
    'awslogs-group': group,
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'p',
  },
});

async function allEvents(logGroupName: string): Promise<FilteredLogEvent[]> {
  const events: FilteredLogEvent[] = [];
  for await (const page of paginateFilterLogEvents({ client: sidecar.logs }, { logGroupName }))
    events.push(...(page.events ?? []));
  return events;
}

t.test('aws logs tail --follow shows lines as a container writes them', async (t) => {
  const definition = await register(sidecar, 'tailed', [
    {
      name: 'app',
      command: ['sh', '-c', 'trap "exit 0" TERM; n=0; while :; do echo "line $((n+=1))"; sleep 0.2; done'],
      logConfiguration: awslogs('tailed'),
    },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  const tail = spawn(AWS, ['--endpoint-url', sidecar.url, 'logs', 'tail', 'tailed', '--follow'], {
    env: sidecar.clientEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => tail.kill());
  const shown: string[] = [];
  createInterface(tail.stdout).on('line', (line) => shown.push(line));
  // The CLI asks again every five seconds: lines of more than one of its pages have come by then.
  await until('40 lines', () => shown.length >= 40);
  t.same(
    shown.map((line) => line.replace(/^\S+ p\/app\/[0-9a-f]{32} /, '')),
    shown.map((_, index) => `line ${index + 1}`),
    'every line, once, in order',
  );
});

t.test('the AWS CLI and boto3 page through events with their own paginators', async (t) => {
  const names = { logGroupName: 'paged', logStreamName: 's' };
  await sidecar.logs.send(new CreateLogGroupCommand({ logGroupName: 'paged' }));
  await sidecar.logs.send(new CreateLogStreamCommand(names));
  const first = Date.now() - 60_000;
  const logEvents = Array.from({ length: 25 }, (_, index) => ({
    timestamp: first + index,
    message: `{"n": ${index}, "text": "é🙂\\n"}`,
  }));
  await sidecar.logs.send(new PutLogEventsCommand({ ...names, logEvents }));
  const cli = await awsJson<string[]>(
    sidecar,
    ...['logs', 'filter-log-events', '--log-group-name', 'paged', '--page-size', '4'],
    ...['--filter-pattern', '{ $.n >= 5 && $.text = "é*" }', '--query', 'events[].message'],
  );
  t.same(
    cli,
    logEvents.slice(5).map(({ message }) => message),
  );
  const boto = await python(
    sidecar,
    `
import boto3, json, os
logs = boto3.client('logs', endpoint_url=os.environ['ENDPOINT'])
pages = logs.get_paginator('filter_log_events').paginate(logGroupName='paged', PaginationConfig={'PageSize': 7})
print(json.dumps({
  'filtered': [e['message'] for p in pages for e in p['events']],
  'groups': [g['logGroupName'] for p in logs.get_paginator('describe_log_groups').paginate(logGroupNamePrefix='pa') for g in p['logGroups']],
  'streams': [s['lastEventTimestamp'] for s in logs.describe_log_streams(logGroupName='paged')['logStreams']],
}))
try:
  logs.get_log_events(logGroupName='none', logStreamName='s')
except logs.exceptions.ResourceNotFoundException as e:
  print(json.dumps(e.response['Error']))
`,
  );
  const [answers, error] = boto
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  t.same(answers, {
    filtered: logEvents.map(({ message }) => message),
    groups: ['paged'],
    streams: [first + 24],
  });
  t.same(error, { Code: 'ResourceNotFoundException', Message: 'The specified log group does not exist.' });
});

t.test('a live tail of the SDK brings what a container writes', async (t) => {
  const definition = await register(sidecar, 'live', [
    {
      name: 'app',
      command: ['sh', '-c', 'trap "exit 0" TERM; while :; do echo alive; echo other; sleep 0.2; done'],
      logConfiguration: awslogs('live'),
    },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  // The SDK would look for the host `stream-127.0.0.1`.
  const client = new CloudWatchLogsClient({
    endpoint: sidecar.url,
    region: 'us-east-1',
    credentials,
    disableHostPrefix: true,
  });
  t.teardown(() => {
    client.destroy();
  });
  const { responseStream } = await client.send(
    new StartLiveTailCommand({
      logGroupIdentifiers: ['arn:aws:logs:us-east-1:000000000000:log-group:live'],
      logEventFilterPattern: 'alive',
    }),
  );
  const messages: (string | undefined)[] = [];
  let started = false;
  for await (const event of responseStream ?? []) {
    if (event.sessionStart) started = true;
    for (const { message } of event.sessionUpdate?.sessionResults ?? []) messages.push(message);
    if (messages.length >= 8) break;
  }
  t.ok(started);
  t.same(new Set(messages), new Set(['alive']));
});

t.test('500,000 lines: every one arrives, in order', async (t) => {
  const definition = await register(sidecar, 'many', [
    { name: 'app', command: ['seq', '500000'], memory: 64, logConfiguration: awslogs('many') },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'STOPPED');
  t.equal((await describeTask(sidecar, taskArn)).containers?.[0]?.exitCode, 0);
  const events = await allEvents('many');
  t.equal(events.length, 500_000);
  const wrong = events.findIndex(({ message }, index) => message !== String(index + 1));
  t.equal(wrong, -1, 'the first line that is not in its place');
});

t.test('a sidecar that is killed while lines come neither loses nor doubles one', async (t) => {
  const definition = await register(sidecar, 'survives', [
    {
      name: 'app',
      command: ['sh', '-c', 'for n in $(seq 300); do echo $n; sleep 0.02; done'],
      logConfiguration: awslogs('survives'),
    },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  for (const reached of [20, 90, 160]) {
    await until(`line ${reached}`, async () => {
      const found = await sidecar.logs
        .send(new FilterLogEventsCommand({ logGroupName: 'survives', limit: 10_000 }))
        .catch(() => undefined);
      return (found?.events?.length ?? 0) >= reached;
    });
    await sidecar.kill();
    await sidecar.restart();
  }
  await untilStatus(sidecar, taskArn, 'STOPPED');
  const lines = (await allEvents('survives')).map(({ message }) => message);
  t.same(
    lines,
    Array.from({ length: 300 }, (_, index) => String(index + 1)),
  );
});
