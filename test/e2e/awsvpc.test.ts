import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateServiceCommand, DeleteServiceCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { PAUSE_IMAGE } from '../../src/executors/compose/pause-archive.ts';
import { IDLE, lookInto, serve, VPC } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { start, stop, inside, pauseOf, containersOf } = lookInto(sidecar);
const networkMode = 'awsvpc';

/** What a port of this machine says to whoever connects; undefined when it is nothing. */
const readAll = async (port: number): Promise<string | undefined> =>
  (await readText(connect(port, '127.0.0.1'))) || undefined;

t.test('the containers of a task reach each other on localhost, and the task has one address', async (t) => {
  const task = await start(
    'vpc',
    [
      { name: 'web', command: serve(8085, 'hello'), portMappings: [{ containerPort: 8085 }] },
      { name: 'side', command: IDLE },
    ],
    { networkMode },
  );
  const answer = await until('the other container answers', () =>
    inside(task, 'side', 'nc', '127.0.0.1', '8085').catch(() => undefined),
  );
  t.equal(answer, 'hello');
  const pause = await pauseOf(task.taskArn);
  t.equal(pause.Config.Image, PAUSE_IMAGE);
  const network = pause.NetworkSettings.Networks[sidecar.network];
  const attachment = task.attachments?.[0];
  t.match(attachment, { type: 'ElasticNetworkInterface', status: 'ATTACHED', id: /^[0-9a-f-]{36}$/ });
  const details = new Map((attachment?.details ?? []).map(({ name, value }) => [name, value]));
  t.match(Object.fromEntries(details), {
    subnetId: 'subnet-1',
    networkInterfaceId: /^eni-[0-9a-f]{17}$/,
    macAddress: network?.MacAddress,
    privateIPv4Address: network?.IPAddress,
    privateDnsName: pause.Name.slice(1),
  });
  for (const container of task.containers ?? []) {
    t.same(container.networkInterfaces, [
      { attachmentId: attachment?.id, privateIpv4Address: network?.IPAddress },
    ]);
  }
  t.match(task.containers?.find(({ name }) => name === 'web')?.networkBindings, [
    { containerPort: 8085, hostPort: Number, protocol: 'tcp', bindIP: '0.0.0.0' },
  ]);
  t.same(task.containers?.find(({ name }) => name === 'side')?.networkBindings, []);
  t.match(
    await inside(task, 'side', 'sh', '-c', 'wget -qO- $AWS_ENDPOINT_URL/_localstack/health'),
    /ecs/,
    'the sidecar is reached from there',
  );
  await stop(task);
  t.match((await describeTask(sidecar, task.taskArn)).attachments?.[0], { status: 'DELETED' });
  t.same(await containersOf(task.taskArn), [], 'the pause container goes with them');
});

t.test('a port is published at its own number, or where that is taken at another', async (t) => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port: taken } = server.address() as AddressInfo;
  const other = createServer().listen(0);
  await once(other, 'listening');
  const { port: free } = other.address() as AddressInfo;
  other.close();
  await once(other, 'close');
  const definition = await register(
    sidecar,
    'same-port',
    [
      {
        name: 'app',
        command: serve(free, 'mine'),
        portMappings: [taken, free].map((containerPort) => ({ containerPort })),
      },
    ],
    { networkMode },
  );
  // At once, so that neither sees the other's port in use when it chooses its own.
  const arns = await Promise.all([1, 2].map(async () => (await runTask(sidecar, definition, VPC)).taskArn));
  const tasks = await Promise.all(arns.map((arn) => untilStatus(sidecar, arn, 'RUNNING')));
  const hostPort = (task: (typeof tasks)[number], port: number): number | undefined =>
    task.containers?.[0]?.networkBindings?.find(({ containerPort }) => containerPort === port)?.hostPort;
  t.equal(tasks.filter((task) => hostPort(task, free) === free).length, 1, 'one of them has its own number');
  const all = tasks.flatMap((task) => [hostPort(task, taken), hostPort(task, free)]);
  t.equal(new Set([...all, taken]).size, 5, 'and nobody has a port of another');
  for (const task of tasks) {
    const answer = await until('it answers on the host', () =>
      readAll(hostPort(task, free) ?? 0).catch(() => undefined),
    );
    t.equal(answer, 'mine\n');
  }
  await Promise.all(arns.map((taskArn) => stop({ taskArn })));
});

t.test('a task that loses its pause container stops', async (t) => {
  const task = await start('lost', [{ name: 'app', command: IDLE }], { networkMode });
  await sidecar.docker.getContainer((await pauseOf(task.taskArn)).Id).kill();
  t.match(await untilStatus(sidecar, task.taskArn, 'STOPPED'), {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  });
  t.same(await containersOf(task.taskArn), []);
});

t.test('a saved file restarts its container alone: ports and address stay', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-awsvpc-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'text'), 'before');
  const command = ['sh', '-c', 'trap "exit 0" TERM; cp /code/text /started; sleep 1000 & wait'];
  const task = await start(
    'reloaded',
    [
      {
        name: 'app',
        command,
        portMappings: [{ containerPort: 24_692 }],
        mountPoints: [{ sourceVolume: 'code', containerPath: '/code' }],
      },
    ],
    { networkMode, volumes: [{ name: 'code', host: { sourcePath: folder } }] },
  );
  await until('the mount is watched', async () => {
    await writeFile(join(folder, 'text'), `after ${Date.now()}`);
    return /^after/.test(await inside(task, 'app', 'cat', '/started').catch(() => ''));
  });
  const after = await untilStatus(sidecar, task.taskArn, 'RUNNING');
  t.same(after.attachments, task.attachments);
  t.same(after.containers?.[0]?.networkBindings, task.containers?.[0]?.networkBindings);
  await stop(task);
});

t.test('kill -9 at any moment leaves no task without its network, and no pause container over', async (t) => {
  const definition = await register(
    sidecar,
    'killed',
    [
      { name: 'app', command: IDLE, portMappings: [{ containerPort: 24_693 }] },
      { name: 'side', command: IDLE },
    ],
    { networkMode },
  );
  const arns: string[] = [];
  for (const [round, waitMs] of [60, 200, 400, 700].entries()) {
    arns.push((await runTask(sidecar, definition, VPC)).taskArn);
    if (round > 0) await sidecar.ecs.send(new StopTaskCommand({ task: arns[round - 1] ?? '' }));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    await sidecar.kill();
    await sidecar.restart();
  }
  const last = arns.at(-1) ?? '';
  for (const arn of arns.slice(0, -1)) {
    await untilStatus(sidecar, arn, 'STOPPED');
    t.same(await containersOf(arn), []);
  }
  const task = await untilStatus(sidecar, last, 'RUNNING');
  const pause = await pauseOf(last);
  const containers = await containersOf(last);
  t.equal(containers.length, 3, 'each container once');
  for (const { Id } of containers.filter((one) => one.Id !== pause.Id)) {
    const { HostConfig } = await sidecar.docker.getContainer(Id).inspect();
    t.equal(HostConfig.NetworkMode, `container:${pause.Id}`);
  }
  t.match(task.containers?.[0]?.networkInterfaces, [{ privateIpv4Address: String }]);
  await stop({ taskArn: last });
  t.same(await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } }), []);
});

t.test('the Compose files of a task and of a service run by hand, with images made by hand', async (t) => {
  const file = (...path: string[]): string =>
    join(sidecar.dataDir, 'projects/000000000000/us-east-1/default', ...path, 'compose.yaml');
  const text = serve(24_694, 'by hand');
  const containers = [
    { name: 'web', command: text, portMappings: [{ containerPort: 24_694 }] },
    { name: 'side', command: IDLE },
  ];
  const task = await start('by-hand', containers, { networkMode });
  const projects = [file('standalone', task.taskArn.split('/')[2] ?? '')];
  await stop(task);
  await sidecar.ecs.send(
    new CreateServiceCommand({
      serviceName: 'pair',
      taskDefinition: 'by-hand',
      desiredCount: 2,
      launchType: 'EC2',
      ...VPC,
    }),
  );
  projects.push(
    await until('the file of the service', () =>
      readFile(file('pair')).then(
        () => file('pair'),
        () => undefined,
      ),
    ),
  );
  const [ofTask = '', ofService = ''] = await Promise.all(projects.map((path) => readFile(path, 'utf8')));
  await sidecar.ecs.send(new DeleteServiceCommand({ service: 'pair', force: true }));
  await until(
    'its tasks are over',
    async () =>
      (await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } })).length === 0,
  );
  await sidecar.kill();
  const command = /^# +(echo .* docker import .*?) {4}/m.exec(ofTask)?.[1] ?? 'false';
  const made = ofTask.match(/ecsidecar\/pause:[0-9a-f]+/)?.[0] ?? '';
  // Under another name: other tests use this image just now.
  await run('sh', ['-c', command.replace(made, `${made}-by-hand`)]);
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-by-hand-'));
  t.teardown(async () => {
    await run('docker', ['image', 'rm', `${made}-by-hand`]);
    await rm(folder, { recursive: true, force: true });
  });
  for (const [yaml, copies] of [
    [ofTask, 1],
    [ofService, 2],
  ] as const) {
    const path = join(folder, `${copies}.yaml`);
    const renamed = yaml.replaceAll(`image: "${made}"`, `image: "${made}-by-hand"`);
    t.not(renamed, yaml);
    await writeFile(path, renamed);
    const compose = (...args: string[]) => run('docker', ['compose', '-f', path, ...args]);
    try {
      await compose('up', '-d');
      const { stdout } = await compose('ps', '--format', '{{.Service}}', '-a', '--status', 'running');
      const services = stdout.trim().split('\n').sort();
      t.equal(services.length, 3 * copies, services.join());
      for (const side of services.filter((name) => name.startsWith('side'))) {
        const answer = await until('it answers on localhost', () =>
          compose('exec', '-T', side, 'nc', '127.0.0.1', '24694').then(
            (result) => result.stdout.trim() || undefined,
            () => undefined,
          ),
        );
        t.equal(answer, 'by hand');
      }
    } finally {
      await compose('down', '-t', '2');
    }
  }
});
