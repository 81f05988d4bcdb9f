import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTasksCommand, ListTasksCommand, StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { openDap } from '../support/dap.ts';
import { NODE_IMAGE, PYTHON_IMAGE, registerExample } from '../support/examples.ts';
import { until } from '../support/poll.ts';
import { createService, untilStable } from '../support/services.ts';
import { describeTask, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
await aws(sidecar, 'ecs', 'create-cluster');

const portOf = (task: Task, containerPort: number): number =>
  task.containers?.[0]?.networkBindings?.find((one) => one.containerPort === containerPort)?.hostPort ?? 0;

/** What a task's web server answers; nothing while it does not. */
const answerOf = (task: Task): Promise<string> =>
  fetch(`http://127.0.0.1:${portOf(task, 8080)}/x`).then(
    (response) => response.text(),
    () => '',
  );

const untilWatched = (folder: string): Promise<unknown> =>
  until(`${folder} is watched`, () =>
    Promise.resolve(sidecar.output().includes(`watching ${join(folder, 'app')}`)),
  );

t.test(
  'hot-reload-python: a save changes the answer, a mistake waits for the next one, debugpy stops at a line',
  { skip: PYTHON_IMAGE === undefined && 'there is no image with debugpy' },
  async (t) => {
    const folder = await registerExample(t, sidecar, 'hot-reload-python', PYTHON_IMAGE);
    const { taskArn } = await runTask(sidecar, 'hot-reload-python');
    const task = await untilStatus(sidecar, taskArn, 'RUNNING');
    await until('it answers', async () => (await answerOf(task)) === 'hello from /x\n');
    await untilWatched(folder);
    const server = join(folder, 'app/server.py');
    const code = await readFile(server, 'utf8');
    await writeFile(server, code.replace('"hello"', '"hello'));
    await until('the mistake is held', () => Promise.resolve(sidecar.output().includes('held: it ended')));
    t.equal((await describeTask(sidecar, taskArn)).lastStatus, 'RUNNING');
    await writeFile(server, code.replace('"hello"', '"goodbye"'));
    await until('it answers otherwise', async () => (await answerOf(task)) === 'goodbye from /x\n');

    const session = await openDap(portOf(task, 5678));
    t.teardown(() => {
      session.close();
    });
    await session.ask('initialize', { adapterID: 'test', pathFormat: 'path' });
    session.send('attach', { justMyCode: false });
    await session.event('initialized');
    const line = code.split('\n').findIndex((one) => one.includes('send_response')) + 1;
    await session.ask('setBreakpoints', { source: { path: '/app/server.py' }, breakpoints: [{ line }] });
    await session.ask('configurationDone');
    const answered = answerOf(task);
    const stopped = (await session.event('stopped')).body as { reason: string; threadId: number };
    t.equal(stopped.reason, 'breakpoint');
    const { stackFrames } = (await session.ask('stackTrace', { threadId: stopped.threadId })) as {
      stackFrames: { line: number; source: { path: string } }[];
    };
    t.match(stackFrames[0], { line, source: { path: '/app/server.py' } });
    await session.ask('continue', { threadId: stopped.threadId });
    t.equal(await answered, 'goodbye from /x\n');
    await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  },
);

t.test(
  'hot-reload-node: a service rolls over to what was saved, with never fewer healthy tasks than desired',
  { skip: NODE_IMAGE === undefined && 'there is no image with Node' },
  async (t) => {
    const folder = await registerExample(t, sidecar, 'hot-reload-node', NODE_IMAGE);
    await createService(sidecar, 'web', 'hot-reload-node', { desiredCount: 2 });
    await untilStable(sidecar, 'web');
    await untilWatched(folder);
    const tasksOf = async (): Promise<Task[]> => {
      const { taskArns = [] } = await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'web' }));
      const { tasks = [] } = await sidecar.ecs.send(new DescribeTasksCommand({ tasks: taskArns }));
      return tasks;
    };
    const server = join(folder, 'app/server.js');
    await writeFile(server, (await readFile(server, 'utf8')).replace("'hello'", "'goodbye'"));
    let fewest = Infinity;
    const tasks = await until('the new ones alone are there', async () => {
      const all = await tasksOf();
      const healthy = all.filter(({ healthStatus }) => healthStatus === 'HEALTHY');
      fewest = Math.min(fewest, healthy.length);
      const answers = await Promise.all(healthy.map(answerOf));
      return (
        all.length === 2 && answers.length === 2 && answers.every((one) => one.startsWith('goodbye')) && all
      );
    });
    t.equal(tasks.length, 2);
    t.ok(fewest >= 2, `never fewer than ${fewest}`);
    const { events = [] } = await untilStable(sidecar, 'web');
    t.ok(events.some(({ message = '' }) => message.includes('reload (replace): /app/server.js changed')));
  },
);
