import { spawn } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeServicesCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { codeFolder, reloading, says } from '../support/reloading.ts';
import { createService, untilStable } from '../support/services.ts';
import { describeTask, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
await aws(sidecar, 'ecs', 'create-cluster');
const { registerProgram, untilWatched, lines, untilSaid } = reloading(sidecar);

t.test('a save restarts the program in the same task; a mistake is held until the next save', async (t) => {
  const folder = await codeFolder(says('one'));
  const { taskArn } = await runTask(sidecar, await registerProgram('saved', folder));
  await untilSaid('saved', 'one');
  const before = await until('it runs', async () => {
    const now = await describeTask(sidecar, taskArn);
    return now.lastStatus === 'RUNNING' && now;
  });

  // As editors save: another file, renamed into place.
  await writeFile(join(folder, 'program.sh.new'), says('two'));
  await rename(join(folder, 'program.sh.new'), join(folder, 'program.sh'));
  const all = await untilSaid('saved', 'two');
  t.equal(
    all.filter((line) => /^\[ecsidecar\] reload \(restart\): .*\/code\/program\.sh changed$/.test(line))
      .length,
    1,
  );

  await writeFile(join(folder, 'program.sh'), 'echo three-broken\nexit 7\n');
  await untilSaid('saved', '[ecsidecar] held: it ended with exit code 7');
  const held = await describeTask(sidecar, taskArn);
  t.match(held, { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', taskArn: before.taskArn });
  t.equal(held.containers?.[0]?.exitCode, undefined);

  await sidecar.kill();
  await sidecar.restart();
  await untilWatched(folder, 2);
  await writeFile(join(folder, 'program.sh'), says('four'));
  await untilSaid('saved', 'four');
  t.equal((await describeTask(sidecar, taskArn)).lastStatus, 'RUNNING');
  t.same(
    (await lines('saved'))
      .filter((line) => line.startsWith('[ecsidecar] reload'))
      .map((line) => line.replace('/code/program.sh.new, ', '')),
    [1, 2, 3].map(() => '[ecsidecar] reload (restart): /code/program.sh changed'),
    'one for each save',
  );
  t.equal((await describeTask(sidecar, taskArn)).startedAt?.getTime(), before.startedAt?.getTime());
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
});

t.test('one reload for ten thousand files; none for what is ignored', async (t) => {
  const folder = await codeFolder(says('built'));
  await writeFile(join(folder, '.gitignore'), 'dist/\n*.log\n');
  const { taskArn } = await runTask(
    sidecar,
    await registerProgram('many', folder, { labels: { 'ecsidecar.reload.ignore': '!dist/, notes/' } }),
  );
  await untilSaid('many', 'built');
  await untilWatched(folder);
  for (const name of ['a.log', '.program.sh.swp', 'program.sh~']) await writeFile(join(folder, name), 'x');
  for (const name of ['notes', 'node_modules', '.git']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'a.js'), 'x');
  }
  for (let part = 0; part < 100; part++) {
    const dist = join(folder, 'dist', String(part));
    await mkdir(dist, { recursive: true });
    await Promise.all(Array.from({ length: 100 }, (_, file) => writeFile(join(dist, `${file}.js`), 'x')));
  }
  await untilSaid('many', 'built', 2);
  // Whatever else would come comes before this one, which is saved last.
  await untilSaid('many', '[ecsidecar] reload');
  await writeFile(join(folder, 'last.sh'), 'x');
  const all = await untilSaid('many', 'built', 3);
  const reloads = all.filter((line) => line.startsWith('[ecsidecar] reload'));
  t.equal(reloads.length, 2);
  t.match(reloads[0], /^\[ecsidecar\] reload \(restart\): \/code\/dist.* and \d+ more changed$/);
  t.equal(reloads[1], '[ecsidecar] reload (restart): /code/last.sh changed');
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
});

t.test(
  'a container that writes into its own mount does not reload for ever, one that cannot is not kept',
  async (t) => {
    const folder = await codeFolder(`date +%s%N >/code/state\n${says('writer')}`);
    const writer = await runTask(sidecar, await registerProgram('writer', folder));
    await untilSaid('writer', 'writer');
    await untilWatched(folder);
    await writeFile(join(folder, 'program.sh'), `date +%s%N >/code/state\n${says('again')}`);
    const reloads = (lines: readonly string[]) =>
      lines.filter((line) => line.startsWith('[ecsidecar] reload')).length;
    const looping = await untilSaid('writer', '[ecsidecar] /code/state changes after every reload');
    await writeFile(join(folder, 'program.sh'), says('calm'));
    t.equal(reloads(await untilSaid('writer', 'calm')), reloads(looping) + 1);
    await sidecar.ecs.send(new StopTaskCommand({ task: writer.taskArn }));
  },
);

t.test('signal, exec, recreate and off, as the labels say', async (t) => {
  const program = `echo up-$$\ntrap "echo got-HUP" HUP\ntrap "exit 0" TERM\nwhile :; do sleep 0.1; done\n`;
  const folder = await codeFolder(program);
  const actions = {
    signal: 'signal:SIGHUP',
    exec: "exec:sh -c 'echo got-exec >/proc/1/fd/1'",
    recreate: 'recreate',
    off: 'off',
    wrong: 'reboot',
  };
  const tasks = new Map<string, string>();
  for (const [name, action] of Object.entries(actions)) {
    const definition = await registerProgram(name, folder, { labels: { 'ecsidecar.reload': action } });
    tasks.set(name, (await runTask(sidecar, definition)).taskArn);
    await untilSaid(name, 'up');
  }
  await untilWatched(folder);
  const runtimeId = async (name: string) =>
    (await describeTask(sidecar, tasks.get(name)!)).containers?.[0]?.runtimeId;
  const before = await until('it is known', () => runtimeId('recreate'));
  await writeFile(join(folder, 'other.sh'), 'x');
  await untilSaid('signal', 'got-HUP');
  await untilSaid('exec', 'got-exec');
  await untilSaid('recreate', 'up', 2);
  await untilSaid('wrong', 'up', 2);
  await until('it is another container', async () => (await runtimeId('recreate')) !== before);
  for (const name of ['signal', 'exec', 'off'])
    t.equal((await untilSaid(name, 'up')).filter((line) => line.startsWith('up')).length, 1, name);
  t.match(sidecar.output(), /the label ecsidecar.reload is \\"reboot\\"; it must be restart/);
  for (const task of tasks.values()) {
    t.equal((await describeTask(sidecar, task)).lastStatus, 'RUNNING');
    await sidecar.ecs.send(new StopTaskCommand({ task }));
  }
});

t.test('replace: a new task is up before the old one goes', async (t) => {
  const folder = await codeFolder(says('old'));
  const definition = await registerProgram('replaced', folder, { labels: { 'ecsidecar.reload': 'replace' } });
  await createService(sidecar, 'replaced', definition, { desiredCount: 2 });
  await untilStable(sidecar, 'replaced');
  await untilWatched(folder);
  const { taskArns: before = [] } = await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'replaced' }));
  await writeFile(join(folder, 'program.sh'), says('new'));
  let fewest = 2;
  await until('other tasks run', async () => {
    const { services } = await sidecar.ecs.send(new DescribeServicesCommand({ services: ['replaced'] }));
    fewest = Math.min(fewest, services?.[0]?.runningCount ?? 0);
    const { taskArns = [] } = await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'replaced' }));
    return taskArns.length === 2 && !taskArns.some((arn) => before.includes(arn));
  });
  t.equal(fewest, 2);
  const { events } = await untilStable(sidecar, 'replaced');
  t.equal(
    events?.filter(({ message = '' }) => message.includes('reload (replace): /code/program.sh changed'))
      .length,
    1,
  );
  const said = await untilSaid('replaced', 'new-', 2);
  t.equal(said.filter((line) => line.startsWith('new-')).length, 2);
});

t.test('ecsidecar watch prints reloads as they happen', async (t) => {
  const folder = await codeFolder(says('seen'));
  const { taskArn } = await runTask(sidecar, await registerProgram('seen', folder));
  await untilSaid('seen', 'seen');
  await untilWatched(folder);
  const command = spawn(process.execPath, ['src/cli/bin.js', 'watch'], { env: sidecar.clientEnvironment });
  t.teardown(() => command.kill());
  let printed = '';
  command.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  await until('it listens', () => Promise.resolve(printed.startsWith('watching reloads')));
  await writeFile(join(folder, 'a.sh'), 'x');
  await until('it tells', () => Promise.resolve(printed.includes('reloaded in')));
  const id = taskArn.split('/')[2]?.slice(0, 12) ?? '';
  t.match(
    printed,
    new RegExp(`app \\(${id}\\): /code/a\\.sh changed: restart\\n.*app \\(${id}\\): reloaded in \\d+ ms`),
  );
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
});

t.test('ports stay over reloads; a port of the flags that is taken becomes another one', async (t) => {
  const own = await startSidecar({ ECS_DOCKER_FLAGS: '-p 0:9229 -p 39229:39229' });
  t.teardown(() => own.remove());
  await aws(own, 'ecs', 'create-cluster');
  const folder = await codeFolder(says('x'));
  const definition = await reloading(own).registerProgram('ported', folder, {
    portMappings: [{ containerPort: 80 }],
  });
  const tasks = [await runTask(own, definition), await runTask(own, definition)].map(
    ({ taskArn }) => taskArn,
  );
  const bindings = async () => {
    const all = await Promise.all(tasks.map((task) => untilStatus(own, task, 'RUNNING')));
    return all.map(({ containers = [] }) =>
      (containers[0]?.networkBindings ?? []).map(
        ({ containerPort, hostPort }) => [containerPort, hostPort] as const,
      ),
    );
  };
  const before = await bindings();
  for (const ports of before)
    t.same(
      ports.map(([containerPort]) => containerPort),
      [80, 9229, 39229],
    );
  const fixed = before.filter((ports) => ports.some(([, hostPort]) => hostPort === 39229));
  t.equal(fixed.length, 1, 'the first gets it');
  t.match(own.output(), /host port 39229 is taken: app\/2\/39229\/tcp is published on \d+ instead/);
  await until('it is watched', () => Promise.resolve(own.output().includes(`watching ${folder}`)));
  await writeFile(join(folder, 'program.sh'), says('y'));
  await until('both are reloaded', () =>
    Promise.resolve(own.output().split('app: reloaded in').length === 3),
  );
  t.same(await bindings(), before);
});
