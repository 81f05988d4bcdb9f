import { randomUUID } from 'node:crypto';
import type { Attribute } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import t from 'tap';
import type { TaskArn } from '../../../src/model/arn.ts';
import type { EcsStore } from '../../../src/model/ports.ts';
import type { Task } from '../../../src/model/task.ts';
import { createServiceLoop, type ServiceLoop } from '../../../src/scheduler/service-loop.ts';
import {
  CONTAINER,
  createTestApi,
  FARGATE_DEFINITION,
  testHost,
  type EcsApi,
} from '../../support/ecs-api.ts';

const host = testHost({ memoryMib: 1024 });

/** Two clusters with a definition of which the machine holds one task. */
function createApi(): EcsApi {
  const api = createTestApi(host);
  for (const clusterName of ['c', 'other']) api.call('CreateCluster', { clusterName });
  const containerDefinitions = [{ ...CONTAINER, memory: 600 }];
  api.call('RegisterTaskDefinition', { family: 'large', containerDefinitions });
  api.call('RegisterTaskDefinition', FARGATE_DEFINITION);
  return api;
}

const loops: ServiceLoop[] = [];
t.teardown(() => {
  for (const loop of loops) loop.close();
});

function createLoop(store: EcsStore, now: () => Date, machine = host): ServiceLoop {
  const loop = createServiceLoop({
    store,
    host: machine,
    wakeTask: () => undefined,
    onServiceSaved: () => undefined,
    now,
    newId: randomUUID,
    random: () => 0,
    steadySeconds: 0,
    logger: pino({ level: 'silent' }),
  });
  loops.push(loop);
  return loop;
}

/** A plan is carried out in one turn of the event loop; a few more follow from it. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const create = (api: EcsApi, serviceName: string, more: object = {}) =>
  api.call('CreateService', { cluster: 'c', serviceName, taskDefinition: 'large', desiredCount: 1, ...more });

const tasksOf = (api: EcsApi, serviceName: string, cluster = 'c'): Task[] => {
  const { taskArns = [] } = api.call('ListTasks', { cluster, serviceName }) as { taskArns?: string[] };
  return taskArns.flatMap((arn) => api.store.tasks.get(arn as TaskArn) ?? []);
};

function end({ store }: EcsApi, loop: ServiceLoop, task: Task): void {
  const ended = { ...task, desiredStatus: 'STOPPED', lastStatus: 'STOPPED' } as const;
  store.tasks.put(ended);
  loop.taskSaved(ended);
}

t.test('a task that ends gives its room to a service that waits, also after a restart', async (t) => {
  for (const isRestarted of [false, true]) {
    const api = createApi();
    const now = (): Date => new Date(api.clock.ms);
    const first = createLoop(api.store, now);
    const { tasks } = api.call('RunTask', { cluster: 'c', taskDefinition: 'large' });
    create(api, 'waits');
    create(api, 'elsewhere', { cluster: 'other' });
    first.wakeAll();
    await settle();
    t.same(tasksOf(api, 'waits'), []);
    t.equal(tasksOf(api, 'elsewhere', 'other').length, 1, 'clusters do not share what they reserve');
    let loop = first;
    if (isRestarted) {
      first.close();
      loop = createLoop(api.store, now);
      loop.wakeAll();
      await settle();
      t.same(tasksOf(api, 'waits'), []);
    }
    const holder = api.store.tasks.get(tasks[0]?.taskArn as TaskArn)!;
    end(api, loop, holder);
    await settle();
    t.match(tasksOf(api, 'waits'), [
      { containerInstanceArn: holder.containerInstanceArn, reserved: { memoryMib: 600 }, launchType: 'EC2' },
    ]);
  }
});

t.test('a plan that cannot be saved leaves nothing: neither tasks nor what they would hold', async (t) => {
  const api = createApi();
  const { store } = api;
  let fails = true;
  const failing: EcsStore = {
    ...store,
    services: {
      ...store.services,
      put(service) {
        store.services.put(service);
        if (fails) throw new Error('the disk is full');
      },
    },
  };
  create(api, 's');
  const loop = createLoop(failing, () => new Date(api.clock.ms));
  loop.wakeAll();
  await settle();
  t.same(tasksOf(api, 's'), []);
  const scope = { account: '123456789012', region: 'eu-west-1' };
  t.same(store.tasks.instanceUsage(scope, 'c').instances, []);
  fails = false;
  loop.wakeAll();
  await settle();
  t.equal(tasksOf(api, 's').length, 1);
  t.match(store.tasks.instanceUsage(scope, 'c').instances, [{ reserved: { memoryMib: 600 } }]);
});

t.test('tasks of Fargate are placed nowhere, and no container instance is made for them', async (t) => {
  const api = createApi();
  const subnets = ['subnet-1'];
  create(api, 'f', {
    taskDefinition: 'web',
    desiredCount: 3,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets } },
  });
  const loop = createLoop(api.store, () => new Date(api.clock.ms));
  loop.wakeAll();
  await settle();
  const tasks = tasksOf(api, 'f');
  t.equal(tasks.length, 3);
  t.ok(tasks.every(({ containerInstanceArn, reserved }) => !containerInstanceArn && !reserved));
  t.same(api.store.containerInstances.list({ account: '123456789012', region: 'eu-west-1' }, 'c'), []);
});

t.test(
  'a machine that counts as unlimited takes what it does not have; ports are one task’s all the same',
  async (t) => {
    const api = createApi();
    const containerDefinitions = [{ ...CONTAINER, portMappings: [{ containerPort: 80, hostPort: 80 }] }];
    api.call('RegisterTaskDefinition', { family: 'port', containerDefinitions });
    const unlimited = testHost({ memoryMib: 1024 }, { isUnlimited: true });
    const loop = createLoop(api.store, () => new Date(api.clock.ms), unlimited);
    create(api, 'large', { desiredCount: 3 });
    create(api, 'port', { taskDefinition: 'port', desiredCount: 2 });
    loop.wakeAll();
    await settle();
    t.equal(tasksOf(api, 'large').length, 3);
    t.equal(tasksOf(api, 'port').length, 1);
  },
);

t.test('what becomes of the instances wakes the services of their cluster', async (t) => {
  const api = createApi();
  const loop = createLoop(api.store, () => new Date(api.clock.ms));
  create(api, 's', { placementConstraints: [{ type: 'memberOf', expression: 'attribute:disk exists' }] });
  loop.wakeAll();
  await settle();
  t.same(tasksOf(api, 's'), []);
  const { containerInstanceArns = [] } = api.call('ListContainerInstances', { cluster: 'c' }) as {
    containerInstanceArns?: string[];
  };
  const attributes = containerInstanceArns.map((targetId) => ({ name: 'disk', targetId }));
  api.call('PutAttributes', { cluster: 'c', attributes });
  for (const cluster of api.changedClusters) loop.capacityChanged(cluster);
  await settle();
  t.equal(tasksOf(api, 's').length, 1);
});

t.test(
  'a service without a strategy spreads its tasks over the zones, and there over the instances',
  async (t) => {
    const api = createApi();
    const loop = createLoop(api.store, () => new Date(api.clock.ms));
    const register = (zone: string) =>
      api.call('RegisterContainerInstance', {
        cluster: 'c',
        totalResources: [{ name: 'MEMORY', type: 'INTEGER', integerValue: 10_000 }],
        attributes: [{ name: 'ecs.availability-zone', value: zone }],
      });
    for (const zone of ['a', 'a', 'b']) register(zone);
    const { containerInstances } = api.call('DescribeContainerInstances', {
      cluster: 'c',
      containerInstances: api.call('ListContainerInstances', { cluster: 'c' }).containerInstanceArns,
    }) as { containerInstances: { containerInstanceArn: string; attributes: Attribute[] }[] };
    const zoneOf = (task: Task): string | undefined =>
      containerInstances
        .find(({ containerInstanceArn }) => containerInstanceArn === task.containerInstanceArn)
        ?.attributes.find(({ name }) => name === 'ecs.availability-zone')?.value;
    const placementConstraints = [
      { type: 'memberOf', expression: 'attribute:ecs.availability-zone in [a, b]' },
    ];
    create(api, 's', { desiredCount: 4, placementConstraints });
    loop.wakeAll();
    await settle();
    const tasks = tasksOf(api, 's');
    t.same(tasks.map(zoneOf).sort(), ['a', 'a', 'b', 'b']);
    t.equal(new Set(tasks.map((task) => task.containerInstanceArn)).size, 3);
  },
);
