import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import t from 'tap';
import { createEngineClient, findEngine } from '../../src/executors/compose/engine.ts';
import { createLogFollower, type LogFollower } from '../../src/executors/compose/follow-logs.ts';
import { MAX_MESSAGE_BYTES } from '../../src/executors/compose/log-lines.ts';
import type { LogEvent } from '../../src/model/log-event.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createLogStore, logMigrations } from '../../src/store/logs/store.ts';
import { until } from '../support/poll.ts';

const run = promisify(execFile);
const docker = createEngineClient(findEngine(process.env));
const folder = mkdtempSync(join(tmpdir(), 'ecsidecar-logs-'));
const scope = { account: '000000000000', region: 'us-east-1' };
const logger = pino({ level: 'silent' });
const database = openDatabase(join(folder, 'logs.db'), [logMigrations]);
const logs = createLogStore(database, { maxBytes: 1e9, now: () => new Date() });
const made: string[] = [];
const followers: LogFollower[] = [];

t.teardown(async () => {
  await Promise.all(followers.map((follower) => follower.close()));
  if (made.length > 0) await run('docker', ['rm', '-f', '-v', ...made]);
  database.close();
  rmSync(folder, { recursive: true });
});

/** A follower as one life of the sidecar has it, on the store that outlives it. */
const createFollower = (): LogFollower => {
  const follower = createLogFollower({ docker, sink: logs, logger });
  followers.push(follower);
  return follower;
};

const create = async (script: string, options: { tty?: boolean } = {}): Promise<string> => {
  const container = await docker.createContainer({
    Image: 'busybox',
    Cmd: ['sh', '-c', script],
    Tty: options.tty === true,
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'json-file', Config: {} } },
  });
  made.push(container.id);
  return container.id;
};

const start = async (dockerId: string): Promise<void> => {
  await docker.getContainer(dockerId).start();
};

const followBy = (follower: LogFollower, dockerId: string): void => {
  follower.follow({ dockerId, target: { scope, group: 'g', stream: dockerId } });
};

const eventsOf = (dockerId: string): LogEvent[] => {
  const group = logs.getGroup(scope, 'g');
  const stream = group && logs.getStream(group, dockerId);
  return stream ? [...logs.read([stream], {})] : [];
};

const messagesOf = (dockerId: string): string[] => eventsOf(dockerId).map(({ message }) => message);

/** Resolves when this many lines of a container are stored. */
const stored = (dockerId: string, count: number): Promise<void> =>
  new Promise((resolve) => {
    let found = 0;
    const end = logs.onAppend((stream, events) => {
      if (stream.name !== dockerId) return;
      found += events.length;
      if (found < count) return;
      end();
      resolve();
    });
  });

/** Runs a container to its end, all of it followed. */
const runFollowed = async (script: string, options: { tty?: boolean } = {}): Promise<string> => {
  const follower = createFollower();
  const dockerId = await create(script, options);
  followBy(follower, dockerId); // as at its `create` event
  await start(dockerId);
  followBy(follower, dockerId); // as at its `start` event
  await docker.getContainer(dockerId).wait();
  await follower.drained(dockerId);
  return dockerId;
};

/** Where two lists differ; undefined when they are the same. (t.same prints for minutes when long lists differ.) */
const firstDifference = (found: readonly string[], wanted: readonly string[]): string | undefined => {
  if (found.length !== wanted.length) return `${found.length} lines instead of ${wanted.length}`;
  const index = found.findIndex((line, at) => line !== wanted[at]);
  return index < 0 ? undefined : `line ${index} is ${found[index]}`;
};

const numbers = (last: number): string[] => Array.from({ length: last }, (_, index) => String(index + 1));

t.test(
  'a container that lives for some milliseconds is read whole, with the times of the engine',
  async (t) => {
    const dockerId = await runFollowed('echo first; echo second; printf last');
    t.same(messagesOf(dockerId), ['first', 'second', 'last']);
    const { stdout: byDocker } = await run('docker', ['logs', '-t', dockerId]);
    t.same(
      eventsOf(dockerId).map(({ timestampMs }) => timestampMs),
      byDocker.split('\n').map((line) => Date.parse(line.slice(0, 30))),
    );
  },
);

t.test('a container that was over before anybody followed it is read whole', async (t) => {
  const dockerId = await create('seq 1000');
  await start(dockerId);
  await docker.getContainer(dockerId).wait();
  const follower = createFollower();
  followBy(follower, dockerId);
  await follower.drained(dockerId);
  t.same(messagesOf(dockerId), numbers(1000));
});

t.test('500,000 lines of a running container: none lost, doubled or out of order', async (t) => {
  const dockerId = await create('seq 500000');
  const follower = createFollower();
  await start(dockerId);
  followBy(follower, dockerId);
  await follower.drained(dockerId);
  t.equal(firstDifference(messagesOf(dockerId), numbers(500_000)), undefined);

  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const begin = performance.now();
    await work();
    return performance.now() - begin;
  };
  const byDocker = await timed(() => run('sh', ['-c', `docker logs -t ${dockerId} > /dev/null`]));
  const byFollower = await timed(async () => {
    const again = createFollower();
    logs.forget(dockerId);
    again.follow({ dockerId, target: { scope, group: 'g', stream: `${dockerId}-again` } });
    await again.drained(dockerId);
  });
  t.comment(
    `500,000 lines: docker logs -t ${Math.round(byDocker)} ms, read and stored ${Math.round(byFollower)} ms, ratio ${(byFollower / byDocker).toFixed(2)}`,
  );
});

t.test('followers that end at any moment and others that go on neither lose nor double a line', async (t) => {
  // The order among outputs is the engine's, which reads each by itself.
  const dockerId = await create('seq 60000 & seq 60000 | sed s/^/e/ >&2; wait; seq -s " " 20000; printf end');
  await start(dockerId);
  let lives = 0;
  for (let isOver = false; !isOver; lives++) {
    const follower = createFollower();
    const some = stored(dockerId, 15_000);
    followBy(follower, dockerId);
    const drained = follower.drained(dockerId).then(() => true);
    isOver = await Promise.race([some.then(() => false), drained]);
    await follower.close();
  }
  t.ok(lives > 3, `${lives} followers`);
  const messages = messagesOf(dockerId);
  const fromStderr = messages.filter((message) => message.startsWith('e') && message !== 'end');
  const fromStdout = messages.filter((message) => !message.startsWith('e') || message === 'end');
  t.equal(
    firstDifference(
      fromStderr,
      numbers(60_000).map((number) => `e${number}`),
    ),
    undefined,
  );
  t.equal(firstDifference(fromStdout, [...numbers(60_000), numbers(20_000).join(' '), 'end']), undefined);
});

t.test('a line of 100 kB, which the engine cuts, is one event; a longer one is split', async (t) => {
  const dockerId = await runFollowed(
    'head -c 100000 /dev/zero | tr "\\0" a; echo; echo b; head -c 300000 /dev/zero | tr "\\0" c; echo; echo d',
  );
  t.same(
    messagesOf(dockerId).map((message) => [message[0], message.length]),
    [
      ['a', 100_000],
      ['b', 1],
      ['c', MAX_MESSAGE_BYTES],
      ['c', 300_000 - MAX_MESSAGE_BYTES],
      ['d', 1],
    ],
  );
});

t.test('both outputs are read, empty lines left out, characters kept', async (t) => {
  const dockerId = await runFollowed('echo out; echo err >&2; echo; echo "héllo 漢字 🙂"; printf "\\377\\n"');
  t.same(messagesOf(dockerId).sort(), ['err', 'héllo 漢字 🙂', 'out', '\ufffd'].sort());
});

t.test('the lines of a terminal are read, also long ones and one without an end', async (t) => {
  const dockerId = await runFollowed(
    'echo hi; head -c 40000 /dev/zero | tr "\\0" b; echo; echo err >&2; printf last',
    { tty: true },
  );
  t.same(messagesOf(dockerId), ['hi\r', `${'b'.repeat(40_000)}\r`, 'err\r', 'last']);
});

t.test('a line is stored while its container goes on', async (t) => {
  const dockerId = await create('echo now; trap "exit 0" TERM; while :; do sleep 0.1; done');
  const follower = createFollower();
  const first = stored(dockerId, 1);
  await start(dockerId);
  followBy(follower, dockerId);
  await first;
  t.same(messagesOf(dockerId), ['now']);
  await docker.getContainer(dockerId).kill();
  await follower.drained(dockerId);
  t.same(messagesOf(dockerId), ['now']);
});

t.test('a container removed by force while it writes ends its reading', async (t) => {
  const dockerId = await create('i=0; while :; do i=$((i+1)); echo $i; done');
  const follower = createFollower();
  const some = stored(dockerId, 100);
  await start(dockerId);
  followBy(follower, dockerId);
  await some;
  await docker.getContainer(dockerId).remove({ force: true });
  made.splice(made.indexOf(dockerId), 1);
  await follower.forget(dockerId);
  const messages = messagesOf(dockerId);
  t.ok(messages.length >= 100);
  t.equal(
    messages.findIndex((message, index) => message !== String(index + 1)),
    -1,
    'no line is missing or doubled',
  );
  t.same(logs.cursor(dockerId), {}, 'its cursor is forgotten');
});

t.test('a container that is started again goes on in its stream', async (t) => {
  const follower = createFollower();
  const dockerId = await create('echo life; printf end');
  await start(dockerId);
  followBy(follower, dockerId);
  await docker.getContainer(dockerId).wait();
  await follower.drained(dockerId);
  await start(dockerId);
  followBy(follower, dockerId);
  await docker.getContainer(dockerId).wait();
  await follower.drained(dockerId);
  t.same(messagesOf(dockerId), ['life', 'end', 'life', 'end']);
});

t.test('one that is created and never started, or never followed, is drained at once', async (t) => {
  const follower = createFollower();
  const dockerId = await create('echo never');
  followBy(follower, dockerId);
  await follower.drained(dockerId);
  await follower.drained('never-followed');
  t.same(messagesOf(dockerId), []);
});

t.test('a log group deleted while a container writes is made again', async (t) => {
  const dockerId = await create('echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after');
  const follower = createFollower();
  const target = { scope, group: 'deleted', stream: 's' };
  await start(dockerId);
  follower.follow({ dockerId, target });
  const group = await until('the first line', () => logs.getGroup(scope, 'deleted'));
  logs.deleteGroup(group);
  await run('docker', ['exec', dockerId, 'touch', '/go']);
  await follower.drained(dockerId);
  const again = logs.getGroup(scope, 'deleted')!;
  t.same(
    [...logs.read([logs.getStream(again, 's')!], {})].map(({ message }) => message),
    ['after'],
  );
});
