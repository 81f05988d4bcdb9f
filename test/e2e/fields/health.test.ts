import { StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { until } from '../../support/poll.ts';
import { describeTask, IMAGE, register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());

const forever = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

const containerOf = (task: Task, name: string) => task.containers?.find((one) => one.name === name);

const stopped = async (taskArn: string): Promise<Task> => {
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  return untilStatus(sidecar, taskArn, 'STOPPED');
};

t.test('a health check reaches the engine as it is given', async (t) => {
  const definition = await register(sidecar, 'checked', [
    {
      name: 'app',
      command: forever,
      healthCheck: {
        command: ['CMD', 'test', '-d', '/'],
        interval: 5,
        timeout: 3,
        retries: 2,
        startPeriod: 9,
      },
    },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const healthy = await until('it is HEALTHY', async () => {
    const task = await describeTask(sidecar, taskArn);
    return task.healthStatus === 'HEALTHY' && task;
  });
  t.match(healthy.containers, [{ healthStatus: 'HEALTHY' }]);
  const { Config: config } = await sidecar.docker
    .getContainer(containerOf(healthy, 'app')?.runtimeId ?? '')
    .inspect();
  t.match(config.Healthcheck, {
    Test: ['CMD', 'test', '-d', '/'],
    Interval: 5e9,
    Timeout: 3e9,
    Retries: 2,
    StartPeriod: 9e9,
  });
  await stopped(taskArn);
});

t.test("an image's own health check says nothing, as on ECS", async (t) => {
  const base = await sidecar.docker.createContainer({ Image: IMAGE, Cmd: ['true'] });
  const image = 'ecsidecar-test/checked:latest';
  t.teardown(() => sidecar.docker.getImage(image).remove());
  await base.commit({
    repo: 'ecsidecar-test/checked',
    tag: 'latest',
    changes: 'HEALTHCHECK --interval=100ms --retries=1 CMD false',
  });
  await base.remove();
  const definition = await register(sidecar, 'own-check', [
    { name: 'app', image, command: forever },
    { name: 'off', image, command: forever, healthCheck: { command: ['NONE'] } },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  const running = await untilStatus(sidecar, taskArn, 'RUNNING');
  const runtimeId = containerOf(running, 'app')?.runtimeId ?? '';
  await until('Docker calls it unhealthy', async () => {
    const { State: state } = await sidecar.docker.getContainer(runtimeId).inspect();
    return state.Health?.Status === 'unhealthy';
  });
  const off = await sidecar.docker.getContainer(containerOf(running, 'off')?.runtimeId ?? '').inspect();
  t.equal(off.State.Health, undefined, 'NONE turns it off');
  const task = await stopped(taskArn);
  t.match(task, { healthStatus: 'UNKNOWN', containers: [{ healthStatus: 'UNKNOWN' }] });
});
