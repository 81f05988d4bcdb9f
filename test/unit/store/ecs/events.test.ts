import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { containerInstanceArn, taskArn, taskDefinitionArn } from '../../../../src/model/arn.ts';
import type { ClusterUsage, ContainerInstance } from '../../../../src/model/container-instance.ts';
import type { EcsEvent } from '../../../../src/model/ecs-event.ts';
import type { Task } from '../../../../src/model/task.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createEventStore } from '../../../../src/store/ecs/events.ts';
import { recordEvents } from '../../../../src/store/ecs/record-events.ts';
import { createEcsStore, ecsMigrations } from '../../../../src/store/ecs/store.ts';
import { createServiceWorld } from '../../../support/service-world.ts';

const scope = { account: '123456789012', region: 'eu-west-1' };

const event = (id: string): EcsEvent => ({
  version: '0',
  id,
  'detail-type': 'ECS Service Action',
  source: 'aws.ecs',
  ...scope,
  time: '2026-01-01T00:00:00Z',
  resources: [],
  detail: {},
});

const task: Task = {
  scope,
  arn: taskArn(scope, 'c', '1'),
  id: '1',
  clusterName: 'c',
  taskDefinitionArn: taskDefinitionArn(scope, 'f', 1),
  family: 'f',
  revision: 1,
  group: 'family:f',
  enableExecuteCommand: false,
  overrides: {},
  tags: [],
  version: 1,
  desiredStatus: 'RUNNING',
  lastStatus: 'PENDING',
  healthStatus: 'UNKNOWN',
  containers: [],
  createdAt: new Date(0),
};

function setUp(keptEvents?: number) {
  const database = openDatabase(':memory:', [ecsMigrations]);
  const events = createEventStore(database, keptEvents);
  const inner = createEcsStore(database);
  const recording = {
    events,
    now: () => new Date(0),
    newId: () => 'id',
    describeTask: ({ lastStatus }: Task) => ({ lastStatus }),
    describeInstance: ({ version }: ContainerInstance, { instances }: ClusterUsage) => ({
      version,
      usage: instances,
    }),
  };
  return {
    events,
    inner,
    store: recordEvents(inner, { ...recording, isByUser: false }),
    userStore: recordEvents(inner, { ...recording, isByUser: true }),
    ids: () => events.listAfter(0, 100).map(({ event: { id } }) => id),
    details: () => events.listAfter(0, 100).map(({ event: { detail } }) => detail),
  };
}

t.test('events are read in order after a sequence, as many as are asked for', (t) => {
  const { events } = setUp();
  t.equal(events.lastSequence(), 0);
  t.same(events.listAfter(0, 10), []);
  events.append([event('a'), event('b')]);
  events.append([event('c')]);
  t.equal(events.lastSequence(), 3);
  t.same(events.listAfter(1, 1), [{ sequence: 2, event: event('b') }]);
  t.same(events.listAfter(3, 10), []);
  t.end();
});

t.test('the newest are kept, and no sequence comes a second time', (t) => {
  const { events, ids } = setUp(2);
  events.append([event('a'), event('b'), event('c')]);
  events.append([event('d')]);
  t.same(ids(), ['c', 'd']);
  t.equal(events.lastSequence(), 4);
  t.end();
});

t.test('how far events were delivered is known by target', (t) => {
  const { events } = setUp();
  t.equal(events.delivered('a'), undefined);
  events.saveDelivered('a', 3);
  events.saveDelivered('a', 4);
  events.saveDelivered('b', 1);
  t.same([events.delivered('a'), events.delivered('b')], [4, 1]);
  t.end();
});

t.test('who listens is told once for all of a turn, and no more after it ended', async (t) => {
  const { events } = setUp();
  let told = 0;
  const end = events.onAppend(() => {
    told += 1;
  });
  events.append([event('a')]);
  events.append([event('b')]);
  events.append([]);
  t.equal(told, 0, 'not while it may still be undone');
  await turn();
  t.equal(told, 1);
  end();
  events.append([event('c')]);
  await turn();
  t.equal(told, 1);
});

t.test('a task is saved with its event, by every path and only when it changed', (t) => {
  const { store, userStore, details } = setUp();
  userStore.tasks.put(task);
  store.tasks.put({ ...task, version: 2 });
  store.tasks.put({ ...task, version: 3, lastStatus: 'RUNNING' });
  t.equal(store.tasks.get(task.arn)?.version, 3);
  t.match(details(), [{ lastStatus: 'PENDING' }, { lastStatus: 'RUNNING' }]);
  t.equal(details().length, 2);
  t.end();
});

t.test('a task that takes up room on its container instance, or leaves it, changes that', (t) => {
  const { store, details } = setUp();
  const arn = containerInstanceArn(scope, 'c', 'i');
  store.containerInstances.put({
    scope,
    arn,
    id: 'i',
    clusterName: 'c',
    attributes: [],
    status: 'ACTIVE',
    tags: [],
    version: 1,
    registeredAt: new Date(0),
  });
  const reserved = { cpuUnits: 10, memoryMib: 20, ports: [], gpuIds: [] };
  const placed: Task = { ...task, containerInstanceArn: arn, reserved };
  store.tasks.put(placed);
  store.tasks.put({ ...placed, version: 2, lastStatus: 'RUNNING' });
  store.tasks.put({ ...placed, version: 3, desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
  t.match(details(), [
    { version: 1, usage: [] },
    { lastStatus: 'PENDING' },
    { version: 2, usage: [{ reserved: { cpuUnits: 10, memoryMib: 20 } }] },
    { lastStatus: 'RUNNING' },
    { lastStatus: 'STOPPED' },
    { version: 3, usage: [] },
  ]);
  t.equal(details().length, 6);
  t.equal(store.containerInstances.get(arn)?.version, 3);
  t.end();
});

t.test('a service is saved with its events', (t) => {
  const { store, userStore, details } = setUp();
  const { service } = createServiceWorld();
  userStore.services.put(service);
  userStore.services.put({ ...service, desiredCount: 2 });
  store.services.put({ ...service, desiredCount: 3 });
  t.same(
    details().map(({ eventName }) => eventName),
    ['SERVICE_DEPLOYMENT_IN_PROGRESS', 'SERVICE_DESIRED_COUNT_UPDATED'],
  );
  t.end();
});

t.test('what is undone is not told, and its sequence is taken by what is not', (t) => {
  const { store, ids, events } = setUp();
  t.throws(
    () =>
      store.transaction(() => {
        store.tasks.put(task);
        throw new Error('undone');
      }),
    /undone/,
  );
  t.same(ids(), []);
  t.equal(store.tasks.get(task.arn), undefined);
  store.tasks.put(task);
  t.equal(events.lastSequence(), 1);
  t.end();
});

t.test('what cannot be told is not saved', (t) => {
  const { events, inner } = setUp();
  const store = recordEvents(inner, {
    events,
    now: () => new Date(0),
    newId: () => 'id',
    describeTask: () => {
      throw new Error('no words');
    },
    describeInstance: () => ({}),
    isByUser: false,
  });
  t.throws(() => {
    store.tasks.put(task);
  }, /no words/);
  t.equal(inner.tasks.get(task.arn), undefined);
  t.end();
});

t.test('events of a kind about a resource are found among the others, the newest first', (t) => {
  const events = createEventStore(openDatabase(':memory:', [ecsMigrations]));
  const reload = (id: string, resource: string): EcsEvent => ({
    ...event(id),
    'detail-type': 'ECS Task Reload',
    resources: [resource],
    detail: { taskArn: 'arn:a' },
  });
  const other = { ...event('other'), resources: ['arn:a'] };
  events.append([
    reload('1', 'arn:a'),
    other,
    reload('2', 'arn:b'),
    reload('3', 'arn:a'),
    reload('4', 'arn:ab'),
  ]);
  const ids = (limit: number): string[] =>
    events.listAbout('ECS Task Reload', 'arn:a', limit).map(({ id }) => id);
  t.same(ids(10), ['3', '1']);
  t.same(ids(1), ['3']);
  t.end();
});
