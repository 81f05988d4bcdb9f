import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
  StopTaskCommand,
  UpdateContainerInstancesStateCommand,
  UpdateServiceCommand,
  type CreateServiceCommandInput,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws, python } from '../support/clients.ts';
import { readEvents } from '../support/event-stream.ts';
import { IDLE, serve, VPC } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { ecs } = sidecar;

const TROUBLE = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';
const cannot = (service: string, instance: string, words: string): string =>
  `(service ${service}) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ${idOf(instance)}) ${words}. ${TROUBLE}`;

const idOf = (arn: string): string => arn.split('/').at(-1) ?? '';

/** A cluster of its own; returns the ARN of the machine itself as its container instance. */
async function createCluster(clusterName: string): Promise<string> {
  await ecs.send(new CreateClusterCommand({ clusterName }));
  const { containerInstanceArns = [] } = await ecs.send(
    new ListContainerInstancesCommand({ cluster: clusterName }),
  );
  return containerInstanceArns[0] ?? '';
}

/** A further container instance. Its tasks run on the same engine. */
async function addInstance(cluster: string, memoryMib: number, attributes: object = {}): Promise<string> {
  const { containerInstance } = await ecs.send(
    new RegisterContainerInstanceCommand({
      cluster,
      totalResources: [
        { name: 'CPU', type: 'INTEGER', integerValue: 1024 },
        { name: 'MEMORY', type: 'INTEGER', integerValue: memoryMib },
      ],
      attributes: Object.entries(attributes).map(([name, value]) => ({ name, value: String(value) })),
    }),
  );
  return containerInstance?.containerInstanceArn ?? '';
}

const setStatus = (cluster: string, instance: string, status: 'ACTIVE' | 'DRAINING') =>
  ecs.send(new UpdateContainerInstancesStateCommand({ cluster, containerInstances: [instance], status }));

/** A cluster with one container instance that takes tasks, of this much memory. */
async function createSmallCluster(cluster: string, memoryMib: number): Promise<string> {
  await setStatus(cluster, await createCluster(cluster), 'DRAINING');
  return addInstance(cluster, memoryMib);
}

const create = (input: Partial<CreateServiceCommandInput> & { serviceName: string; cluster: string }) =>
  ecs.send(new CreateServiceCommand({ desiredCount: 1, launchType: 'EC2', ...input }));

const change = (cluster: string, service: string, input: object) =>
  ecs.send(new UpdateServiceCommand({ cluster, service, ...input }));

async function describe(cluster: string, service: string): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  if (!services?.[0]) throw new Error(`${service} is not there`);
  return services[0];
}

const untilStable = (cluster: string, service: string, desiredCount = 1): Promise<Service> =>
  until(`${service} is stable`, async () => {
    const found = await describe(cluster, service);
    const [deployment, ...older] = found.deployments ?? [];
    const isWhole = found.runningCount === desiredCount && found.desiredCount === desiredCount;
    return older.length === 0 && deployment?.rolloutState === 'COMPLETED' && isWhole && found;
  });

const untilTold = (cluster: string, service: string, message: string): Promise<Service> =>
  until(`${service} tells: ${message}`, async () => {
    const found = await describe(cluster, service);
    return found.events?.some((event) => event.message === message) && found;
  });

async function tasksOf(cluster: string, serviceName: string): Promise<Task[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  if (taskArns.length === 0) return [];
  return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
}

const placesOf = async (cluster: string, service: string): Promise<(string | undefined)[]> =>
  (await tasksOf(cluster, service)).map(({ containerInstanceArn }) => containerInstanceArn).sort();

const untilPlaced = (cluster: string, service: string, arns: readonly string[]): Promise<unknown> =>
  until(`${service} is on ${arns.join(' and ')}`, async () => {
    const tasks = await tasksOf(cluster, service);
    const isThere = JSON.stringify(await placesOf(cluster, service)) === JSON.stringify([...arns].sort());
    return isThere && tasks.every(({ lastStatus }) => lastStatus === 'RUNNING');
  });

const remove = async (cluster: string, service: string): Promise<void> => {
  await aws(sidecar, 'ecs', 'delete-service', '--cluster', cluster, '--service', service, '--force');
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

t.test('what does not fit is told and waits, and starts at once when a task gives its room', async (t) => {
  const cluster = 'room';
  const instance = await createSmallCluster(cluster, 100);
  const definition = await register(sidecar, 'room', [{ name: 'app', command: IDLE, memory: 60 }]);
  const reader = await readEvents(sidecar.url);
  const holder = await runTask(sidecar, definition, { cluster });
  t.equal(holder.containerInstanceArn, instance);
  await create({ cluster, serviceName: 'room', taskDefinition: definition });
  const message = cannot('room', instance, 'has insufficient memory available');
  t.match(await untilTold(cluster, 'room', message), {
    runningCount: 0,
    pendingCount: 0,
    deployments: [{ rolloutState: 'IN_PROGRESS', failedTasks: 1 }],
  });
  t.match(
    await until('the event bus tells', () =>
      reader.events.find(({ event }) => event.detail['eventName'] === 'SERVICE_TASK_PLACEMENT_FAILURE'),
    ),
    {
      event: {
        'detail-type': 'ECS Service Action',
        resources: [/service\/room\/room$/],
        detail: {
          eventType: 'ERROR',
          clusterArn: /cluster\/room$/,
          containerInstanceArns: [instance],
          reason: 'RESOURCE:MEMORY',
        },
      },
    },
  );
  reader.close();
  t.match(sidecar.output(), /ECS_HOST_CAPACITY=unlimited places them all the same/);
  // It is still known after a death.
  await sidecar.kill();
  await sidecar.restart();
  await ecs.send(new StopTaskCommand({ cluster, task: holder.taskArn }));
  const stable = await untilStable(cluster, 'room');
  t.equal(stable.events?.filter((event) => event.message === message).length, 1, 'it is told once');
  t.match(await tasksOf(cluster, 'room'), [{ containerInstanceArn: instance, launchType: 'EC2' }]);
  const { containerInstances } = await ecs.send(
    new DescribeContainerInstancesCommand({ cluster, containerInstances: [instance] }),
  );
  t.match(
    containerInstances?.[0]?.remainingResources?.find(({ name }) => name === 'MEMORY'),
    { integerValue: 40 },
  );
  await remove(cluster, 'room');
});

t.test('a fixed host port is one task’s at a time; a rolling update goes on below 100 %', async (t) => {
  const cluster = 'ports';
  const local = await createCluster(cluster);
  const hostPort = await freePort();
  const definition = (text: string) =>
    register(sidecar, 'ports', [
      { name: 'app', command: serve(80, text), portMappings: [{ containerPort: 80, hostPort }] },
    ]);
  const answer = () =>
    python(
      sidecar,
      `import socket; s = socket.create_connection(('127.0.0.1', ${hostPort}), 2); print(s.recv(99).decode())`,
    ).catch(() => '');
  await create({ cluster, serviceName: 'first', taskDefinition: await definition('one') });
  await untilStable(cluster, 'first');
  await create({ cluster, serviceName: 'second', taskDefinition: 'ports' });
  const words = 'is already using a port required by your task';
  await untilTold(cluster, 'second', cannot('second', local, words));
  await change(cluster, 'second', { desiredCount: 0 });

  await change(cluster, 'first', { taskDefinition: await definition('two') });
  await untilTold(cluster, 'first', cannot('first', local, words));
  t.match(sidecar.output(), /minimumHealthyPercent below 100/);
  t.match(await answer(), 'one', 'the old task stays');
  const deploymentConfiguration = { minimumHealthyPercent: 0, maximumPercent: 200 };
  await change(cluster, 'first', { deploymentConfiguration });
  t.match((await untilStable(cluster, 'first')).taskDefinition, /ports:2$/);
  t.match(await until('the new task answers', answer), 'two');
  t.equal((await tasksOf(cluster, 'first')).length, 1);

  await change(cluster, 'second', { desiredCount: 1 });
  await untilTold(cluster, 'second', cannot('second', local, words));
  await remove(cluster, 'first');
  await untilStable(cluster, 'second');
  await remove(cluster, 'second');
});

t.test('ports of awsvpc are no ports of the instance, though they are published there', async (t) => {
  const cluster = 'vpc';
  const local = await createCluster(cluster);
  const hostPort = await freePort();
  const definition = await register(
    sidecar,
    'vpc',
    [{ name: 'app', command: IDLE, portMappings: [{ containerPort: hostPort, hostPort }] }],
    { networkMode: 'awsvpc' },
  );
  await create({ cluster, serviceName: 'vpc', taskDefinition: definition, desiredCount: 2, ...VPC });
  await untilStable(cluster, 'vpc', 2);
  t.same(await placesOf(cluster, 'vpc'), [local, local]);
  await remove(cluster, 'vpc');
});

t.test('placementConstraints of the definition: a service waits for the attribute; boto3', async (t) => {
  const cluster = 'constraints';
  const local = await createCluster(cluster);
  const definition = await register(sidecar, 'constraints', [{ name: 'app', command: IDLE }], {
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:disk == ssd' }],
  });
  await create({ cluster, serviceName: 'disk', taskDefinition: definition });
  const words = 'encountered error "MemberOf placement constraint unsatisfied."';
  await untilTold(cluster, 'disk', cannot('disk', local, words));
  const printed = await python(
    sidecar,
    `
import boto3, json, os
ecs = boto3.client('ecs', endpoint_url=os.environ['ENDPOINT'])
ecs.put_attributes(cluster='constraints', attributes=[
  {'name': 'disk', 'value': 'ssd', 'targetType': 'container-instance', 'targetId': '${idOf(local)}'}])
ecs.get_waiter('services_stable').wait(cluster='constraints', services=['disk'])
tasks = ecs.list_tasks(cluster='constraints', containerInstance='${idOf(local)}')['taskArns']
print(len(tasks))
`,
  );
  t.equal(printed.trim(), '1');
  await untilPlaced(cluster, 'disk', [local]);
  await remove(cluster, 'disk');
});

t.test('constraints and strategies of a service: distinctInstance, memberOf, spread, binpack', async (t) => {
  const cluster = 'strategies';
  const large = await createCluster(cluster);
  const small = await addInstance(cluster, 200, { size: 'small' });
  const definition = await register(sidecar, 'strategies', [{ name: 'app', command: IDLE, memory: 16 }]);
  const all: readonly (readonly [string, object, readonly string[]])[] = [
    ['distinct', { placementConstraints: [{ type: 'distinctInstance' }] }, [large, small]],
    [
      'member',
      { placementConstraints: [{ type: 'memberOf', expression: 'attribute:size exists' }] },
      [small, small],
    ],
    ['spread', { placementStrategy: [{ type: 'spread', field: 'instanceId' }] }, [large, small]],
    ['binpack', { placementStrategy: [{ type: 'binpack', field: 'memory' }] }, [small, small]],
  ];
  for (const [serviceName, how] of all)
    await create({ cluster, serviceName, taskDefinition: definition, desiredCount: 2, ...how });
  for (const [serviceName, how, arns] of all) {
    await untilPlaced(cluster, serviceName, arns);
    t.match(await describe(cluster, serviceName), how);
  }
  await change(cluster, 'distinct', { desiredCount: 3 });
  await until('the third has no place', async () =>
    (await describe(cluster, 'distinct')).events?.some(({ message }) =>
      message?.includes('encountered error "DistinctInstance placement constraint unsatisfied."'),
    ),
  );
  for (const [serviceName] of all) await remove(cluster, serviceName);
});

t.test(
  'DAEMON: one on each container instance that may have one, new ones and drained ones too',
  async (t) => {
    const cluster = 'daemon';
    const local = await createCluster(cluster);
    const definition = await register(sidecar, 'daemon', [{ name: 'app', command: IDLE, memory: 16 }]);
    await python(
      sidecar,
      `
import boto3, os
ecs = boto3.client('ecs', endpoint_url=os.environ['ENDPOINT'])
ecs.create_service(cluster='daemon', serviceName='daemon', taskDefinition='${definition}', launchType='EC2',
  schedulingStrategy='DAEMON', placementConstraints=[{'type': 'memberOf', 'expression': 'attribute:without !exists'}])
ecs.get_waiter('services_stable').wait(cluster='daemon', services=['daemon'])
`,
    );
    t.same(await placesOf(cluster, 'daemon'), [local]);
    const second = await addInstance(cluster, 100);
    await addInstance(cluster, 100, { without: 'daemon' });
    await untilPlaced(cluster, 'daemon', [local, second]);
    await untilStable(cluster, 'daemon', 2);
    await setStatus(cluster, second, 'DRAINING');
    await untilPlaced(cluster, 'daemon', [local]);
    t.equal((await describe(cluster, 'daemon')).desiredCount, 1);
    await setStatus(cluster, second, 'ACTIVE');
    await untilPlaced(cluster, 'daemon', [local, second]);
    await change(cluster, 'daemon', { forceNewDeployment: true });
    await untilStable(cluster, 'daemon', 2);
    await untilPlaced(cluster, 'daemon', [local, second]);
    await remove(cluster, 'daemon');
  },
);

t.test('DRAINING: a service’s tasks move as far as its limits allow, others stay', async (t) => {
  const cluster = 'draining';
  const local = await createCluster(cluster);
  const definition = await register(sidecar, 'draining', [{ name: 'app', command: IDLE, memory: 16 }]);
  const lone = await runTask(sidecar, definition, { cluster });
  await untilStatus(sidecar, lone.taskArn, 'RUNNING');
  await create({ cluster, serviceName: 'moving', taskDefinition: definition, desiredCount: 2 });
  await untilStable(cluster, 'moving', 2);
  const before = await tasksOf(cluster, 'moving');
  await setStatus(cluster, local, 'DRAINING');
  await until('nowhere to go', async () =>
    (await describe(cluster, 'moving')).events?.some(({ message }) =>
      message?.includes('Reason: No Container Instances were found in your cluster.'),
    ),
  );
  t.equal((await describe(cluster, 'moving')).runningCount, 2, 'at 100 % they stay until others are there');
  const other = await addInstance(cluster, 100);
  await untilPlaced(cluster, 'moving', [other, other]);
  await untilStable(cluster, 'moving', 2);
  const { tasks } = await ecs.send(
    new DescribeTasksCommand({ cluster, tasks: before.map(({ taskArn = '' }) => taskArn) }),
  );
  t.match(tasks, [
    { desiredStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' },
    { desiredStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' },
  ]);
  t.match(await untilStatus(sidecar, lone.taskArn, 'RUNNING'), { containerInstanceArn: local });
  await ecs.send(new StopTaskCommand({ cluster, task: lone.taskArn }));
  await remove(cluster, 'moving');
});

t.test(
  'an instance that is taken out by force: its tasks stop, the service starts others elsewhere',
  async (t) => {
    const cluster = 'forced';
    const local = await createCluster(cluster);
    const small = await addInstance(cluster, 100, { kind: 'small' });
    const definition = await register(sidecar, 'forced', [{ name: 'app', command: IDLE, memory: 16 }]);
    await create({
      ...{ cluster, serviceName: 'forced', taskDefinition: definition },
      placementStrategy: [{ type: 'binpack', field: 'memory' }],
    });
    await untilPlaced(cluster, 'forced', [small]);
    await aws(
      sidecar,
      ...['ecs', 'deregister-container-instance', '--cluster', cluster, '--container-instance', small],
      '--force',
    );
    await untilPlaced(cluster, 'forced', [local]);
    const { failedTasks } = (await untilStable(cluster, 'forced')).deployments?.[0] ?? {};
    t.equal(failedTasks, 0);
    await remove(cluster, 'forced');
  },
);
