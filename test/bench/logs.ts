import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import {
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { register, runTask, startSidecar, untilStatus, type TestSidecar } from '../support/sidecar.ts';
import { until } from '../support/poll.ts';
import { median, ms, timed, type Figure } from './figures.ts';

const run = promisify(execFile);
const LINES = 500_000;

const logConfiguration = (group: string) => ({
  logDriver: 'awslogs' as const,
  options: {
    'awslogs-create-group': 'true',
    'awslogs-group': group,
    'awslogs-stream-prefix': 'bench',
    'awslogs-region': 'us-east-1',
  },
});

/** From a written line to FilterLogEvents, and 500,000 lines against docker logs. */
export async function* benchLogs(): AsyncGenerator<Figure> {
  const sidecar = await startSidecar({ LOG_LEVEL: 'warn' });
  try {
    yield* benchLatency(sidecar);
    yield* benchThroughput(sidecar);
  } finally {
    await sidecar.remove();
  }
}

async function* benchLatency(sidecar: TestSidecar): AsyncGenerator<Figure> {
  const definition = await register(sidecar, 'latency', [
    {
      name: 'app',
      command: ['sh', '-c', 'trap "exit 0" TERM; while :; do echo line; usleep 70000; done'],
      logConfiguration: logConfiguration('latency'),
    },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  const seen = new Map<string, number>();
  const delays: number[] = [];
  await until('200 lines', async () => {
    const startTime = Date.now() - 2000;
    const { events = [] } = await sidecar.logs.send(
      new FilterLogEventsCommand({ logGroupName: 'latency', startTime }),
    );
    const nowMs = Date.now();
    for (const { eventId = '', timestamp = 0 } of events) {
      if (seen.has(eventId)) continue;
      seen.set(eventId, timestamp);
      delays.push(nowMs - timestamp);
    }
    return delays.length > 200;
  });
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  await untilStatus(sidecar, taskArn, 'STOPPED');
  // The first answers hold lines that were written before anybody asked.
  const value = median(delays.slice(20));
  yield {
    what: 'log line written → in FilterLogEvents (ms, asked every 25 ms)',
    value: ms(value),
    ratio: value,
    budget: { atMost: 100 },
  };
}

async function* benchThroughput(sidecar: TestSidecar): AsyncGenerator<Figure> {
  const definition = await register(sidecar, 'throughput', [
    { name: 'app', command: ['seq', String(LINES)], logConfiguration: logConfiguration('throughput') },
  ]);
  // The same lines written and read without the sidecar.
  const name = `ecsidecar-bench-${process.pid}`;
  const write = await timed(() =>
    exhaust(['run', '--network', 'none', '--name', name, 'busybox:latest', 'seq', String(LINES)]),
  );
  const read = await timed(() => exhaust(['logs', '-t', name]));
  await run('docker', ['rm', '-f', name]);

  let taskArn = '';
  const stored = await timed(async () => {
    ({ taskArn } = await runTask(sidecar, definition));
    // The task is STOPPED only when all of its output is stored.
    await untilStatus(sidecar, taskArn, 'STOPPED', 300_000);
  });
  const wrong = await checkLines(sidecar);
  yield { what: `docker logs -t reads ${LINES} lines`, value: ms(read) };
  yield {
    what: `task of ${LINES} lines from RunTask to STOPPED, all stored (${wrong} wrong)`,
    value: `${ms(stored)} (docker run of it: ${ms(write)})`,
    ratio: stored / read,
    budget: { atMost: 2 },
  };
}

/** Reads all back and counts lines that are missing, double or out of order. */
async function checkLines(sidecar: TestSidecar): Promise<number> {
  const { logStreams } = await sidecar.logs.send(
    new DescribeLogStreamsCommand({ logGroupName: 'throughput' }),
  );
  const logStreamName = logStreams?.[0]?.logStreamName;
  let expected = 1;
  let wrong = 0;
  let nextToken: string | undefined;
  for (;;) {
    const page = await sidecar.logs.send(
      new GetLogEventsCommand({ logGroupName: 'throughput', logStreamName, startFromHead: true, nextToken }),
    );
    for (const { message } of page.events ?? []) if (message !== String(expected++)) wrong += 1;
    if (page.nextForwardToken === nextToken) break;
    nextToken = page.nextForwardToken;
  }
  return wrong + Math.abs(expected - 1 - LINES);
}

/** Runs docker and throws its output away as fast as it comes. */
function exhaust(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { stdio: ['ignore', 'ignore', 'ignore'] });
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`docker ${args.join(' ')} ended with ${code}`));
    });
  });
}
