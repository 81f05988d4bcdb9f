import type { StatementSync } from 'node:sqlite';
import { createLru } from '../../lib/lru.ts';
import { taskArn, type TaskArn } from '../../model/arn.ts';
import type { RunTaskToken, TaskStore } from '../../model/ports.ts';
import type { ObservedContainer, Task } from '../../model/task.ts';
import type { Database } from '../database.ts';
import { integer, readDocument, text } from './document.ts';
import { createInstanceUsage } from './instance-usage.ts';

/**
 * Stopped tasks are in the indexes of the running ones only under their own desired_status, so the cost of listing
 * and counting what runs does not grow with the history.
 */
export const taskTables = `
  CREATE TABLE task (
    arn TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL, region TEXT NOT NULL, cluster TEXT NOT NULL, id TEXT NOT NULL,
    family TEXT NOT NULL, started_by TEXT, task_group TEXT NOT NULL, launch_type TEXT NOT NULL,
    desired_status TEXT NOT NULL, last_status TEXT NOT NULL, stopped_at INTEGER,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX task_by_id ON task (account, region, cluster, desired_status, id);
  CREATE INDEX task_by_family ON task (account, region, cluster, desired_status, family, id);
  CREATE INDEX task_by_started_by ON task (account, region, cluster, desired_status, started_by, id)
    WHERE started_by IS NOT NULL;
  CREATE INDEX task_by_group ON task (account, region, cluster, desired_status, task_group, id);
  CREATE INDEX task_by_launch_type ON task (account, region, cluster, desired_status, launch_type, id);
  CREATE INDEX task_counted ON task (account, region, cluster, launch_type, last_status) WHERE desired_status = 'RUNNING';
  CREATE INDEX task_unfinished ON task (arn) WHERE last_status <> 'STOPPED';
  CREATE INDEX task_by_stopped_at ON task (stopped_at) WHERE stopped_at IS NOT NULL;
  CREATE TABLE observed_container (
    task_arn TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (task_arn, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_task_token (
    account TEXT NOT NULL, region TEXT NOT NULL, cluster TEXT NOT NULL, client_token TEXT NOT NULL,
    request_digest TEXT NOT NULL, task_arns TEXT NOT NULL, created_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, cluster, client_token)
  ) STRICT;
  CREATE INDEX run_task_token_by_age ON run_task_token (created_at);
`;

/** Enough for the tasks that clients poll; more are read from the file again. */
const CACHED_TASKS = 2000;

/** Clients that poll ask for the same few pages. */
const CACHED_PAGES = 50;

const TASK_DATES = [
  'createdAt',
  'pullStartedAt',
  'pullStoppedAt',
  'startedAt',
  'stoppingAt',
  'executionStoppedAt',
  'stoppedAt',
] as const satisfies readonly (keyof Task)[];

const OBSERVED_DATES = ['startedAt', 'finishedAt'] as const satisfies readonly (keyof ObservedContainer)[];

export type CachedTaskStore = TaskStore & {
  /** After a transaction that failed: what was put in it may be in the cache. */
  forgetCached(): void;
};

/** A task that was read is the same object until it is put again (or was long not asked for). */
export function createTaskStore(database: Database): CachedTaskStore {
  const cache = createLru<TaskArn, Task>(CACHED_TASKS);
  const select = database.prepare('SELECT document FROM task WHERE arn = ?');
  const upsert = database.prepare(`
    INSERT INTO task
      (arn, account, region, cluster, id, family, started_by, task_group, launch_type,
       desired_status, last_status, stopped_at, document, container_instance, reserved)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (arn) DO UPDATE SET
      desired_status = excluded.desired_status, last_status = excluded.last_status,
      stopped_at = excluded.stopped_at, document = excluded.document
  `);
  const remove = database.prepare('DELETE FROM task WHERE arn = ?');
  const selectUnfinished = database.prepare(
    `SELECT arn FROM task WHERE last_status <> 'STOPPED' ORDER BY arn`,
  );
  const selectStopped = database.prepare(
    'SELECT document FROM task WHERE stopped_at < ? ORDER BY stopped_at',
  );
  const usage = createInstanceUsage(database);
  const selectObserved = database.prepare(
    'SELECT document FROM observed_container WHERE task_arn = ? ORDER BY name',
  );
  const upsertObserved = database.prepare(`
    INSERT INTO observed_container (task_arn, name, document) VALUES (?, ?, ?)
    ON CONFLICT (task_arn, name) DO UPDATE SET document = excluded.document
  `);
  const removeObserved = database.prepare('DELETE FROM observed_container WHERE task_arn = ?');
  const selectToken = database.prepare(`
    SELECT request_digest, task_arns, created_at FROM run_task_token
    WHERE account = ? AND region = ? AND cluster = ? AND client_token = ?
  `);
  const upsertToken = database.prepare(`
    INSERT OR REPLACE INTO run_task_token
      (account, region, cluster, client_token, request_digest, task_arns, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
  `);
  const removeTokens = database.prepare('DELETE FROM run_task_token WHERE created_at < ?');

  /** Pages of ARNs by what was asked for. Whatever is put or deleted may belong to any of them. */
  const pages = createLru<string, readonly TaskArn[]>(CACHED_PAGES);
  const lists = new Map<string, StatementSync>();
  const listStatement = (columns: readonly string[]): StatementSync => {
    const key = columns.join();
    const prepared = lists.get(key);
    if (prepared) return prepared;
    // One row with all ids: a row for each costs four times as much to hand over.
    const statement = database.prepare(`
      SELECT group_concat(id) AS ids FROM (
        SELECT id FROM task WHERE account = ? AND region = ? AND cluster = ? AND desired_status = ?
        ${columns.map((column) => `AND ${column} = ?`).join(' ')}
        AND id > ? ORDER BY id LIMIT ?
      )
    `);
    lists.set(key, statement);
    return statement;
  };

  const get = (arn: TaskArn): Task | undefined => {
    const cached = cache.get(arn);
    if (cached) return cached;
    const row = select.get(arn);
    if (!row) return undefined;
    const task = readDocument(text(row, 'document'), TASK_DATES) as Task;
    cache.set(arn, task);
    return task;
  };

  return {
    get,
    put(task) {
      if (usage.isKept()) usage.change(get(task.arn), task);
      upsert.run(
        task.arn,
        task.scope.account,
        task.scope.region,
        task.clusterName,
        task.id,
        task.family,
        task.startedBy ?? null,
        task.group,
        task.launchType ?? '',
        task.desiredStatus,
        task.lastStatus,
        task.stoppedAt?.getTime() ?? null,
        JSON.stringify(task),
        task.containerInstanceArn ?? null,
        task.reserved ? JSON.stringify(task.reserved) : null,
      );
      pages.clear();
      cache.set(task.arn, task);
    },
    listArns(scope, filter, { after, limit }) {
      const conditions = [
        ['family', filter.family],
        ['started_by', filter.startedBy],
        ['task_group', filter.group],
        ['launch_type', filter.launchType],
        ['container_instance', filter.containerInstance],
      ].flatMap(([column, value]) =>
        column !== undefined && value !== undefined ? [{ column, value }] : [],
      );
      const columns = conditions.map(({ column }) => column);
      const parameters = [
        scope.account,
        scope.region,
        filter.clusterName,
        filter.desiredStatus,
        ...conditions.map(({ value }) => value),
        after === undefined ? '' : idOf(after),
        limit,
      ];
      const key = JSON.stringify([columns, parameters]);
      const cached = pages.get(key);
      if (cached) return cached;
      const ids = listStatement(columns).get(...parameters)?.['ids'];
      const prefix = taskArn(scope, filter.clusterName, '');
      // SQLite promises no order within group_concat.
      const sorted = typeof ids === 'string' ? ids.split(',').sort() : [];
      const page = sorted.map((id) => (prefix + id) as TaskArn);
      pages.set(key, page);
      return page;
    },
    listUnfinished: () => selectUnfinished.all().map((row) => text(row, 'arn') as TaskArn),
    instanceUsage: (scope, clusterName) => usage.ofCluster(scope, clusterName),
    listStoppedBefore: (time) =>
      selectStopped.all(time.getTime()).map((row) => readDocument(text(row, 'document'), TASK_DATES) as Task),
    delete(arn) {
      if (usage.isKept()) usage.change(get(arn), undefined);
      removeObserved.run(arn);
      remove.run(arn);
      pages.clear();
      cache.delete(arn);
    },
    observed: (arn) =>
      selectObserved
        .all(arn)
        .map((row) => readDocument(text(row, 'document'), OBSERVED_DATES) as ObservedContainer),
    saveObserved(arn, container) {
      upsertObserved.run(arn, container.name, JSON.stringify(container));
    },
    getToken(scope, clusterName, clientToken) {
      const row = selectToken.get(scope.account, scope.region, clusterName, clientToken);
      if (!row) return undefined;
      const token: RunTaskToken = {
        scope,
        clusterName,
        clientToken,
        requestDigest: text(row, 'request_digest'),
        taskArns: JSON.parse(text(row, 'task_arns')) as TaskArn[],
        createdAt: new Date(integer(row, 'created_at')),
      };
      return token;
    },
    putToken({ scope, clusterName, clientToken, requestDigest, taskArns, createdAt }) {
      const arns = JSON.stringify(taskArns);
      upsertToken.run(
        scope.account,
        scope.region,
        clusterName,
        clientToken,
        requestDigest,
        arns,
        createdAt.getTime(),
      );
    },
    deleteTokensBefore(time) {
      removeTokens.run(time.getTime());
    },
    forgetCached() {
      pages.clear();
      cache.clear();
      usage.forget();
    },
  };
}

/** A page's `after` is an ARN or a task id. */
const idOf = (after: string): string => after.slice(after.lastIndexOf('/') + 1);
