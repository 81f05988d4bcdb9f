import type { Scope } from '../../model/caller.ts';
import type { LogGroup, LogStream } from '../../model/log-event.ts';
import type { LogStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';

export const groupTables = `
  CREATE TABLE log_group (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    created_at INTEGER NOT NULL, retention_in_days INTEGER, tags TEXT NOT NULL,
    UNIQUE (account, region, name)
  ) STRICT;
  CREATE TABLE log_stream (
    id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES log_group (id), name TEXT NOT NULL,
    created_at INTEGER NOT NULL, stored_bytes INTEGER NOT NULL DEFAULT 0,
    first_event_at INTEGER, last_event_at INTEGER, last_ingestion_at INTEGER,
    UNIQUE (group_id, name)
  ) STRICT;
  CREATE INDEX log_stream_by_last_event ON log_stream (group_id, ifnull(last_event_at, 0), id);
  CREATE INDEX log_stream_by_first_event ON log_stream (first_event_at) WHERE first_event_at IS NOT NULL;
`;

/** Streams that are gone and whose events are still to be removed. Their ids are given to no others meanwhile. */
export const goneStreamTable = 'CREATE TABLE gone_stream (id INTEGER PRIMARY KEY) STRICT;';

type Row = Readonly<Record<string, unknown>>;

const GROUP_COLUMNS = `id, account, region, name, created_at, retention_in_days, tags,
  (SELECT ifnull(sum(stored_bytes), 0) FROM log_stream WHERE group_id = log_group.id) AS stored_bytes`;

/** Groups and streams; events are in a table of their own. */
export function createGroupTable(database: Database) {
  const insertGroup = database.prepare(
    'INSERT INTO log_group (account, region, name, created_at, tags) VALUES (?, ?, ?, ?, ?) RETURNING id',
  );
  const selectGroup = database.prepare(
    `SELECT ${GROUP_COLUMNS} FROM log_group WHERE account = ? AND region = ? AND name = ?`,
  );
  const selectGroupById = database.prepare(`SELECT ${GROUP_COLUMNS} FROM log_group WHERE id = ?`);
  const listGroups = database.prepare(`
    SELECT ${GROUP_COLUMNS} FROM log_group
    WHERE account = ? AND region = ? AND name > ? AND substr(name, 1, length(?4)) = ?4
      AND (?5 = '' OR instr(lower(name), lower(?5)) > 0)
    ORDER BY name LIMIT ?6
  `);
  const updateRetention = database.prepare('UPDATE log_group SET retention_in_days = ? WHERE id = ?');
  const updateTags = database.prepare('UPDATE log_group SET tags = ? WHERE id = ?');
  const deleteStreams = database.prepare('DELETE FROM log_stream WHERE group_id = ?');
  const deleteGroup = database.prepare('DELETE FROM log_group WHERE id = ?');
  const insertStream = database.prepare(`
    INSERT INTO log_stream (id, group_id, name, created_at) VALUES (
      1 + max(ifnull((SELECT max(id) FROM log_stream), 0), ifnull((SELECT max(id) FROM gone_stream), 0)), ?, ?, ?
    ) RETURNING id
  `);
  const noteGoneStreams = database.prepare(
    'INSERT INTO gone_stream SELECT id FROM log_stream WHERE group_id = ?',
  );
  const noteGoneStream = database.prepare('INSERT INTO gone_stream VALUES (?)');
  const selectGoneStream = database.prepare('SELECT id FROM gone_stream LIMIT 1');
  const forgetGoneStream = database.prepare('DELETE FROM gone_stream WHERE id = ?');
  const selectStream = database.prepare('SELECT * FROM log_stream WHERE group_id = ? AND name = ?');
  const deleteStream = database.prepare('DELETE FROM log_stream WHERE id = ?');
  const selectExpired = database.prepare(`
    SELECT log_stream.id AS id, ?1 - retention_in_days * 86400000 AS before_ms
    FROM log_group JOIN log_stream ON group_id = log_group.id
    WHERE retention_in_days IS NOT NULL AND first_event_at < ?1 - retention_in_days * 86400000 LIMIT 1
  `);

  const listStatement = (beyond: string, order: string) =>
    database.prepare(`
      SELECT * FROM log_stream
      WHERE group_id = ?1 AND substr(name, 1, length(?2)) = ?2 AND (?3 IS NULL OR ${beyond})
      ORDER BY ${order} LIMIT ?4
    `);
  const byTime = (sign: '<' | '>'): string =>
    `(ifnull(last_event_at, 0), id) ${sign} (SELECT ifnull(last_event_at, 0), id FROM log_stream WHERE group_id = ?1 AND name = ?3)`;
  const lists = {
    LogStreamName: [listStatement('name > ?3', 'name'), listStatement('name < ?3', 'name DESC')],
    LastEventTime: [
      listStatement(byTime('>'), 'ifnull(last_event_at, 0), id'),
      listStatement(byTime('<'), 'ifnull(last_event_at, 0) DESC, id DESC'),
    ],
  } as const;

  const getGroup = ({ account, region }: Scope, name: string): LogGroup | undefined => {
    const row = selectGroup.get(account, region, name);
    return row && groupFrom(row);
  };
  const getStream = (group: LogGroup, name: string): LogStream | undefined => {
    const row = selectStream.get(group.id, name);
    return row && streamFrom(row);
  };

  return {
    getGroup,
    groupById(id: number): LogGroup | undefined {
      const row = selectGroupById.get(id);
      return row && groupFrom(row);
    },
    getStream,
    createGroup(scope: Scope, name: string, tags: Readonly<Record<string, string>>, now: Date): LogGroup {
      const row = insertGroup.get(scope.account, scope.region, name, now.getTime(), JSON.stringify(tags));
      return { id: Number(row?.['id']), scope, name, createdAt: now, storedBytes: 0, tags };
    },
    listGroups: (({ account, region }, { prefix = '', pattern = '', after = '', limit }) =>
      listGroups
        .all(account, region, after, prefix, pattern, limit)
        .map(groupFrom)) satisfies LogStore['listGroups'],
    setRetention(group: LogGroup, retentionInDays: number | undefined): void {
      updateRetention.run(retentionInDays ?? null, group.id);
    },
    setTags(group: LogGroup, tags: Readonly<Record<string, string>>): void {
      updateTags.run(JSON.stringify(tags), group.id);
    },
    /** With its streams, whose events are removed by and by. Call inside a transaction. */
    removeGroup(groupId: number): void {
      noteGoneStreams.run(groupId);
      deleteStreams.run(groupId);
      deleteGroup.run(groupId);
    },
    createStream(group: LogGroup, name: string, now: Date): LogStream {
      const row = insertStream.get(group.id, name, now.getTime());
      return { id: Number(row?.['id']), groupId: group.id, name, createdAt: now };
    },
    /** Its events are removed by and by. Call inside a transaction. */
    removeStream(streamId: number): void {
      noteGoneStream.run(streamId);
      deleteStream.run(streamId);
    },
    /** A stream that is gone and may have left events. */
    goneStream(): number | undefined {
      const row = selectGoneStream.get();
      return row && Number(row['id']);
    },
    forgetGoneStream(streamId: number): void {
      forgetGoneStream.run(streamId);
    },
    listStreams: ((group, { prefix = '', orderBy, descending, after, limit }) =>
      lists[orderBy][descending ? 1 : 0]
        .all(group.id, prefix, after ?? null, limit)
        .map(streamFrom)) satisfies LogStore['listStreams'],
    /** A stream with events that are older than its group's retention. */
    expiredStream(nowMs: number): { id: number; beforeMs: number } | undefined {
      const row = selectExpired.get(nowMs);
      return row && { id: Number(row['id']), beforeMs: Number(row['before_ms']) };
    },
  };
}

function groupFrom(row: Row): LogGroup {
  const retention = row['retention_in_days'];
  return {
    id: Number(row['id']),
    scope: { account: String(row['account']), region: String(row['region']) },
    name: String(row['name']),
    createdAt: new Date(Number(row['created_at'])),
    storedBytes: Number(row['stored_bytes']),
    tags: JSON.parse(String(row['tags'])) as Record<string, string>,
    ...(typeof retention === 'number' && { retentionInDays: retention }),
  };
}

function streamFrom(row: Row): LogStream {
  const date = (column: string): Date | undefined =>
    typeof row[column] === 'number' ? new Date(row[column]) : undefined;
  const [firstEventAt, lastEventAt, lastIngestionAt] = [
    date('first_event_at'),
    date('last_event_at'),
    date('last_ingestion_at'),
  ];
  return {
    id: Number(row['id']),
    groupId: Number(row['group_id']),
    name: String(row['name']),
    createdAt: new Date(Number(row['created_at'])),
    ...(firstEventAt && { firstEventAt }),
    ...(lastEventAt && { lastEventAt }),
    ...(lastIngestionAt && { lastIngestionAt }),
  };
}
