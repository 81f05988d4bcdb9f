import type {
  ChangeSet,
  Stack,
  StackEvent,
  StackResource,
  StackSignal,
  StackStore,
} from '../../model/stack.ts';
import { createTransaction, type Database, type Migrations } from '../database.ts';
import { integer, readDocument, reviveDates, text, type Row } from '../ecs/document.ts';

export const cloudFormationMigrations: Migrations = {
  group: 'cloudformation',
  steps: [
    `
  CREATE TABLE cfn_stack (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, region TEXT NOT NULL,
    name TEXT NOT NULL, is_live INTEGER NOT NULL, is_busy INTEGER NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX cfn_stack_by_name ON cfn_stack (account, region, name) WHERE is_live = 1;
  CREATE INDEX cfn_stack_busy ON cfn_stack (is_busy) WHERE is_busy = 1;
  CREATE TABLE cfn_resource (
    sequence INTEGER PRIMARY KEY, stack_id TEXT NOT NULL, logical_id TEXT NOT NULL, generation TEXT NOT NULL,
    document TEXT NOT NULL, UNIQUE (stack_id, logical_id, generation)
  ) STRICT;
  CREATE TABLE cfn_event (sequence INTEGER PRIMARY KEY, stack_id TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE INDEX cfn_event_by_stack ON cfn_event (stack_id, sequence);
  CREATE TABLE cfn_change_set (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stack_id TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX cfn_change_set_by_stack ON cfn_change_set (stack_id);
`,
    `
  CREATE TABLE cfn_signal (
    sequence INTEGER PRIMARY KEY, target TEXT NOT NULL, unique_id TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE (target, unique_id)
  ) STRICT;
`,
  ],
};

/** The last ones. AWS keeps those of ninety days. */
const KEPT_DELETED = 200;

/** State of CloudFormation; nothing of it is cached. */
export function createStackStore(database: Database): StackStore {
  const transaction = createTransaction(database);
  const select = database.prepare('SELECT document FROM cfn_stack WHERE id = ?');
  const selectByName = database.prepare(
    'SELECT document FROM cfn_stack WHERE account = ? AND region = ? AND name = ? AND is_live = 1',
  );
  const upsert = database.prepare(`
    INSERT INTO cfn_stack (id, account, region, name, is_live, is_busy, document) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET is_live = excluded.is_live, is_busy = excluded.is_busy, document = excluded.document
  `);
  const selectScope = database.prepare(
    'SELECT document FROM cfn_stack WHERE account = ? AND region = ? ORDER BY sequence DESC',
  );
  const selectLive = database.prepare(
    'SELECT document FROM cfn_stack WHERE account = ? AND region = ? AND is_live = 1 ORDER BY sequence DESC',
  );
  const selectOld = database.prepare(`
    SELECT id FROM cfn_stack WHERE is_live = 0 ORDER BY document ->> '$.deletedAt' DESC LIMIT -1 OFFSET ?
  `);
  const removeOld = [
    'DELETE FROM cfn_signal WHERE target IN (SELECT generation FROM cfn_resource WHERE stack_id = ?)',
    'DELETE FROM cfn_resource WHERE stack_id = ?',
    'DELETE FROM cfn_event WHERE stack_id = ?',
    'DELETE FROM cfn_change_set WHERE stack_id = ?',
    'DELETE FROM cfn_stack WHERE id = ?',
  ].map((sql) => database.prepare(sql));
  const selectBusy = database.prepare('SELECT document FROM cfn_stack WHERE is_busy = 1');
  const selectResources = database.prepare(
    'SELECT document FROM cfn_resource WHERE stack_id = ? ORDER BY sequence',
  );
  const selectResource = database.prepare(
    'SELECT document FROM cfn_resource WHERE stack_id = ? AND logical_id = ? AND generation = ?',
  );
  const upsertResource = database.prepare(`
    INSERT INTO cfn_resource (stack_id, logical_id, generation, document) VALUES (?, ?, ?, ?)
    ON CONFLICT (stack_id, logical_id, generation) DO UPDATE SET document = excluded.document
  `);
  const removeResource = database.prepare(
    'DELETE FROM cfn_resource WHERE stack_id = ? AND logical_id = ? AND generation = ?',
  );
  const insertSignal = database.prepare(
    'INSERT INTO cfn_signal (target, unique_id, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectSignals = database.prepare(
    'SELECT document FROM cfn_signal WHERE target = ? ORDER BY sequence',
  );
  const insertEvent = database.prepare('INSERT INTO cfn_event (stack_id, document) VALUES (?, ?)');
  const selectEvents = database.prepare(
    'SELECT sequence, document FROM cfn_event WHERE stack_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
  );
  const selectChangeSet = database.prepare('SELECT document FROM cfn_change_set WHERE id = ?');
  const selectChangeSets = database.prepare(
    'SELECT document FROM cfn_change_set WHERE stack_id = ? ORDER BY sequence',
  );
  const upsertChangeSet = database.prepare(`
    INSERT INTO cfn_change_set (id, stack_id, document) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET document = excluded.document
  `);
  const removeChangeSet = database.prepare('DELETE FROM cfn_change_set WHERE id = ?');

  return {
    get(id) {
      const row = select.get(id);
      return row && readStack(row);
    },
    getByName({ account, region }, name) {
      const row = selectByName.get(account, region, name);
      return row && readStack(row);
    },
    put(stack) {
      const { scope, id, name } = stack;
      const isLive = stack.status === 'DELETE_COMPLETE' ? 0 : 1;
      const isBusy = stack.operation === undefined ? 0 : 1;
      transaction(() => {
        upsert.run(id, scope.account, scope.region, name, isLive, isBusy, JSON.stringify(stack));
        if (isLive) return;
        for (const old of selectOld.all(KEPT_DELETED))
          for (const statement of removeOld) statement.run(text(old, 'id'));
      });
    },
    list: ({ account, region }) => selectScope.all(account, region).map(readStack),
    listLive: ({ account, region }) => selectLive.all(account, region).map(readStack),
    listBusy: () => selectBusy.all().map(readStack),
    resources: (stackId) => selectResources.all(stackId).map(readResource),
    resource(stackId, logicalId, generation) {
      const row = selectResource.get(stackId, logicalId, generation);
      return row && readResource(row);
    },
    putResource(resource) {
      const { stackId, logicalId, generation } = resource;
      upsertResource.run(stackId, logicalId, generation, JSON.stringify(resource));
    },
    deleteResource({ stackId, logicalId, generation }) {
      removeResource.run(stackId, logicalId, generation);
    },
    addSignal: (signal) =>
      Number(insertSignal.run(signal.target, signal.uniqueId, JSON.stringify(signal)).changes) > 0,
    signals: (target) =>
      selectSignals.all(target).map((row) => readDocument(text(row, 'document'), []) as StackSignal),
    addEvents(events) {
      for (const event of events) insertEvent.run(event.stackId, JSON.stringify(event));
    },
    events: (stackId, { before, limit }) =>
      selectEvents.all(stackId, before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => ({
        sequence: integer(row, 'sequence'),
        event: readDocument(text(row, 'document'), ['at']) as StackEvent,
      })),
    changeSet(id) {
      const row = selectChangeSet.get(id);
      return row && readChangeSet(row);
    },
    changeSets: (stackId) => selectChangeSets.all(stackId).map(readChangeSet),
    putChangeSet(changeSet) {
      upsertChangeSet.run(changeSet.id, changeSet.stackId, JSON.stringify(changeSet));
    },
    deleteChangeSet(id) {
      removeChangeSet.run(id);
    },
    transaction,
  };
}

function readStack(row: Row): Stack {
  const dates = ['createdAt', 'updatedAt', 'deletedAt'];
  const stack = readDocument(text(row, 'document'), dates) as Stack;
  if (stack.drift) reviveDates(stack.drift, ['at']);
  if (stack.operation) reviveDates(stack.operation, ['startedAt', 'deadline']);
  return stack;
}

function readResource(row: Row): StackResource {
  const resource = readDocument(text(row, 'document'), ['updatedAt']) as StackResource;
  if (resource.work) reviveDates(resource.work, ['startedAt']);
  return resource;
}

const readChangeSet = (row: Row): ChangeSet =>
  readDocument(text(row, 'document'), ['createdAt']) as ChangeSet;
