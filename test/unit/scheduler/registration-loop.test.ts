import { pino } from 'pino';
import t from 'tap';
import type { TaskArn } from '../../../src/model/arn.ts';
import { AwsError } from '../../../src/model/aws-error.ts';
import type { AwsCalls } from '../../../src/model/local-apis.ts';
import type { TaskExecutor, TaskSpec } from '../../../src/model/ports.ts';
import type { Registration, RegistrationStore } from '../../../src/model/registration.ts';
import type { Task } from '../../../src/model/task.ts';
import { createRegistrationLoop, type RegistrationLoop } from '../../../src/scheduler/registration-loop.ts';
import { CALLER, createTestApi, FARGATE_DEFINITION, testHost } from '../../support/ecs-api.ts';
import { until } from '../../support/poll.ts';

const { account, region } = CALLER;
const registryArn = `arn:aws:servicediscovery:${region}:${account}:service/srv-1`;

/** A Cloud Map with one service, which may be made to fail; every change is written down. */
function createCloudMap() {
  const instances = new Set<string>();
  const log: string[] = [];
  const world = { instances, log, failing: undefined as Error | undefined };
  const calls: AwsCalls = {
    call: (_service, action, { InstanceId }) => {
      if (action === 'GetService')
        return Promise.resolve({
          Service: { Name: 'x', NamespaceId: 'ns-1', DnsConfig: { DnsRecords: [] } },
        });
      if (action === 'GetNamespace') return Promise.resolve({ Namespace: { Name: 'local' } });
      log.push(action);
      if (world.failing) return Promise.reject(world.failing);
      if (action === 'RegisterInstance') instances.add(String(InstanceId));
      else if (!instances.delete(String(InstanceId)))
        return Promise.reject(new AwsError('InstanceNotFound', ''));
      return Promise.resolve({});
    },
  };
  return Object.assign(world, { calls });
}

type CloudMap = ReturnType<typeof createCloudMap>;

/** A service with one task that runs, its registrations, and loops over them as after any number of deaths. */
async function createWorld(cloudMap: CloudMap) {
  const api = createTestApi(testHost(), cloudMap.calls);
  api.call('CreateCluster', { clusterName: 'c' });
  api.call('RegisterTaskDefinition', FARGATE_DEFINITION);
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
  await Promise.resolve(
    api.call('CreateService', {
      cluster: 'c',
      serviceName: 's',
      taskDefinition: 'web',
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration,
      serviceRegistries: [{ registryArn }],
    }),
  );
  const { services } = api.call('DescribeServices', { cluster: 'c', services: ['s'] });
  const { tasks } = api.call('RunTask', {
    cluster: 'c',
    taskDefinition: 'web',
    launchType: 'FARGATE',
    networkConfiguration,
  });
  const arn = tasks[0]?.taskArn as TaskArn;
  const made = api.store.tasks.get(arn);
  if (!made?.networkInterface) throw new Error('the task has no network interface');
  const task: Task = {
    ...made,
    group: 'service:s',
    startedBy: services?.[0]?.deployments?.[0]?.id ?? '',
    lastStatus: 'RUNNING',
    networkInterface: {
      ...made.networkInterface,
      address: { privateIpv4Address: '10.0.0.1', privateDnsName: 'x' },
    },
  };
  api.store.tasks.put(task);
  const rows = new Map<string, Registration>();
  const registrations: RegistrationStore = {
    put: (one) => rows.set(one.taskArn, one),
    delete: (one) => rows.delete(one.taskArn),
    all: () => [...rows.values()],
  };
  const loops: RegistrationLoop[] = [];
  t.teardown(() => Promise.all(loops.map((loop) => loop.close())));
  return {
    task,
    rows,
    save: (saved: Task): Task => {
      api.store.tasks.put(saved);
      return saved;
    },
    start: (): RegistrationLoop => {
      const loop = createRegistrationLoop({
        store: api.store,
        registrations,
        calls: () => cloudMap.calls,
        hostAddress: () => Promise.resolve(undefined),
        random: () => 0,
        logger: pino({ level: 'silent' }),
      });
      loops.push(loop);
      return loop;
    },
  };
}

const stopped = (task: Task): Task => ({ ...task, desiredStatus: 'STOPPED' });

t.test('a task is registered when it runs and taken out before a container of it is stopped', async (t) => {
  const cloudMap = createCloudMap();
  const { task, rows, save, start } = await createWorld(cloudMap);
  const loop = start();
  loop.taskSaved(task);
  await until('it is registered', () => cloudMap.instances.has(task.id));
  t.equal(rows.size, 1);
  loop.taskSaved(task);
  const executor = {
    stop: () => {
      cloudMap.log.push('stop');
      return Promise.resolve();
    },
  } as unknown as TaskExecutor;
  const spec = { task: save(stopped(task)), definition: {} } as TaskSpec;
  await loop.leavingFirst(executor).stop(spec, ['app'], 1, new AbortController().signal);
  t.same(cloudMap.log, ['RegisterInstance', 'DeregisterInstance', 'stop']);
  t.equal(rows.size, 0);
});

t.test(
  'after a death what runs is registered and what does not is taken out, also when it was half done',
  async (t) => {
    const cloudMap = createCloudMap();
    const { task, rows, save, start } = await createWorld(cloudMap);
    const held = { scope: task.scope, taskArn: task.arn, registryArn, instanceId: task.id };
    // It died after saving that it would register, before it did.
    rows.set(task.arn, held);
    start().wakeAll();
    await until('it is registered', () => cloudMap.instances.has(task.id));
    // It died after the task had ended.
    save({ ...stopped(task), lastStatus: 'STOPPED' });
    start().wakeAll();
    await until('it is taken out', () => !cloudMap.instances.has(task.id) && rows.size === 0);
    // It died after taking it out, before saving that.
    rows.set(task.arn, held);
    start().wakeAll();
    await until('it is forgotten', () => rows.size === 0);
    t.equal(cloudMap.instances.size, 0);
  },
);

t.test('a Cloud Map that does not answer is told later; a task that it refuses is left alone', async (t) => {
  const cloudMap = createCloudMap();
  const { task, rows, start } = await createWorld(cloudMap);
  cloudMap.failing = new AwsError('ServiceUnavailable', 'down', { status: 503 });
  const loop = start();
  loop.taskSaved(task);
  await until('it was tried', () => cloudMap.log.length > 0);
  cloudMap.failing = undefined;
  await until('it is registered', () => cloudMap.instances.has(task.id));
  t.equal(rows.size, 1);

  const other = createCloudMap();
  const world = await createWorld(other);
  other.failing = new AwsError('InvalidInput', 'no');
  const second = world.start();
  second.taskSaved(world.task);
  await until('it was tried', () => other.log.length > 0 && world.rows.size === 0);
  other.failing = undefined;
  second.taskSaved(world.task);
  await new Promise((resolve) => setImmediate(resolve));
  t.same(other.log, ['RegisterInstance']);
});
