import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  StopTaskCommand,
  type ContainerDefinition,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { until } from '../support/poll.ts';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

/** The shortest that ECS takes. */
const PERIOD_SECONDS = 60;
const DEADLINE_MS = 180_000;

// The containers write into what they mount.
const sidecar = await startSidecar({ ECS_HOT_RELOAD: 'off' });
const mount = await mkdtemp(join(tmpdir(), 'ecsidecar-restart-'));
t.teardown(async () => {
  await sidecar.remove();
  await rm(mount, { recursive: true, force: true });
});

const startsOf = (name: string): Promise<number> =>
  readFile(join(mount, name), 'utf8').then(
    (text) => text.split('\n').length - 1,
    () => 0,
  );

/** A task of one container that notes each start, ends with 5 after so many seconds, and lives on the second time. */
async function define(
  name: string,
  seconds: number,
  container: Partial<ContainerDefinition> = {},
): Promise<string> {
  const script = [
    `echo start >> /starts/${name}`,
    `echo life $(wc -l < /starts/${name})`,
    `[ $(wc -l < /starts/${name}) -gt 1 ] && exec sleep 100000`,
    `sleep ${seconds}`,
    'exit 5',
  ].join('; ');
  return register(
    sidecar,
    name,
    [
      {
        name: 'app',
        command: ['sh', '-c', script],
        restartPolicy: { enabled: true, restartAttemptPeriod: PERIOD_SECONDS },
        mountPoints: [{ sourceVolume: 'starts', containerPath: '/starts' }],
        ...container,
      },
    ],
    { volumes: [{ name: 'starts', host: { sourcePath: mount } }] },
  );
}

async function start(...definition: Parameters<typeof define>): Promise<string> {
  const { taskArn } = await runTask(sidecar, await define(...definition));
  return taskArn;
}

t.test(
  'containers are started again by their policy, once each, whenever the sidecar is killed',
  async (t) => {
    const logged = {
      logConfiguration: {
        logDriver: 'awslogs' as const,
        options: {
          'awslogs-group': 'restarts',
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': 'p',
          'awslogs-create-group': 'true',
        },
      },
    };
    const policy = { enabled: true, restartAttemptPeriod: PERIOD_SECONDS };
    const early = await start('early', 0);
    const ignored = await start('ignored', 61, { restartPolicy: { ...policy, ignoredExitCodes: [5] } });
    const off = await start('off', 61, { restartPolicy: { ...policy, enabled: false } });
    const serviceName = 'served';
    await sidecar.ecs.send(
      new CreateServiceCommand({ serviceName, taskDefinition: await define('served', 63), desiredCount: 1 }),
    );
    // One after the other, so that each kill finds another one in the middle of its restart.
    const names = ['a', 'b', 'c', 'd', 'e'];
    const arns = await Promise.all(names.map((name, index) => start(name, 61 + index, logged)));
    t.match(
      await untilStatus(sidecar, early, 'STOPPED'),
      { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 5 }] },
      'it ended before its attempt period was over',
    );
    const before = await Promise.all(arns.map((arn) => untilStatus(sidecar, arn, 'RUNNING')));

    // The first end finds no sidecar at all.
    await until(
      'the first container has ended',
      async () => {
        const { State: state } = await sidecar.docker
          .getContainer(before[0]?.containers?.[0]?.runtimeId ?? '')
          .inspect();
        const leftMs = Date.parse(state.StartedAt) + 60_000 - Date.now();
        if (leftMs < 0 && sidecar.process().signalCode === null) await sidecar.kill();
        return !state.Running;
      },
      DEADLINE_MS,
    );
    for (let isRestarted = false; !isRestarted;) {
      await sidecar.restart();
      await new Promise((resolve) => setTimeout(resolve, randomInt(500)));
      isRestarted = (await Promise.all([...names, 'served'].map(startsOf))).every((count) => count > 1);
      await sidecar.kill();
    }
    await sidecar.restart();

    const after = await until('all run again', async () => {
      const tasks = await Promise.all(arns.map((arn) => describeTask(sidecar, arn)));
      const isUp = await Promise.all(
        tasks.map(async ({ containers }) => {
          const { State: state } = await sidecar.docker
            .getContainer(containers?.[0]?.runtimeId ?? '')
            .inspect();
          return state.Running;
        }),
      );
      return isUp.every(Boolean) && tasks;
    });
    for (const [index, task] of after.entries()) {
      const was = before[index];
      t.match(task, { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', startedAt: was?.startedAt });
      t.match(task.containers, [
        { lastStatus: 'RUNNING', exitCode: undefined, runtimeId: was?.containers?.[0]?.runtimeId },
      ]);
      t.equal(task.version, was?.version, 'to ECS nothing happened');
      t.equal(await startsOf(names[index] ?? ''), 2);
    }
    t.equal(await startsOf('served'), 2);
    const { services } = await sidecar.ecs.send(new DescribeServicesCommand({ services: [serviceName] }));
    t.match(services, [{ runningCount: 1, pendingCount: 0, deployments: [{ failedTasks: 0 }] }]);
    t.notOk(
      services?.[0]?.events?.some(({ message }) => /stopped|unable/.test(message ?? '')),
      'a restarted container fails no task of a service',
    );
    for (const arn of [ignored, off])
      t.match(await untilStatus(sidecar, arn, 'STOPPED'), {
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        containers: [{ exitCode: 5 }],
      });

    const [first = ''] = arns;
    await sidecar.ecs.send(new StopTaskCommand({ task: first }));
    t.match(await untilStatus(sidecar, first, 'STOPPED'), { stopCode: 'UserInitiated' });
    const { events = [] } = await sidecar.logs.send(
      new GetLogEventsCommand({
        logGroupName: 'restarts',
        logStreamName: `p/app/${first.split('/')[2]}`,
        startFromHead: true,
      }),
    );
    t.same(
      events.map(({ message }) => message),
      ['life 1', 'life 2'],
      'the output of both lives, once',
    );
  },
);
