import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { VPC } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { makeImage } from '../support/registry.ts';
import { describeTask, IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar({
  ECS_DOCKER_FLAGS: '-p 0:9229 -e "GREETING=it is $HOME" --label team=a',
});
t.teardown(() => sidecar.remove());

/** Answers each connection with one line. */
const serve = ['sh', '-c', 'trap "exit 0" TERM; while :; do echo "$GREETING" | nc -l -p 80; done'];

const stop = async (taskArn: string): Promise<void> => {
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  await untilStatus(sidecar, taskArn, 'STOPPED');
};

t.test(
  'a container port without host port, and one of ECS_DOCKER_FLAGS, get random ports that are told',
  async (t) => {
    const definition = await register(sidecar, 'random', [
      { name: 'web', command: serve, portMappings: [{ containerPort: 80 }] },
    ]);
    const { taskArn } = await runTask(sidecar, definition);
    const { containers } = await untilStatus(sidecar, taskArn, 'RUNNING');
    const bindings = containers?.[0]?.networkBindings ?? [];
    t.match(bindings, [
      { containerPort: 80, hostPort: Number, protocol: 'tcp', bindIP: '0.0.0.0' },
      { containerPort: 9229, hostPort: Number },
    ]);
    const { Labels, NetworkSettings } = (
      await sidecar.docker.listContainers({ filters: { label: [`com.amazonaws.ecs.task-arn=${taskArn}`] } })
    )[0]!;
    t.equal(Labels['team'], 'a');
    t.same(Object.keys(NetworkSettings.Networks), [sidecar.network]);
    const { stdout } = await run('docker', [
      'exec',
      containers![0]!.runtimeId!,
      'sh',
      '-c',
      'echo "$GREETING"',
    ]);
    t.equal(stdout, 'it is $HOME\n', 'what the flags say is not expanded by anyone');
    await stop(taskArn);
  },
);

t.test('awsvpc: ports of the flags are those of the one network that the containers share', async (t) => {
  const dockerLabels = { 'ecsidecar.docker-flags': '-p 0:5678' };
  const definition = await register(
    sidecar,
    'shared-flags',
    [
      { name: 'web', command: serve, dockerLabels },
      { name: 'side', command: serve.with(2, 'trap "exit 0" TERM; sleep 1000 & wait') },
    ],
    { networkMode: 'awsvpc' },
  );
  const { taskArn } = await runTask(sidecar, definition, VPC);
  const { containers = [] } = await untilStatus(sidecar, taskArn, 'RUNNING');
  const portsOf = (name: string) =>
    containers.find((one) => one.name === name)?.networkBindings?.map(({ containerPort }) => containerPort);
  t.same(portsOf('web'), [5678, 9229]);
  t.same(portsOf('side'), [9229]);
  const hostPorts = containers.flatMap(({ networkBindings = [] }) =>
    networkBindings.filter(({ containerPort }) => containerPort === 9229).map(({ hostPort }) => hostPort),
  );
  t.equal(new Set(hostPorts).size, 1, 'it is one port');
  await stop(taskArn);
});

t.test('a fixed host port is that port; a second task that wants it has no place, as on ECS', async (t) => {
  const portMappings = [{ containerPort: 80, hostPort: 24_680 }];
  const definition = await register(sidecar, 'fixed', [{ name: 'web', command: serve, portMappings }]);
  const first = await runTask(sidecar, definition);
  const { containers } = await untilStatus(sidecar, first.taskArn, 'RUNNING');
  t.match(
    containers?.[0]?.networkBindings?.find(({ containerPort }) => containerPort === 80),
    { hostPort: 24_680 },
  );
  const second = await sidecar.ecs.send(new RunTaskCommand({ taskDefinition: definition }));
  t.strictSame(second.tasks, []);
  t.strictSame(second.failures, [{ arn: first.containerInstanceArn, reason: 'RESOURCE:PORTS' }]);
  t.equal((await describeTask(sidecar, first.taskArn)).lastStatus, 'RUNNING');
  await stop(first.taskArn);
  const third = await runTask(sidecar, definition);
  await untilStatus(sidecar, third.taskArn, 'RUNNING');
  await stop(third.taskArn);
});

t.test('a fixed host port that another program holds stops the task with a clear reason', async (t) => {
  const other = createServer();
  other.listen(0, '0.0.0.0');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const { port: hostPort } = other.address() as AddressInfo;
  const definition = await register(sidecar, 'taken', [
    { name: 'web', command: serve, portMappings: [{ containerPort: 80, hostPort }] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  t.match(await untilStatus(sidecar, taskArn, 'STOPPED'), {
    stopCode: 'TaskFailedToStart',
    stoppedReason: /^CannotStartContainerError: .*(?:address already in use|port is already allocated)/,
  });
});

t.test(
  'a slow pull delays no other task, many that want the image share it, and StopTask ends it',
  async (t) => {
    let manifests = 0;
    const registry = createServer((request, response) => {
      if (request.url === '/v2/') response.end('{}');
      else manifests += 1; // never answered
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
    t.teardown(() => {
      registry.closeAllConnections();
      registry.close();
    });
    const image = `127.0.0.1:${(registry.address() as AddressInfo).port}/slow:1`;
    const slow = await register(sidecar, 'slow', [{ image, command: serve }]);
    const quick = await register(sidecar, 'quick', [{ image: IMAGE, command: serve }]);
    const waiting = await Promise.all([1, 2, 3].map(() => runTask(sidecar, slow)));
    await until('the registry is asked', () => manifests > 0);
    const other = await runTask(sidecar, quick);
    await untilStatus(sidecar, other.taskArn, 'RUNNING');
    for (const { taskArn } of waiting) {
      const task = await describeTask(sidecar, taskArn);
      t.match(task, { lastStatus: 'PENDING', pullStartedAt: Date });
      t.equal(task.pullStoppedAt, undefined);
    }
    t.equal(manifests, 1, 'one pull for three tasks');
    await Promise.all(waiting.map(({ taskArn }) => stop(taskArn)));
    await stop(other.taskArn);
  },
);

t.test(
  'an image of ECR that nobody has credentials for is the local one of its name, as it is built at the time',
  async (t) => {
    const local = `ecsidecar-test/ecr-${process.pid}:1`;
    t.teardown(() => sidecar.docker.getImage(local).remove({ force: true }));
    const image = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${local}`;
    const definition = await register(sidecar, 'ecr', [{ name: 'app', image, command: serve }]);
    for (const build of ['first', 'second']) {
      const id = await makeImage(sidecar.docker, local, build);
      const { taskArn } = await runTask(sidecar, definition);
      const { containers = [] } = await untilStatus(sidecar, taskArn, 'RUNNING');
      t.match(containers, [{ image, imageDigest: id }]);
      const { Config, Image } = await sidecar.docker.getContainer(containers[0]!.runtimeId!).inspect();
      t.match({ Config, Image }, { Config: { Image: local }, Image: id });
      await stop(taskArn);
      if (build === 'first')
        t.teardown(() =>
          sidecar.docker
            .getImage(id)
            .remove()
            .catch(() => undefined),
        );
    }
    t.match(sidecar.output(), `${image} is not pulled, the local ${local} is used`);
  },
);

t.test('the generated Compose file runs by hand, without the sidecar', async (t) => {
  const definition = await register(sidecar, 'by-hand', [
    { name: 'app', command: ['sh', '-c', 'echo by hand; sleep 60'] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  const id = taskArn.split('/')[2]!;
  const file = join(
    sidecar.dataDir,
    'projects/000000000000/us-east-1/default/standalone',
    id,
    'compose.yaml',
  );
  const text = await readFile(file, 'utf8');
  t.match(text, `arn:aws:ecs:us-east-1:000000000000:task-definition/by-hand:1`);
  await stop(taskArn);
  await sidecar.kill();
  const compose = (...args: string[]) => run('docker', ['compose', '-f', file, ...args]);
  await compose('up', '-d');
  t.match((await compose('logs', '--no-log-prefix')).stdout, 'by hand');
  await compose('down', '-t', '0');
});
