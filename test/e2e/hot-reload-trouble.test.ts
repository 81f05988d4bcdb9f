import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { readEvents } from '../support/event-stream.ts';
import { lookInto } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { codeFolder, reloading, says } from '../support/reloading.ts';
import { createService, untilStable } from '../support/services.ts';
import { describeTask, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
await aws(sidecar, 'ecs', 'create-cluster');
const { registerProgram, untilWatched, lines, untilSaid } = reloading(sidecar);
const { containersOf } = lookInto(sidecar);

t.test('saves in quick succession all count where the mount is read-only', async (t) => {
  const folder = await codeFolder(says('save'));
  const { taskArn } = await runTask(sidecar, await registerProgram('readonly', folder, { readOnly: true }));
  await untilWatched(folder);
  // Twice as often as where the container could have written it.
  for (let save = 1; save <= 6; save++) {
    await untilSaid('readonly', 'save', save);
    await writeFile(join(folder, 'program.sh'), `# ${save}\n${says('save')}`);
  }
  const all = await untilSaid('readonly', 'save', 7);
  t.equal(all.filter((line) => line.startsWith('[ecsidecar] reload')).length, 6);
  t.notOk(all.some((line) => line.includes('changes after every reload')));
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
});

t.test('a task that is stopped soon after a reload has its exit code, and nothing is held', async (t) => {
  const program = says('ended').replace('exit 0', 'exit 3');
  const folder = await codeFolder(program);
  const { taskArn } = await runTask(sidecar, await registerProgram('ended', folder));
  await untilSaid('ended', 'ended');
  await untilWatched(folder);
  const stream = await readEvents(sidecar.url);
  t.teardown(() => {
    stream.close();
  });
  const told = () =>
    stream.events.flatMap(({ event }) =>
      event['detail-type'] === 'ECS Task Reload' ? [event.detail['status']] : [],
    );
  await writeFile(join(folder, 'program.sh'), `# saved\n${program}`);
  await until('it is reloaded', () => Promise.resolve(told().includes('DONE')));
  await untilSaid('ended', 'ended', 2);
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  const { containers } = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(containers, [{ lastStatus: 'STOPPED', exitCode: 3, reason: undefined }]);
  t.same(told(), ['PENDING', 'DONE']);
});

t.test('replace with a fixed host port: one task lives at a time, so it restarts and says so', async (t) => {
  const folder = await codeFolder(says('fixed'));
  const labels = { 'ecsidecar.reload': 'replace' };
  const portMappings = [{ containerPort: 80, hostPort: 39_180 }];
  const definition = await registerProgram('fixed', folder, { labels, portMappings });
  await createService(sidecar, 'fixed', definition, { desiredCount: 1 });
  await untilStable(sidecar, 'fixed');
  await untilWatched(folder);
  const { taskArns: before } = await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'fixed' }));
  await writeFile(join(folder, 'other.sh'), 'x');
  const all = await untilSaid('fixed', 'fixed', 2);
  t.ok(all.includes('[ecsidecar] reload (restart): /code/other.sh changed'));
  t.match(sidecar.output(), /a fixed host port lets only one task live, so it is restarted, not replaced/);
  const { taskArns } = await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'fixed' }));
  t.same(taskArns, before);
  await aws(sidecar, 'ecs', 'delete-service', '--service', 'fixed', '--force');
});

t.test('a sidecar that is killed in the middle of a reload goes on with it', async (t) => {
  const slow = `echo up-$$\ntrap "" TERM\nwhile :; do sleep 0.1; done\n`;
  for (const action of ['restart', 'recreate']) {
    const folder = await codeFolder(slow);
    const labels = { 'ecsidecar.reload': action };
    const { taskArn } = await runTask(sidecar, await registerProgram(action, folder, { labels }));
    await untilSaid(action, 'up');
    await untilWatched(folder);
    const before = await untilStatus(sidecar, taskArn, 'RUNNING');
    await writeFile(join(folder, 'program.sh'), says('new'));
    await untilSaid(action, '[ecsidecar] reload');
    await sidecar.kill();
    await sidecar.restart();
    await untilSaid(action, 'new');
    // What a container says may be there before ECS knows its id.
    const after = await until('ECS knows the container that runs', async () => {
      const [task, [running]] = await Promise.all([describeTask(sidecar, taskArn), containersOf(taskArn)]);
      return task.containers?.[0]?.runtimeId === running?.Id && task;
    });
    t.match(after, { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', startedAt: before.startedAt });
    t.equal((await containersOf(taskArn)).length, 1);
    const said = await lines(action);
    t.equal(said.filter((line) => line.startsWith('[ecsidecar] reload')).length, 1, 'it is told once');
    await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  }
});

t.test('ECS_HOT_RELOAD_POLL: files are looked at, for file systems that tell nothing', async (t) => {
  const polling = await startSidecar({ ECS_HOT_RELOAD_POLL: '0.2' });
  t.teardown(() => polling.remove());
  await aws(polling, 'ecs', 'create-cluster');
  const own = reloading(polling);
  const folder = await codeFolder(says('polled'));
  await mkdir(join(folder, 'node_modules'));
  await runTask(polling, await own.registerProgram('polled', folder));
  await own.untilSaid('polled', 'polled');
  await own.untilWatched(folder);
  await writeFile(join(folder, 'node_modules', 'a.js'), 'x');
  await writeFile(join(folder, 'program.sh'), says('again'));
  const all = await own.untilSaid('polled', 'again');
  t.same(
    all.filter((line) => line.startsWith('[ecsidecar] reload')),
    ['[ecsidecar] reload (restart): /code/program.sh changed'],
  );
});

/** A user namespace has limits of its own, so this machine's stay as they are. */
const LIMITED = ['-Ur', 'sh', '-c', 'echo 5 >/proc/sys/user/max_inotify_watches && exec "$0" "$@"'];
const canLimit = await run('unshare', [...LIMITED, 'true']).then(
  () => true,
  () => false,
);

t.test(
  'where inotify has reached its limit, it says how to raise it and looks at files instead',
  { skip: !canLimit && 'this machine lets nobody make user namespaces' },
  async (t) => {
    const folder = await codeFolder(says('x'));
    for (let index = 0; index < 20; index++) await mkdir(join(folder, String(index)));
    // What the sidecar's own image runs where the sidecar cannot see a folder; the watching is the same.
    const agent = spawn('unshare', [...LIMITED, process.execPath, 'src/cli/bin.js', 'watch-agent', folder]);
    t.teardown(() => agent.kill());
    let [printed, warned] = ['', ''];
    agent.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    agent.stderr.setEncoding('utf8').on('data', (text: string) => (warned += text));
    await until('it watches', () => Promise.resolve(printed.includes('"watching"')));
    t.match(warned, /the limit of inotify is reached.*sudo sysctl fs\.inotify\.max_user_watches=\d+/);
    await writeFile(join(folder, '19', 'a.sh'), 'x');
    await until('it sees', () => Promise.resolve(printed.includes(join(folder, '19', 'a.sh'))));
    agent.stdin.end();
    t.equal(await new Promise((resolve) => agent.once('exit', resolve)), 0);
  },
);
