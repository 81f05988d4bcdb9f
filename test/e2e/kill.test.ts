import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTasksCommand, ListTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { until } from '../support/poll.ts';
import { register, startSidecar } from '../support/sidecar.ts';

/** How often the sidecar is killed; `npm run test:soak` asks for 100. */
const KILLS = Number(process.env['KILLS'] ?? 15);
/** At most so many tasks run at a time, so that two cores can follow. */
const MAX_RUNNING = 6;

t.test(`${KILLS} times kill -9 under load: no task is forgotten, started twice or left over`, async (t) => {
  // The tasks write into what they mount, and are to be started once.
  const sidecar = await startSidecar({ ECS_HOT_RELOAD: 'off' });
  const mount = await mkdtemp(join(tmpdir(), 'ecsidecar-kill-'));
  t.teardown(async () => {
    await sidecar.remove();
    await rm(mount, { recursive: true, force: true });
  });
  // Every start of a container appends one line to the file of its task: two lines are one start too many.
  const definition = await register(
    sidecar,
    'killed',
    [
      {
        name: 'app',
        command: [
          'sh',
          '-c',
          'echo start >> /starts/$TOKEN; trap "exit 0" TERM; n=0; while [ $n -lt $TICKS ]; do sleep 0.05; n=$((n+1)); done',
        ],
        mountPoints: [{ sourceVolume: 'starts', containerPath: '/starts' }],
      },
    ],
    { volumes: [{ name: 'starts', host: { sourcePath: mount } }] },
  );

  const tokens = new Map<string, string | undefined>(); // clientToken → ARN, once an answer came
  let loading = true;
  const load = async (): Promise<void> => {
    while (loading) {
      const token = randomUUID();
      tokens.set(token, undefined);
      // One in three lives so short that it ends while it is being started.
      const ticks = String(randomInt(3) === 0 ? 0 : 100_000);
      const request = new RunTaskCommand({
        taskDefinition: definition,
        clientToken: token,
        overrides: {
          containerOverrides: [
            {
              name: 'app',
              environment: [
                { name: 'TOKEN', value: token },
                { name: 'TICKS', value: ticks },
              ],
            },
          ],
        },
      });
      const arn = await until('RunTask is answered', () =>
        sidecar.ecs.send(request).then(
          ({ tasks }) => tasks?.[0]?.taskArn,
          () => undefined,
        ),
      );
      tokens.set(token, arn);
      await until('room for another task', async () => {
        if (!loading) return true;
        const { taskArns = [] } = await sidecar.ecs
          .send(new ListTasksCommand({}))
          .catch(() => ({ taskArns: undefined }));
        if (taskArns.length < MAX_RUNNING) return true;
        const victim = taskArns[randomInt(taskArns.length)];
        await sidecar.ecs.send(new StopTaskCommand({ task: victim })).catch(() => undefined);
        return false;
      });
    }
  };
  const loads = [load(), load()];
  for (let kill = 0; kill < KILLS; kill++) {
    // Any moment: in the middle of an answer, of a Compose process, of a stop, of the sync after the last start.
    await new Promise((resolve) => setTimeout(resolve, randomInt(1200)));
    await sidecar.kill();
    await sidecar.restart();
  }
  loading = false;
  await Promise.all(loads);

  const arns = [...tokens.values()].filter((arn) => arn !== undefined);
  t.equal(arns.length, tokens.size, 'every RunTask was answered in the end');
  t.equal(new Set(arns).size, tokens.size, 'with a task of its own each');
  t.ok(tokens.size > KILLS, `${tokens.size} tasks were run`);

  const describeAll = async () => {
    const tasks = [];
    for (let from = 0; from < arns.length; from += 100) {
      const answer = await sidecar.ecs.send(
        new DescribeTasksCommand({ tasks: arns.slice(from, from + 100) }),
      );
      t.same(answer.failures, [], 'no task is forgotten');
      tasks.push(...(answer.tasks ?? []));
    }
    return tasks;
  };
  const tasks = await until(
    'every task is RUNNING or STOPPED as desired',
    async () => {
      const all = await describeAll();
      return all.every(({ lastStatus, desiredStatus }) => lastStatus === desiredStatus) && all;
    },
    120_000,
  );
  const containers = await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } });
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').map(({ taskArn }) => taskArn);
  t.same(
    containers.map(({ Labels }) => Labels['com.amazonaws.ecs.task-arn']).sort(),
    [...running].sort(),
    'the containers are exactly those of the running tasks',
  );
  for (const [token, arn] of tokens) {
    const starts = await readFile(join(mount, token), 'utf8').then(
      (text) => text.split('\n').length - 1,
      () => 0,
    );
    if (starts > 1) t.fail(`${arn} was started ${starts} times`);
    if (running.includes(arn) && starts !== 1) t.fail(`${arn} is RUNNING and was started ${starts} times`);
  }
  t.equal(await sidecar.stop(), 0);
  t.same(await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } }), []);
});
