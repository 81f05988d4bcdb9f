import type { Scope } from '../model/caller.ts';
import type { Database, Migrations } from './database.ts';
import { text } from './ecs/document.ts';

/** A table for what is small and is read and written whole: by kind, account, region and name. */
export const documentMigrations: Migrations = {
  group: 'documents',
  steps: [
    `
  CREATE TABLE document (
    kind TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (kind, account, region, name)
  ) STRICT, WITHOUT ROWID;
`,
  ],
};

export type DocumentTable<T> = {
  readonly get: (scope: Scope, name: string) => T | undefined;
  readonly put: (item: T) => void;
  readonly delete: (item: T) => void;
  /** Of one account and region, ascending by name; with `prefix`, those whose names begin with it. */
  readonly list: (scope: Scope, prefix?: string) => T[];
  /** Of every account and region. */
  readonly all: () => T[];
};

/** Documents of one kind. `revive` makes dates of what JSON made texts of. */
export function createDocumentTable<T extends { readonly scope: Scope }>(
  database: Database,
  kind: string,
  { nameOf, revive }: { nameOf: (item: T) => string; revive: (parsed: T) => T },
): DocumentTable<T> {
  const select = database.prepare(
    'SELECT document FROM document WHERE kind = ? AND account = ? AND region = ? AND name = ?',
  );
  const selectScope = database.prepare(`
    SELECT document FROM document WHERE kind = ? AND account = ? AND region = ? AND substr(name, 1, length(?4)) = ?4
    ORDER BY name
  `);
  const selectAll = database.prepare('SELECT document FROM document WHERE kind = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare(
    'DELETE FROM document WHERE kind = ? AND account = ? AND region = ? AND name = ?',
  );
  const read = (row: Record<string, unknown>): T => revive(JSON.parse(text(row, 'document')) as T);
  const keyOf = (item: T) => [kind, item.scope.account, item.scope.region, nameOf(item)] as const;
  return {
    get({ account, region }, name) {
      const row = select.get(kind, account, region, name);
      return row && read(row);
    },
    put(item) {
      upsert.run(...keyOf(item), JSON.stringify(item));
    },
    delete(item) {
      remove.run(...keyOf(item));
    },
    list: ({ account, region }, prefix = '') => selectScope.all(kind, account, region, prefix).map(read),
    all: () => selectAll.all(kind).map(read),
  };
}
