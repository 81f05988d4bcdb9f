import type { Scope } from '../../model/caller.ts';
import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScalingStore,
  ScalingTable,
  ScheduledAction,
} from '../../model/scaling.ts';
import type { Database, Migrations } from '../database.ts';
import { readDocument, text } from '../ecs/document.ts';

export const scalingMigrations: Migrations = {
  group: 'application-autoscaling',
  steps: [
    `
  CREATE TABLE scaling_document (
    kind TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL,
    resource_id TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (kind, account, region, resource_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE scaling_activity (
    sequence INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX scaling_activity_by_scope ON scaling_activity (account, region, sequence);
`,
  ],
};

/** The newest are kept. AWS keeps six weeks of them. */
const KEPT_ACTIVITIES = 1000;

type Item = { readonly scope: Scope; readonly resourceId: string; readonly name?: string };

/** State of Application Auto Scaling; small, so nothing of it is cached. */
export function createScalingStore(database: Database): ScalingStore {
  const select = database.prepare(`
    SELECT document FROM scaling_document WHERE kind = ? AND account = ? AND region = ? AND resource_id = ? AND name = ?
  `);
  const selectScope = database.prepare(`
    SELECT document FROM scaling_document WHERE kind = ? AND account = ? AND region = ? ORDER BY resource_id, name
  `);
  const selectAll = database.prepare('SELECT document FROM scaling_document WHERE kind = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO scaling_document VALUES (?, ?, ?, ?, ?, ?)');
  const remove = database.prepare(`
    DELETE FROM scaling_document WHERE kind = ? AND account = ? AND region = ? AND resource_id = ? AND name = ?
  `);
  const insertActivity = database.prepare(
    'INSERT INTO scaling_activity (account, region, document) VALUES (?, ?, ?)',
  );
  const removeActivities = database.prepare(`
    DELETE FROM scaling_activity WHERE sequence <= (SELECT max(sequence) FROM scaling_activity) - ?
  `);
  const selectActivities = database.prepare(`
    SELECT document FROM scaling_activity WHERE account = ? AND region = ? ORDER BY sequence DESC
  `);

  function table<T extends Item>(kind: string, dates: readonly (keyof T & string)[]): ScalingTable<T> {
    const read = (row: Record<string, unknown>): T => readDocument(text(row, 'document'), dates) as T;
    const keyOf = ({ scope: { account, region }, resourceId, name = '' }: Item) =>
      [kind, account, region, resourceId, name] as const;
    return {
      get(scope, resourceId, name) {
        const row = select.get(...keyOf({ scope, resourceId, name }));
        return row && read(row);
      },
      put(item) {
        upsert.run(...keyOf(item), JSON.stringify(item));
      },
      delete(item) {
        remove.run(...keyOf(item));
      },
      list: ({ account, region }) => selectScope.all(kind, account, region).map(read),
      all: () => selectAll.all(kind).map(read),
    };
  }

  return {
    targets: table<ScalableTarget>('target', ['createdAt', 'scaledOutAt', 'scaledInAt']),
    actions: table<ScheduledAction>('action', ['createdAt', 'startTime', 'endTime', 'firedUpTo']),
    policies: table<ScalingPolicy>('policy', ['createdAt']),
    addActivity(activity) {
      const { account, region } = activity.scope;
      insertActivity.run(account, region, JSON.stringify(activity));
      removeActivities.run(KEPT_ACTIVITIES);
    },
    activities: ({ account, region }) =>
      selectActivities
        .all(account, region)
        .map((row) => readDocument(text(row, 'document'), ['startedAt']) as ScalingActivity),
  };
}
