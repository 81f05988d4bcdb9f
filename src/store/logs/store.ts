import type { Scope } from '../../model/caller.ts';
import type { LogCursor, LogEvent, LogStream } from '../../model/log-event.ts';
import type { ContainerLogSink, LogStore } from '../../model/ports.ts';
import { createTransaction, type Database, type Migrations } from '../database.ts';
import { createEventTable, eventTables } from './events.ts';
import { createGroupTable, groupTables } from './groups.ts';

/** The tables of the log database. */
export const logMigrations: Migrations = { group: 'logs', steps: [groupTables + eventTables] };

export type LogDatabase = LogStore &
  ContainerLogSink & {
    /** Removes what is older than its group's retention, then the oldest of all beyond the size bound. */
    enforceLimits(): void;
  };

/** `maxBytes`: of messages, each counted with 26 bytes more as CloudWatch Logs does. */
export function createLogStore(
  database: Database,
  options: { readonly maxBytes: number; readonly now: () => Date },
): LogDatabase {
  const transaction = createTransaction(database);
  const groups = createGroupTable(database);
  const events = createEventTable(database);
  const listeners = new Set<(stream: LogStream, events: readonly LogEvent[]) => void>();
  const selectCursor = database.prepare('SELECT document FROM container_cursor WHERE docker_id = ?');
  const upsertCursor = database.prepare(`
    INSERT INTO container_cursor (docker_id, document) VALUES (?, ?)
    ON CONFLICT (docker_id) DO UPDATE SET document = excluded.document
  `);
  const removeCursor = database.prepare('DELETE FROM container_cursor WHERE docker_id = ?');

  /** Listeners hear of events only once they are stored, so never from within the transaction. */
  const announce = (stream: LogStream, stored: readonly LogEvent[]): void => {
    events.evict(options.maxBytes, transaction);
    if (stored.length > 0) for (const listener of listeners) listener(stream, stored);
  };

  /** The stream that a container writes to; made again when somebody deleted it meanwhile. */
  const streamOf = ({ scope, group, stream }: { scope: Scope; group: string; stream: string }): LogStream => {
    const found = groups.getGroup(scope, group) ?? groups.createGroup(scope, group, {}, options.now());
    return groups.getStream(found, stream) ?? groups.createStream(found, stream, options.now());
  };

  return {
    createGroup: (scope, name, tags) => groups.createGroup(scope, name, tags, options.now()),
    getGroup: groups.getGroup,
    deleteGroup(group) {
      transaction(() => {
        for (const stream of groups.allStreams(group.id)) events.removeAll(stream);
        groups.removeGroup(group.id);
      });
    },
    setRetention: (group, days) => {
      groups.setRetention(group, days);
    },
    setTags: (group, tags) => {
      groups.setTags(group, tags);
    },
    listGroups: groups.listGroups,
    createStream: (group, name) => groups.createStream(group, name, options.now()),
    getStream: groups.getStream,
    deleteStream(stream) {
      transaction(() => {
        events.removeAll(stream.id);
        groups.removeStream(stream.id);
      });
    },
    listStreams: groups.listStreams,
    append(stream, added, ingestionMs) {
      announce(
        stream,
        transaction(() => events.insert(stream.id, added, ingestionMs)),
      );
    },
    read: (streams, range) => events.read(streams, range),
    onAppend(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    cursor(dockerId) {
      const document = selectCursor.get(dockerId)?.['document'];
      return typeof document === 'string' ? (JSON.parse(document) as LogCursor) : {};
    },
    appendOutput(target, dockerId, added, cursor) {
      const { stream, stored } = transaction(() => {
        const found = streamOf(target);
        upsertCursor.run(dockerId, JSON.stringify(cursor));
        return { stream: found, stored: events.insert(found.id, added, options.now().getTime()) };
      });
      announce(stream, stored);
    },
    forget(dockerId) {
      removeCursor.run(dockerId);
    },
    enforceLimits() {
      const nowMs = options.now().getTime();
      for (const { streamId, retentionInDays } of groups.streamsWithRetention()) {
        events.removeBefore(streamId, nowMs - retentionInDays * 86_400_000, transaction);
      }
      events.evict(options.maxBytes, transaction);
    },
  };
}
