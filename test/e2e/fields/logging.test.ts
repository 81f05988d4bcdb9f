import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LogConfiguration, Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createForwardReader, type Forwarded } from '../../support/forward-protocol.ts';
import { IDLE, lookInto } from '../../support/networking.ts';
import { until } from '../../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { start, stop, inspect } = lookInto(sidecar);

const awslogs = (group: string, options: Record<string, string>): LogConfiguration => ({
  logDriver: 'awslogs',
  options: {
    'awslogs-group': group,
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'p',
    'awslogs-create-group': 'true',
    ...options,
  },
});

const messages = async (logGroupName: string, count: number): Promise<(string | undefined)[]> =>
  until(`${count} events in ${logGroupName}`, async () => {
    const { events = [] } = await sidecar.logs.send(new FilterLogEventsCommand({ logGroupName }));
    return events.length >= count && events.map(({ message }) => message);
  });

const driverOf = async (task: Task) => (await inspect(task, 'c0')).HostConfig.LogConfig;

t.test(
  'awslogs-multiline-pattern: an event has all lines up to the next match, over a kill too',
  async (t) => {
    const script =
      'echo INFO one; echo "  at x"; echo; echo INFO two; trap "echo INFO three; echo last; exit 0" TERM; sleep 1000 & wait';
    const task = await start('multiline', [
      {
        command: ['sh', '-c', script],
        logConfiguration: awslogs('multiline', { 'awslogs-multiline-pattern': '^INFO' }),
      },
    ]);
    t.match(await messages('multiline', 1), [/^INFO one\n/]);
    // What is at hand is not stored yet, or just so: neither way may it be lost or doubled.
    await sidecar.kill();
    await sidecar.restart();
    await stop(task);
    t.same(await messages('multiline', 3), ['INFO one\n  at x\n\n', 'INFO two\n', 'INFO three\nlast\n']);
  },
);

t.test('awslogs-datetime-format: the last event does not wait for the next one for ever', async (t) => {
  const script = 'echo "[2026-01-02 03:04:05] one"; echo more; exec sleep 1000';
  const logConfiguration = awslogs('datetime', {
    'awslogs-datetime-format': '\\[%Y-%m-%d %H:%M:%S\\]',
    mode: 'non-blocking',
    'max-buffer-size': '25m',
  });
  const task = await start('datetime', [{ command: ['sh', '-c', script], logConfiguration }]);
  t.same(await messages('datetime', 1), ['[2026-01-02 03:04:05] one\nmore\n']);
  await stop(task);
});

t.test('awslogs options that Docker refuses stop the task in its words', async (t) => {
  for (const [options, reason] of [
    [
      { 'awslogs-multiline-pattern': 'x', 'awslogs-datetime-format': '%Y' },
      "CannotCreateContainerError: you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the same time",
    ],
    [{ mode: 'maybe' }, 'logger: logging mode not supported: maybe'],
    [
      { 'awslogs-multiline-pattern': '(' },
      /CannotStartContainerError: .*could not parse multiline pattern key "\("/,
    ],
  ] as const) {
    const definition = await register(sidecar, 'refused', [
      { command: IDLE, logConfiguration: awslogs('refused', options) },
    ]);
    const { taskArn } = await runTask(sidecar, definition);
    t.match((await untilStatus(sidecar, taskArn, 'STOPPED')).stoppedReason, reason);
  }
});

t.test('json-file gets its options', async (t) => {
  const options = { 'max-size': '1m', 'max-file': '2', labels: 'team', env: 'STAGE', tag: '{{.Name}}/$x' };
  const task = await start('json-file', [
    { command: IDLE, logConfiguration: { logDriver: 'json-file', options } },
  ]);
  t.same(await driverOf(task), { Type: 'json-file', Config: options });
  await stop(task);
  const plain = await start('plain', [{ command: IDLE }]);
  t.same(
    await driverOf(plain),
    { Type: 'json-file', Config: {} },
    'without a logConfiguration: the engine’s default',
  );
  await stop(plain);
});

const listen = async (): Promise<{ socket: Socket; port: number; got: Buffer[] }> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  const got: Buffer[] = [];
  socket.on('message', (message) => got.push(message));
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return { socket, port: socket.address().port, got };
};

t.test('syslog brings what a container writes to a server', async (t) => {
  const { port, got } = await listen();
  const options = { 'syslog-address': `udp://127.0.0.1:${port}`, tag: 'my-tag', 'syslog-format': 'rfc5424' };
  const task = await start('syslog', [
    {
      command: ['sh', '-c', 'echo to syslog; exec sleep 1000'],
      logConfiguration: { logDriver: 'syslog', options },
    },
  ]);
  const text = await until('a message', () => got[0]?.toString('utf8'));
  t.match(text, /my-tag.*to syslog/);
  t.same(await driverOf(task), { Type: 'syslog', Config: options });
  await stop(task);
});

t.test('gelf brings what a container writes to a server', async (t) => {
  const { port, got } = await listen();
  const options = { 'gelf-address': `udp://127.0.0.1:${port}`, labels: 'team' };
  const task = await start('gelf', [
    {
      command: ['sh', '-c', 'echo to gelf; exec sleep 1000'],
      dockerLabels: { team: 'a' },
      logConfiguration: { logDriver: 'gelf', options },
    },
  ]);
  const packet = await until('a message', () => got[0]);
  t.match(JSON.parse(gunzipSync(packet).toString('utf8')), { short_message: 'to gelf', _team: 'a' });
  await stop(task);
});

t.test('fluentd brings what a container writes to a server', async (t) => {
  const got: Forwarded[] = [];
  const server = createServer((socket) => {
    const read = createForwardReader();
    socket.on('data', (chunk) => got.push(...read(chunk)));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const options = { 'fluentd-address': `127.0.0.1:${port}`, tag: 'my.tag' };
  const task = await start('fluentd', [
    {
      command: ['sh', '-c', 'echo to fluentd; exec sleep 1000'],
      logConfiguration: { logDriver: 'fluentd', options },
    },
  ]);
  const record = await until('a record', () => got[0]);
  t.match(record, { tag: 'my.tag', record: { log: 'to fluentd', source: 'stdout' } });
  await stop(task);
});

t.test('what the engine refuses of a driver stops the task with the engine’s words', async (t) => {
  for (const [logConfiguration, reason] of [
    [{ logDriver: 'json-file', options: { 'max-size': 'much' } }, /much/],
    [
      { logDriver: 'json-file', options: { nonsense: 'x' } },
      /unknown log opt 'nonsense' for json-file log driver/,
    ],
    [
      { logDriver: 'splunk', options: { 'splunk-url': 'http://127.0.0.1:1', 'splunk-token': 'x' } },
      /failed to initialize logging driver: .*127\.0\.0\.1:1/,
    ],
  ] as const) {
    const definition = await register(sidecar, 'engine', [{ command: IDLE, logConfiguration }]);
    const { taskArn } = await runTask(sidecar, definition);
    t.match((await untilStatus(sidecar, taskArn, 'STOPPED')).stoppedReason, reason);
  }
});

t.test('journald gets its options, or the engine says that there is none', async (t) => {
  const options = { tag: 'my-tag' };
  const definition = await register(sidecar, 'journald', [
    { command: IDLE, logConfiguration: { logDriver: 'journald', options } },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const task = await until('it runs or is refused', async () => {
    const seen = await untilStatus(sidecar, taskArn, 'RUNNING').catch(() =>
      untilStatus(sidecar, taskArn, 'STOPPED'),
    );
    return seen;
  });
  if (task.lastStatus === 'STOPPED') t.match(task.stoppedReason, /journald is not enabled on this host/);
  else {
    t.same(await driverOf(task), { Type: 'journald', Config: options });
    await stop({ taskArn });
  }
});
