import { createLru } from '../../lib/lru.ts';
import type { TaskDefinitionArn } from '../../model/arn.ts';
import type { AwsTaskDefinition, TaskDefinition } from '../../model/task-definition.ts';
import type { TaskDefinitionStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';
import { integer, readDocument, text, type Row } from './document.ts';

export const taskDefinitionTables = `
  CREATE TABLE task_definition_family (
    account TEXT NOT NULL, region TEXT NOT NULL, family TEXT NOT NULL,
    last_revision INTEGER NOT NULL,
    PRIMARY KEY (account, region, family)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE task_definition (
    arn TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL, region TEXT NOT NULL, family TEXT NOT NULL, revision INTEGER NOT NULL,
    status TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX task_definition_by_revision ON task_definition (account, region, family, revision);
  CREATE INDEX task_definition_by_status ON task_definition (account, region, status, family, revision);
`;

const CACHED_DEFINITIONS = 500;

export type CachedTaskDefinitionStore = TaskDefinitionStore & {
  /** After a transaction that failed: what was put in it may be in the cache. */
  forgetCached(): void;
};

/** A revision that was read is the same object until it is put again. */
export function createTaskDefinitionStore(database: Database): CachedTaskDefinitionStore {
  const cache = createLru<string, TaskDefinition>(CACHED_DEFINITIONS);
  const countUp = database.prepare(`
    INSERT INTO task_definition_family (account, region, family, last_revision) VALUES (?, ?, ?, 1)
    ON CONFLICT (account, region, family) DO UPDATE SET last_revision = last_revision + 1
    RETURNING last_revision
  `);
  const upsert = database.prepare(`
    INSERT INTO task_definition (arn, account, region, family, revision, status, document) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (arn) DO UPDATE SET status = excluded.status, document = excluded.document
  `);
  const selectByArn = database.prepare('SELECT document FROM task_definition WHERE arn = ?');
  const selectArn = database.prepare(
    'SELECT arn FROM task_definition WHERE account = ? AND region = ? AND family = ? AND revision = ?',
  );
  const selectLatest = database.prepare(`
    SELECT arn FROM task_definition
    WHERE account = ? AND region = ? AND status = 'ACTIVE' AND family = ? ORDER BY revision DESC LIMIT 1
  `);
  const page = (family: 'every' | 'one', order: 'ASC' | 'DESC') => {
    const after = order === 'ASC' ? '>' : '<';
    const position =
      family === 'one' ? `family = ? AND revision ${after} ?` : `(family, revision) ${after} (?, ?)`;
    return database.prepare(`
      SELECT arn, family, revision FROM task_definition
      WHERE account = ? AND region = ? AND status = ? AND ${position}
      ORDER BY family ${order}, revision ${order} LIMIT ?
    `);
  };
  const pages = {
    every: { ASC: page('every', 'ASC'), DESC: page('every', 'DESC') },
    one: { ASC: page('one', 'ASC'), DESC: page('one', 'DESC') },
  };
  const hasRevision = (status: 'ACTIVE' | 'INACTIVE'): string => `EXISTS (
    SELECT 1 FROM task_definition AS d WHERE d.account = f.account AND d.region = f.region
    AND d.status = '${status}' AND d.family = f.family)`;
  const families = (condition: string) =>
    database.prepare(`
      SELECT family FROM task_definition_family AS f
      WHERE account = ? AND region = ? AND family > ? AND substr(family, 1, length(?)) = ? AND ${condition}
      ORDER BY family LIMIT ?
    `);
  const familyPages = {
    ACTIVE: families(hasRevision('ACTIVE')),
    INACTIVE: families(`NOT ${hasRevision('ACTIVE')} AND ${hasRevision('INACTIVE')}`),
    ALL: families(`(${hasRevision('ACTIVE')} OR ${hasRevision('INACTIVE')})`),
  };

  const getByArn = (arn: TaskDefinitionArn): TaskDefinition | undefined => {
    const cached = cache.get(arn);
    if (cached) return cached;
    const row = selectByArn.get(arn);
    if (!row) return undefined;
    const stored = readDocument(text(row, 'document'), []) as TaskDefinition;
    for (const member of ['registeredAt', 'deregisteredAt', 'deleteRequestedAt'] as const)
      reviveDate(stored.definition, member);
    cache.set(arn, stored);
    return stored;
  };
  const byArnOf = (row: Row | undefined): TaskDefinition | undefined =>
    row && getByArn(text(row, 'arn') as TaskDefinitionArn);

  return {
    nextRevision({ account, region }, family) {
      const row = countUp.get(account, region, family);
      if (!row) throw new Error(`family ${family} could not be counted up`);
      return integer(row, 'last_revision');
    },
    put(definition) {
      const { arn, scope, family, revision, status } = definition;
      upsert.run(arn, scope.account, scope.region, family, revision, status, JSON.stringify(definition));
      cache.set(arn, definition);
    },
    get: ({ account, region }, family, revision) => byArnOf(selectArn.get(account, region, family, revision)),
    getByArn,
    latestActive: ({ account, region }, family) => byArnOf(selectLatest.get(account, region, family)),
    list({ account, region }, { family, status, sort, after, limit }) {
      const start =
        sort === 'ASC'
          ? { family: '', revision: -1 }
          : { family: '\u{10ffff}', revision: Number.MAX_SAFE_INTEGER };
      const position = after ?? (family === undefined ? start : { family, revision: start.revision });
      return pages[family === undefined ? 'every' : 'one'][sort]
        .all(account, region, status, family ?? position.family, position.revision, limit)
        .map((row) => ({
          arn: text(row, 'arn') as TaskDefinitionArn,
          family: text(row, 'family'),
          revision: integer(row, 'revision'),
        }));
    },
    listFamilies: ({ account, region }, { familyPrefix = '', status, after = '', limit }) =>
      familyPages[status]
        .all(account, region, after, familyPrefix, familyPrefix, limit)
        .map((row) => text(row, 'family')),
    forgetCached() {
      cache.clear();
    },
  };
}

function reviveDate(
  definition: AwsTaskDefinition,
  member: 'registeredAt' | 'deregisteredAt' | 'deleteRequestedAt',
): void {
  const value: unknown = definition[member];
  if (typeof value === 'string') definition[member] = new Date(value);
}
