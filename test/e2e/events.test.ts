import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import type { EcsEvent } from '../../src/model/ecs-event.ts';
import { readEvents, type StreamedEvent } from '../support/event-stream.ts';
import { until } from '../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

type Entry = {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Resources: readonly string[];
  readonly Time: number;
};

/** An EventBridge that remembers what was put, and answers nothing while `isDown`. */
const put: Entry[] = [];
const calls: { readonly headers: IncomingHttpHeaders; readonly entries: number }[] = [];
let isDown = false;
let refused = 0;
const upstream = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (isDown) {
      refused += 1;
      response.statusCode = 503;
      response.end('down');
      return;
    }
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { Entries: Entry[] };
    calls.push({ headers: request.headers, entries: Entries.length });
    put.push(...Entries);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(
      JSON.stringify({
        FailedEntryCount: 0,
        Entries: Entries.map((_, index) => ({ EventId: String(index) })),
      }),
    );
  });
});
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const sidecar = await startSidecar({
  UPSTREAM_ENDPOINT_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
});
t.teardown(async () => {
  await sidecar.remove();
  upstream.closeAllConnections();
  upstream.close();
});

const taskDefinition = await register(sidecar, 'told', [
  { name: 'app', command: ['sh', '-c', 'trap "exit 0" TERM; sleep 600 & wait'] },
]);
const ended = await register(sidecar, 'ended', [{ name: 'app', command: ['true'] }]);

const comparable = (event: EcsEvent): string =>
  JSON.stringify([
    event['detail-type'],
    event.source,
    event.resources,
    event.detail,
    Date.parse(event.time) / 1000,
  ]);
const comparableEntry = ({ DetailType, Source, Resources, Detail, Time }: Entry): string =>
  JSON.stringify([DetailType, Source, Resources, JSON.parse(Detail), Time]);

const of = (events: readonly StreamedEvent[], arn: string): StreamedEvent[] =>
  events.filter(({ event }) => event.resources[0] === arn);
const lastStatuses = (events: readonly StreamedEvent[]): unknown[] => [
  ...new Set(events.map(({ event }) => event.detail['lastStatus'])),
];

t.test('a task is told from PROVISIONING to STOPPED, in order and in the form of EventBridge', async (t) => {
  const reader = await readEvents(sidecar.url);
  const { taskArn } = await runTask(sidecar, ended);
  await until('the last event', () => lastStatuses(of(reader.events, taskArn)).includes('STOPPED'));
  reader.close();
  const told = of(reader.events, taskArn);
  t.same(lastStatuses(told), [
    'PROVISIONING',
    'PENDING',
    ...(lastStatuses(told).includes('ACTIVATING') ? ['ACTIVATING'] : []),
    ...(lastStatuses(told).includes('RUNNING') ? ['RUNNING'] : []),
    ...(lastStatuses(told).includes('DEACTIVATING') ? ['DEACTIVATING'] : []),
    ...(lastStatuses(told).includes('STOPPING') ? ['STOPPING'] : []),
    'DEPROVISIONING',
    'STOPPED',
  ]);
  const versions = told.map(({ event }) => Number(event.detail['version']));
  t.same(
    versions,
    [...new Set(versions)].sort((a, b) => a - b),
    'each event is of a newer version',
  );
  const last = told.at(-1)!;
  t.equal(last.type, 'ECS Task State Change');
  const { detail, ...envelope } = last.event;
  t.match(envelope, {
    version: '0',
    id: /^[0-9a-f-]{36}$/,
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account: '000000000000',
    time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    region: 'us-east-1',
    resources: [taskArn],
  });
  const { tasks = [] } = await sidecar.ecs.send(new DescribeTasksCommand({ tasks: [taskArn] }));
  const { updatedAt, ...shape } = detail;
  t.match(updatedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.same(shape, JSON.parse(JSON.stringify(tasks[0])) as Task, 'the detail is what DescribeTasks answers');
});

t.test('a service is told from its first deployment to its steady state', async (t) => {
  const reader = await readEvents(sidecar.url);
  const { service } = await sidecar.ecs.send(
    new CreateServiceCommand({ serviceName: 'web', taskDefinition, desiredCount: 2 }),
  );
  const arn = service?.serviceArn ?? '';
  const names = (): unknown[] => of(reader.events, arn).map(({ event }) => event.detail['eventName']);
  await until('the steady state', () => names().includes('SERVICE_STEADY_STATE'));
  reader.close();
  t.same(names(), ['SERVICE_DEPLOYMENT_IN_PROGRESS', 'SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_STEADY_STATE']);
  const [, completed, steady] = of(reader.events, arn);
  const id = service?.deployments?.[0]?.id ?? '';
  t.match(completed?.event, {
    'detail-type': 'ECS Deployment State Change',
    detail: { eventType: 'INFO', deploymentId: id, reason: `ECS deployment ${id} completed.` },
  });
  t.match(steady?.event, {
    'detail-type': 'ECS Service Action',
    detail: { eventType: 'INFO', clusterArn: service?.clusterArn },
  });
});

t.test('after kill -9 a reader goes on where it was, without a gap and with nothing twice', async (t) => {
  const reader = await readEvents(sidecar.url, { query: '?after=0' });
  const { taskArn } = await runTask(sidecar, taskDefinition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  await until('RUNNING', () => lastStatuses(of(reader.events, taskArn)).includes('RUNNING'));
  await runTask(sidecar, ended, { count: 3 });
  await sidecar.kill();
  await reader.ended;
  await sidecar.restart();
  const seen = reader.events.at(-1)?.id ?? 0;
  const resumed = await readEvents(sidecar.url, {
    query: '?after=0',
    headers: { 'last-event-id': String(seen) },
  });
  await sidecar.ecs.send(new DeleteServiceCommand({ service: 'web', force: true }));
  await until(
    'all that was run is stopped',
    () => {
      const all = [...reader.events, ...resumed.events];
      const isStopped = ({ event }: StreamedEvent): boolean => event.detail['lastStatus'] === 'STOPPED';
      return all.filter(isStopped).length >= 6 && all;
    },
    90_000,
  );
  resumed.close();
  const ids = [...reader.events, ...resumed.events].map(({ id }) => id);
  t.same(
    ids,
    ids.map((_, index) => index + 1),
  );
});

t.test(
  'events go to the EventBridge of the upstream, each once and in order, also after it was down',
  async (t) => {
    isDown = true;
    const { taskArn } = await runTask(sidecar, ended);
    await untilStatus(sidecar, taskArn, 'STOPPED');
    await until('the upstream was asked', () => refused > 0);
    // What was not delivered is not forgotten either.
    await sidecar.kill();
    await sidecar.restart();
    isDown = false;
    const reader = await readEvents(sidecar.url, { query: '?after=0' });
    const wanted = (): string[] => reader.events.map(({ event }) => comparable(event));
    // A kill between a call and its answer is the one thing that makes a call of up to ten entries come again.
    const delivered = (): string[] => [...new Set(put.map(comparableEntry))];
    await until('all is delivered', () => delivered().length === reader.events.length);
    reader.close();
    t.same(delivered(), wanted());
    const KILLS = 2;
    t.ok(put.length - delivered().length <= KILLS * 10, 'nothing else came twice');
    t.ok(calls.every(({ entries }) => entries <= 10));
    t.match(calls[0]?.headers, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      authorization: /Credential=000000000000\/\d{8}\/us-east-1\/events\/aws4_request/,
    });
  },
);

t.test('the stream ends cleanly on shutdown', async (t) => {
  const reader = await readEvents(sidecar.url);
  const code = await sidecar.stop();
  await reader.ended;
  t.equal(code, 0);
  t.notMatch(sidecar.output(), /UnhandledPromiseRejection|"level":60/);
});
