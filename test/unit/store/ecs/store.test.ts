import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  clusterArn,
  containerArn,
  containerInstanceArn,
  taskArn,
  taskDefinitionArn,
} from '../../../../src/model/arn.ts';
import type { Cluster } from '../../../../src/model/cluster.ts';
import type { ContainerInstance } from '../../../../src/model/container-instance.ts';
import type { TaskDefinition } from '../../../../src/model/task-definition.ts';
import type { ObservedContainer, Task } from '../../../../src/model/task.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createEcsStore, ecsMigrations } from '../../../../src/store/ecs/store.ts';

const scope = { account: '123456789012', region: 'eu-west-1' };
const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

const cluster: Cluster = {
  scope,
  arn: clusterArn(scope, 'c'),
  name: 'c',
  status: 'ACTIVE',
  settings: [],
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
  tags: [],
  createdAt: at(0),
};

const definition: TaskDefinition = {
  scope,
  arn: taskDefinitionArn(scope, 'f', 1),
  family: 'f',
  revision: 1,
  status: 'ACTIVE',
  // A user's text that looks like a date stays a text.
  definition: {
    registeredAt: at(1),
    containerDefinitions: [{ name: 'a', command: ['2026-01-01T00:00:00.000Z'] }],
  },
  tags: [],
};

const makeTask = (number: number, changes: Partial<Task> = {}): Task => {
  const id = number.toString(16).padStart(32, '0');
  return {
    scope,
    arn: taskArn(scope, 'c', id),
    id,
    clusterName: 'c',
    taskDefinitionArn: definition.arn,
    family: 'f',
    revision: 1,
    group: 'family:f',
    launchType: 'EC2',
    enableExecuteCommand: false,
    overrides: {},
    tags: [],
    version: 1,
    desiredStatus: 'RUNNING',
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    containers: [
      {
        arn: containerArn(scope, 'c', id, 'x'),
        name: 'a',
        image: 'i',
        essential: true,
        lastStatus: 'PENDING',
        healthStatus: 'UNKNOWN',
        networkBindings: [],
      },
    ],
    createdAt: at(2),
    ...changes,
  };
};

const observed: ObservedContainer = {
  name: 'a',
  dockerId: 'd'.repeat(64),
  state: 'exited',
  startedAt: at(3),
  finishedAt: at(4),
  exitCode: 0,
  oomKilled: false,
  healthStatus: 'UNKNOWN',
  networkBindings: [],
};

const inMemory = () => createEcsStore(openDatabase(':memory:', [ecsMigrations]));

t.test('everything is there again after the file is opened anew, with dates as dates', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ecsidecar-store-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'state.db');
  const full = makeTask(1, {
    pullStartedAt: at(5),
    pullStoppedAt: at(6),
    startedAt: at(7),
    stoppingAt: at(8),
    executionStoppedAt: at(9),
    stoppedAt: at(10),
    desiredStatus: 'STOPPED',
    lastStatus: 'STOPPED',
    tags: [{ key: 'k', value: '2026-01-01T00:00:00.000Z' }],
  });
  const token = {
    scope,
    clusterName: 'c',
    clientToken: 't',
    requestDigest: 'd',
    taskArns: [full.arn],
    createdAt: at(11),
  };
  const instance = makeInstance('1');
  const setting = { name: 'containerInsights' as const, value: 'enabled', principalArn: 'p' };
  const first = openDatabase(path, [ecsMigrations]);
  const before = createEcsStore(first);
  before.clusters.put(cluster);
  t.equal(before.taskDefinitions.nextRevision(scope, 'f'), 1);
  before.taskDefinitions.put(definition);
  before.tasks.put(full);
  before.tasks.saveObserved(full.arn, observed);
  before.tasks.putToken(token);
  before.settings.put(scope, setting);
  before.containerInstances.put(instance);
  first.close();

  const second = openDatabase(path, [ecsMigrations]);
  const after = createEcsStore(second);
  t.strictSame(after.clusters.get(scope, 'c'), cluster);
  t.strictSame(after.taskDefinitions.getByArn(definition.arn), definition);
  t.strictSame(after.taskDefinitions.get(scope, 'f', 1), definition);
  t.strictSame(after.taskDefinitions.latestActive(scope, 'f'), definition);
  t.equal(after.taskDefinitions.nextRevision(scope, 'f'), 2);
  t.strictSame(after.tasks.get(full.arn), full);
  t.strictSame(after.tasks.observed(full.arn), [observed]);
  t.strictSame(after.tasks.getToken(scope, 'c', 't'), token);
  t.strictSame(after.settings.list(scope), [setting]);
  t.strictSame(after.containerInstances.get(instance.arn), instance);
  second.close();
  t.end();
});

function makeInstance(id: string, more: Partial<ContainerInstance> = {}): ContainerInstance {
  return {
    scope,
    arn: containerInstanceArn(scope, 'c', id),
    id,
    clusterName: 'c',
    attributes: [{ name: 'stack', value: 'test' }],
    status: 'ACTIVE',
    tags: [],
    version: 1,
    registeredAt: at(1),
    ...more,
  };
}

t.test('a task is the same object until it is put again', (t) => {
  const { tasks } = inMemory();
  const task = makeTask(1);
  tasks.put(task);
  t.equal(tasks.get(task.arn), task);
  const changed = { ...task, version: 2 };
  tasks.put(changed);
  t.equal(tasks.get(task.arn), changed);
  t.end();
});

t.test('a task that fell out of the cache is read again, and then is one object again', (t) => {
  const store = inMemory();
  const first = makeTask(0);
  store.transaction(() => {
    for (let i = 0; i <= 2000; i += 1) store.tasks.put(makeTask(i));
  });
  const read = store.tasks.get(first.arn);
  t.strictSame(read, first);
  t.equal(store.tasks.get(first.arn), read);
  t.end();
});

t.test('a transaction that fails leaves nothing, not in the cache either', (t) => {
  const store = inMemory();
  const kept = makeTask(1);
  store.tasks.put(kept);
  t.throws(
    () =>
      store.transaction(() => {
        store.clusters.put(cluster);
        store.taskDefinitions.put(definition);
        store.tasks.put({ ...kept, version: 2 });
        store.tasks.put(makeTask(2));
        throw new Error('full disk');
      }),
    { message: 'full disk' },
  );
  t.equal(store.clusters.get(scope, 'c'), undefined);
  t.equal(store.taskDefinitions.getByArn(definition.arn), undefined);
  t.equal(store.tasks.get(makeTask(2).arn), undefined);
  t.strictSame(store.tasks.get(kept.arn), kept);
  t.end();
});

t.test('a deleted task is forgotten with what was observed of it', (t) => {
  const { tasks } = inMemory();
  const task = makeTask(1);
  tasks.put(task);
  tasks.saveObserved(task.arn, observed);
  tasks.saveObserved(task.arn, { ...observed, exitCode: 1 });
  t.strictSame(tasks.observed(task.arn), [{ ...observed, exitCode: 1 }], 'one row a container');
  tasks.delete(task.arn);
  t.equal(tasks.get(task.arn), undefined);
  t.strictSame(tasks.observed(task.arn), []);
  t.strictSame(tasks.listUnfinished(), []);
  t.end();
});

t.test('unfinished and long stopped tasks are told apart, over all accounts', (t) => {
  const { tasks } = inMemory();
  const other = { account: '999999999999', region: 'us-east-1' };
  const running = makeTask(1);
  const elsewhere = makeTask(2, { scope: other, arn: taskArn(other, 'c', '2') });
  const stopped = (number: number, stoppedAt: Date) =>
    makeTask(number, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED', stoppedAt });
  const old = stopped(3, at(10));
  const young = stopped(4, at(20));
  for (const task of [running, elsewhere, old, young]) tasks.put(task);
  t.strictSame(tasks.listUnfinished().toSorted(), [running.arn, elsewhere.arn].toSorted());
  t.strictSame(tasks.listStoppedBefore(at(20)), [old]);
  t.end();
});

t.test('old tokens are forgotten', (t) => {
  const { tasks } = inMemory();
  const token = { scope, clusterName: 'c', requestDigest: 'd', taskArns: [] };
  tasks.putToken({ ...token, clientToken: 'old', createdAt: at(1) });
  tasks.putToken({ ...token, clientToken: 'new', createdAt: at(2) });
  tasks.deleteTokensBefore(at(2));
  t.equal(tasks.getToken(scope, 'c', 'old'), undefined);
  t.match(tasks.getToken(scope, 'c', 'new'), { createdAt: at(2) });
  t.end();
});

t.test('every query the store prepares finds its rows by an index and sorts nothing', (t) => {
  const database = openDatabase(':memory:', [ecsMigrations]);
  const prepare = database.prepare.bind(database);
  const queries = new Set<string>();
  database.prepare = (sql) => {
    if (/^\s*SELECT/.test(sql)) queries.add(sql);
    return prepare(sql);
  };
  const { tasks } = createEcsStore(database);
  // Lists are prepared at their first use.
  for (const filter of [{}, { family: 'f' }, { startedBy: 's' }, { group: 'g' }, { launchType: 'EC2' }]) {
    tasks.listArns(scope, { clusterName: 'c', desiredStatus: 'RUNNING', ...filter }, { limit: 1 });
  }
  t.ok(queries.size > 15);
  for (const sql of queries) {
    const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    for (const step of plan.map((row) => String(row['detail']))) {
      // All unfinished tasks are asked for, and their index holds no others.
      t.match(
        step,
        /^(?:SEARCH |SCAN (?:task|service) USING (?:COVERING )?INDEX (?:task|service)_unfinished|CORRELATED SCALAR SUBQUERY|CO-ROUTINE|SCAN \(subquery-\d+\))/,
        sql,
      );
    }
  }
  t.end();
});

t.test('tasks are listed by who started them and what is desired of them', (t) => {
  const { tasks } = inMemory();
  tasks.put(makeTask(1, { startedBy: 's' }));
  tasks.put(makeTask(2, { startedBy: 's', desiredStatus: 'STOPPED' }));
  tasks.put(makeTask(3));
  const list = (desiredStatus: 'RUNNING' | 'STOPPED') =>
    tasks.listArns(scope, { clusterName: 'c', desiredStatus, startedBy: 's' }, { limit: 10 });
  t.strictSame(list('RUNNING'), [makeTask(1).arn]);
  t.strictSame(list('STOPPED'), [makeTask(2).arn]);
  t.end();
});

t.test('settings are replaced by their key and deleted by it', (t) => {
  const { settings } = inMemory();
  const setting = { name: 'containerInsights' as const, value: 'enabled', principalArn: 'p' };
  settings.put(scope, setting);
  settings.put(scope, { ...setting, value: 'disabled' });
  t.strictSame(settings.list(scope), [{ ...setting, value: 'disabled' }]);
  settings.delete(scope, 'containerInsights', 'p');
  t.strictSame(settings.list(scope), []);
  t.end();
});

t.test('container instances are listed by id, and go with their cluster', (t) => {
  const { containerInstances } = inMemory();
  containerInstances.put(makeInstance('2'));
  containerInstances.put(makeInstance('1'));
  containerInstances.put(makeInstance('1', { status: 'DRAINING' }));
  t.strictSame(containerInstances.list(scope, 'c'), [
    makeInstance('1', { status: 'DRAINING' }),
    makeInstance('2'),
  ]);
  containerInstances.deleteOfCluster(scope, 'c');
  t.strictSame(containerInstances.list(scope, 'c'), []);
  t.end();
});

t.test(
  'what tasks hold of an instance is summed up until they are STOPPED, however often they are saved',
  (t) => {
    const { tasks } = inMemory();
    const containerInstanceArn = makeInstance('1').arn;
    const reserved = { cpuUnits: 128, memoryMib: 64, ports: ['80/tcp'], gpuIds: [] };
    const placed = { containerInstanceArn, reserved, group: 'g' };
    for (const id of [1, 2]) tasks.put(makeTask(id, { ...placed, lastStatus: 'RUNNING' }));
    tasks.put(makeTask(2, { ...placed, lastStatus: 'RUNNING', version: 2 }));
    tasks.put(makeTask(3, { ...placed, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' }));
    tasks.put(makeTask(4));
    const usage = {
      instanceArn: containerInstanceArn,
      reserved: { cpuUnits: 256, memoryMib: 128, gpuIds: [] },
      runningTasksCount: 2,
      pendingTasksCount: 0,
      tasksByGroup: new Map([['g', 2]]),
    };
    t.strictSame(tasks.instanceUsage(scope, 'c'), { instances: [usage], hostPorts: ['80/tcp'] });
    t.strictSame(
      tasks.listArns(
        scope,
        { clusterName: 'c', desiredStatus: 'RUNNING', containerInstance: containerInstanceArn },
        { limit: 10 },
      ),
      [makeTask(1).arn, makeTask(2).arn],
    );
    t.end();
  },
);
