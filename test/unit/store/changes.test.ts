import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { clusterArn } from '../../../src/model/arn.ts';
import type { Change } from '../../../src/model/console-ports.ts';
import { createChanges } from '../../../src/store/changes.ts';
import { cloudFormationMigrations, createStackStore } from '../../../src/store/cloudformation/store.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createEcsStore, ecsMigrations } from '../../../src/store/ecs/store.ts';
import { createLogStore, logMigrations } from '../../../src/store/logs/store.ts';
import { openStores } from '../../../src/store/open.ts';
import { tellEcsChanges, tellLogChanges, tellStackChanges } from '../../../src/store/tell-changes.ts';
import { until } from '../../support/poll.ts';
import { sampleTask } from '../../support/rendering.ts';

const scope = { account: '123456789012', region: 'eu-west-1' };
const at = new Date(0);

function setUp(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'ecsidecar-changes-'));
  const stores = openStores(folder, 1_000_000, {
    now: () => new Date(),
    newId: () => 'id',
    describeTask: () => ({}),
    describeInstance: () => ({}),
  });
  t.teardown(() => {
    stores.close();
    rmSync(folder, { recursive: true });
  });
  const told: Change[] = [];
  const rounds: (readonly Change[])[] = [];
  const stop = stores.changes.onChange((changes) => {
    told.push(...changes);
    rounds.push(changes);
  });
  /** What is told of this work. */
  const toldOf = async (work: () => void): Promise<Change[]> => {
    const before = told.length;
    work();
    await until('something was told', () => told.length > before);
    return told.slice(before);
  };
  return { stores, told, rounds, stop, toldOf };
}

const cluster = (name: string) =>
  ({
    scope,
    arn: clusterArn(scope, name),
    name,
    status: 'ACTIVE',
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags: [],
    createdAt: at,
  }) as const;

t.test('the saves of both stores are told, within transactions and outside', async (t) => {
  const { stores, toldOf } = setUp(t);
  const task = sampleTask();
  const is = (kind: Change['kind'], arn: string): Change[] => [{ kind, arn }];
  const { store, userStore } = stores;
  t.same(
    await toldOf(() => {
      userStore.clusters.put(cluster('a'));
    }),
    is('cluster', clusterArn(scope, 'a')),
  );
  t.same(
    await toldOf(() => {
      store.transaction(() => {
        store.tasks.put(task);
      });
    }),
    is('task', task.arn),
  );
  t.same(
    await toldOf(() => {
      store.tasks.saveObserved(task.arn, {
        name: 'app',
        dockerId: 'd',
        state: 'running',
        oomKilled: false,
        healthStatus: 'UNKNOWN',
        networkBindings: [],
      });
    }),
    is('task', task.arn),
  );
  t.same(
    await toldOf(() => {
      store.tasks.delete(task.arn);
    }),
    is('task', task.arn),
  );
});

t.test('logs are told by group and stream, made again by a container too', async (t) => {
  const { stores, toldOf } = setUp(t);
  const { logs } = stores;
  const groupArn = 'arn:aws:logs:eu-west-1:123456789012:log-group:g';
  const stream = { kind: 'logStream', arn: `${groupArn}:log-stream:s` };
  const group = { kind: 'logGroup', arn: groupArn };
  const write = (): void => {
    logs.appendOutput({ scope, group: 'g', stream: 's' }, 'docker', [{ timestampMs: 1, message: 'hi' }], {});
  };
  const sorted = (changes: Change[]): Change[] => changes.sort((a, b) => (a.arn < b.arn ? -1 : 1));
  t.same(sorted(await toldOf(write)), [group, stream]);
  t.same(await toldOf(write), [stream]);
  const found = logs.getGroup(scope, 'g');
  if (!found) throw new Error('there is no group');
  t.same(
    await toldOf(() => {
      logs.setRetention(found, 1);
    }),
    [group],
  );
  const foundStream = logs.getStream(found, 's');
  if (!foundStream) throw new Error('there is no stream');
  t.same(
    await toldOf(() => {
      logs.deleteStream(foundStream);
    }),
    [stream],
  );
  t.same(
    await toldOf(() => {
      logs.deleteGroup(found);
    }),
    [group],
  );
});

t.test('many saves of one thing in a row are told once, of many things all at once', async (t) => {
  const { stores, rounds } = setUp(t);
  for (let count = 0; count < 50; count++) {
    stores.store.clusters.put(cluster('a'));
    stores.store.clusters.put(cluster(`c${count}`));
  }
  await until('all', () => rounds.length > 0);
  t.equal(rounds.length, 1);
  t.equal(rounds[0]?.length, 51);
});

t.test('who stopped listening is told nothing more', async (t) => {
  const { stores, told, stop, toldOf } = setUp(t);
  await toldOf(() => {
    stores.store.clusters.put(cluster('a'));
  });
  const other: Change[] = [];
  stores.changes.onChange((changes) => other.push(...changes));
  stop();
  stores.store.clusters.put(cluster('b'));
  await until('the other is told', () => other.length > 0);
  t.equal(told.length, 1);
});

t.test('nothing is gathered while nobody listens', (t) => {
  const changes = createChanges();
  changes.note('task', 'before');
  t.equal(changes.isHeard(), false);
  const told: Change[] = [];
  changes.onChange((some) => told.push(...some));
  changes.note('task', 'after');
  return until('told', () => told.length > 0).then(() => {
    t.same(told, [{ kind: 'task', arn: 'after' }]);
  });
});

/** Functions of a store that only read. Each other one has to tell what it changes. */
const READS =
  /^(get|list|count|latest|observed$|events$|resources?$|changeSets?$|signals$|instanceUsage$|read$|onAppend$|cursor$|groupOf$)/;
/** What they do is shown nowhere, or told through `onAppend`. */
const SILENT =
  /^(nextRevision|putToken|deleteTokensBefore|forget|forgetCached|enforceLimits|append|addSignal|transaction)$/;

const GROUPS = [
  'clusters',
  'taskDefinitions',
  'tasks',
  'services',
  'containerInstances',
  'capacityProviders',
] as const;

t.test('no function that changes something is forgotten', (t) => {
  const changes = createChanges();
  const raw = createEcsStore(openDatabase(':memory:', [ecsMigrations]));
  const logs = createLogStore(openDatabase(':memory:', [logMigrations]), { maxBytes: 1, now: () => at });
  const stacks = createStackStore(openDatabase(':memory:', [cloudFormationMigrations]));
  const telling = tellEcsChanges(raw, changes);
  const pairs: [object, object][] = [
    ...GROUPS.map((key): [object, object] => [raw[key], telling[key]]),
    [logs, tellLogChanges(logs, changes)],
    [stacks, tellStackChanges(stacks, changes)],
  ];
  const forgotten = pairs.flatMap(([before, after]) =>
    Object.entries(before)
      .filter(([name]) => !READS.test(name) && !SILENT.test(name))
      .filter(([name, act]) => (after as Record<string, unknown>)[name] === act)
      .map(([name]) => name),
  );
  t.same(forgotten, []);
  t.end();
});

t.test('accounts and regions are those that something was made in', (t) => {
  const { stores } = setUp(t);
  t.same(stores.scopes(), []);
  stores.store.clusters.put(cluster('a'));
  stores.store.clusters.put(cluster('b'));
  stores.logs.createGroup({ ...scope, region: 'eu-central-1' }, 'g', {});
  t.same(stores.scopes(), [{ ...scope, region: 'eu-central-1' }, scope]);
  t.end();
});
