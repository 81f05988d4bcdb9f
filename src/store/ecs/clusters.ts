import { createLru } from '../../lib/lru.ts';
import type { Cluster, ClusterCounts } from '../../model/cluster.ts';
import type { ClusterStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';
import { integer, readDocument, text } from './document.ts';

export const clusterTables = `
  CREATE TABLE cluster (
    account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (account, region, name)
  ) STRICT;
  CREATE INDEX cluster_by_status ON cluster (account, region, status, name);
`;

/** States in which ECS counts a task as pending. Source: ECS API reference, Cluster.pendingTasksCount. */
export const PENDING = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

const CACHED_CLUSTERS = 100;

export type CachedClusterStore = ClusterStore & {
  /** After a transaction that failed: what was put in it may be in the cache. */
  forgetCached(): void;
};

/** Nearly every request names a cluster: one that was read is the same object until it is put again. */
export function createClusterStore(database: Database): CachedClusterStore {
  const cache = createLru<string, Cluster>(CACHED_CLUSTERS);
  const select = database.prepare(
    'SELECT document FROM cluster WHERE account = ? AND region = ? AND name = ?',
  );
  const upsert = database.prepare(`
    INSERT INTO cluster (account, region, name, status, document) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (account, region, name) DO UPDATE SET status = excluded.status, document = excluded.document
  `);
  const selectNames = database.prepare(`
    SELECT name FROM cluster WHERE account = ? AND region = ? AND status = 'ACTIVE' AND name > ? ORDER BY name LIMIT ?
  `);
  const selectCounts = database.prepare(`
    SELECT launch_type, last_status, count(*) AS tasks FROM task
    WHERE account = ? AND region = ? AND cluster = ? AND desired_status = 'RUNNING'
    GROUP BY launch_type, last_status
  `);

  const countsByLaunchType: ClusterStore['countsByLaunchType'] = ({ account, region }, name) => {
    const counts = new Map<string, ClusterCounts>();
    for (const row of selectCounts.all(account, region, name)) {
      const launchType = text(row, 'launch_type');
      const lastStatus = text(row, 'last_status');
      const tasks = integer(row, 'tasks');
      const before = counts.get(launchType) ?? { runningTasksCount: 0, pendingTasksCount: 0 };
      counts.set(launchType, {
        runningTasksCount: before.runningTasksCount + (lastStatus === 'RUNNING' ? tasks : 0),
        pendingTasksCount: before.pendingTasksCount + (PENDING.has(lastStatus) ? tasks : 0),
      });
    }
    return counts;
  };

  return {
    get({ account, region }, name) {
      const key = `${account}/${region}/${name}`;
      const cached = cache.get(key);
      if (cached) return cached;
      const row = select.get(account, region, name);
      if (!row) return undefined;
      const cluster = readDocument(text(row, 'document'), ['createdAt']) as Cluster;
      cache.set(key, cluster);
      return cluster;
    },
    put(cluster) {
      const { account, region } = cluster.scope;
      upsert.run(account, region, cluster.name, cluster.status, JSON.stringify(cluster));
      cache.delete(`${account}/${region}/${cluster.name}`);
    },
    forgetCached() {
      cache.clear();
    },
    listNames: ({ account, region }, { after = '', limit }) =>
      selectNames.all(account, region, after, limit).map((row) => text(row, 'name')),
    countsByLaunchType,
    counts(scope, name) {
      let runningTasksCount = 0;
      let pendingTasksCount = 0;
      for (const one of countsByLaunchType(scope, name).values()) {
        runningTasksCount += one.runningTasksCount;
        pendingTasksCount += one.pendingTasksCount;
      }
      return { runningTasksCount, pendingTasksCount };
    },
  };
}
