import { DatabaseSync } from 'node:sqlite';

export type Database = DatabaseSync;

/** SQL that makes the tables of one group; entry n brings the group from version n to n + 1. Never edited, only added to. */
export type Migrations = { readonly group: string; readonly steps: readonly string[] };

/**
 * Opens (or makes) a database file that this process alone may use until it dies.
 * Commits survive the death of the process at any moment (WAL); a power cut may lose the last of them but leaves
 * the file whole. Throws when another process holds the file ("database is locked") or it cannot be written.
 */
export function openDatabase(path: string, migrations: readonly Migrations[]): Database {
  const database = new DatabaseSync(path, { timeout: 2000 });
  try {
    // EXCLUSIVE must come before WAL: the wal-index is then kept in memory and a second sidecar on one folder is refused.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA foreign_keys = ON;
      CREATE TABLE IF NOT EXISTS migration (table_group TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
    `);
    for (const { group, steps } of migrations) migrate(database, group, steps);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database, group: string, steps: readonly string[]): void {
  const row = database.prepare('SELECT version FROM migration WHERE table_group = ?').get(group);
  const version = typeof row?.['version'] === 'number' ? row['version'] : 0;
  if (version >= steps.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(version)) database.exec(step);
    database
      .prepare(
        'INSERT INTO migration VALUES (?, ?) ON CONFLICT (table_group) DO UPDATE SET version = excluded.version',
      )
      .run(group, steps.length);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Makes `transaction(run)` for a database: all or nothing; nested calls, of any store of it, join the outer one. */
export const createTransaction =
  (database: Database) =>
  <T>(run: () => T): T =>
    database.isTransaction ? run() : transact(database, run);

function transact<T>(database: Database, run: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = run();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may already have ended the transaction.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
