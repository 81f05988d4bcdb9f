import type { Scope } from '../../model/caller.ts';
import type { ContainerInstance } from '../../model/container-instance.ts';
import type { ContainerInstanceStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';
import { readDocument, text } from './document.ts';

/** The table `attribute` held nothing: attributes are part of what they belong to. */
export const containerInstanceTables = `
  CREATE TABLE container_instance (
    arn TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL, region TEXT NOT NULL, cluster TEXT NOT NULL, id TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX container_instance_by_cluster ON container_instance (account, region, cluster, id);
  DROP TABLE attribute;
  ALTER TABLE task ADD COLUMN container_instance TEXT;
  ALTER TABLE task ADD COLUMN reserved TEXT;
  CREATE INDEX task_by_container_instance ON task (account, region, cluster, desired_status, container_instance, id)
    WHERE container_instance IS NOT NULL;
  CREATE INDEX task_reserved
    ON task (account, region, cluster, container_instance, task_group, desired_status, last_status, reserved)
    WHERE container_instance IS NOT NULL AND last_status <> 'STOPPED';
`;

export type CachedContainerInstanceStore = ContainerInstanceStore & {
  /** After a transaction that failed: what was put in it may be in the cache. */
  forgetCached(): void;
};

/** The instances of a cluster are kept in memory: each plan of a service asks for them. */
export function createContainerInstanceStore(database: Database): CachedContainerInstanceStore {
  const lists = new Map<string, readonly ContainerInstance[]>();
  const select = database.prepare('SELECT document FROM container_instance WHERE arn = ?');
  const selectAll = database.prepare(
    'SELECT document FROM container_instance WHERE account = ? AND region = ? AND cluster = ? ORDER BY id',
  );
  const upsert = database.prepare(`
    INSERT INTO container_instance (arn, account, region, cluster, id, document) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (arn) DO UPDATE SET document = excluded.document
  `);
  const remove = database.prepare(
    'DELETE FROM container_instance WHERE account = ? AND region = ? AND cluster = ?',
  );
  const read = (document: string): ContainerInstance =>
    readDocument(document, ['registeredAt']) as ContainerInstance;
  return {
    get(arn) {
      const row = select.get(arn);
      return row && read(text(row, 'document'));
    },
    list(scope, clusterName) {
      const key = keyOf(scope, clusterName);
      const known = lists.get(key);
      if (known) return known;
      const list = selectAll
        .all(scope.account, scope.region, clusterName)
        .map((row) => read(text(row, 'document')));
      lists.set(key, list);
      return list;
    },
    put(instance) {
      const { arn, scope, clusterName, id } = instance;
      lists.delete(keyOf(scope, clusterName));
      upsert.run(arn, scope.account, scope.region, clusterName, id, JSON.stringify(instance));
    },
    deleteOfCluster(scope, clusterName) {
      lists.delete(keyOf(scope, clusterName));
      remove.run(scope.account, scope.region, clusterName);
    },
    forgetCached() {
      lists.clear();
    },
  };
}

const keyOf = ({ account, region }: Scope, clusterName: string): string =>
  `${account}/${region}/${clusterName}`;
