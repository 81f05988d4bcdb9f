import type { Scope } from '../../model/caller.ts';
import type { LogCursor, LogEvent, LogGroup, LogStream } from '../../model/log-event.ts';
import type { ContainerLogSink, LogStore } from '../../model/ports.ts';
import { createTransaction, type Database, type Migrations } from '../database.ts';
import { createEventTable, eventTables } from './events.ts';
import { createGroupTable, goneStreamTable, groupTables } from './groups.ts';

/** The tables of the log database. */
export const logMigrations: Migrations = {
  group: 'logs',
  steps: [groupTables + eventTables, goneStreamTable],
};

/** A full store is emptied to this part of its bound, so that not every line removes another one. */
const KEPT_PART = 0.99;
/** Statements that remove events run in one go: each removes up to 2,000 events, which takes some milliseconds. */
const REMOVALS_IN_ONE_GO = 3;

export type LogDatabase = LogStore &
  ContainerLogSink & {
    /**
     * Removes what is older than its group's retention, then the oldest of all beyond the size bound. When there is much
     * to remove it goes on later, a little at a time.
     */
    enforceLimits(): void;
    /** Undefined when it was deleted meanwhile. */
    groupOf(stream: LogStream): LogGroup | undefined;
  };

/** `maxBytes`: of messages, each counted with 26 bytes more as CloudWatch Logs does. */
export function createLogStore(
  database: Database,
  options: { readonly maxBytes: number; readonly now: () => Date },
): LogDatabase {
  const inTransaction = createTransaction(database);
  const groups = createGroupTable(database);
  const events = createEventTable(database);
  const transaction = <T>(run: () => T): T => {
    try {
      return inTransaction(run);
    } catch (error) {
      events.countAgain();
      throw error;
    }
  };
  const listeners = new Set<(stream: LogStream, events: readonly LogEvent[]) => void>();
  const selectCursor = database.prepare('SELECT document FROM container_cursor WHERE docker_id = ?');
  const upsertCursor = database.prepare(`
    INSERT INTO container_cursor (docker_id, document) VALUES (?, ?)
    ON CONFLICT (docker_id) DO UPDATE SET document = excluded.document
  `);
  const removeCursor = database.prepare('DELETE FROM container_cursor WHERE docker_id = ?');

  /** Listeners hear of events only once they are stored, so never from within the transaction. */
  const announce = (stream: LogStream, stored: readonly LogEvent[]): void => {
    if (events.totalBytes() > options.maxBytes) sweep.now();
    if (stored.length > 0) for (const listener of listeners) listener(stream, stored);
  };

  /** Removes some of what must go; returns whether there may be more. */
  const removeSome = (): boolean => {
    const gone = groups.goneStream();
    if (gone !== undefined) {
      if (events.removeOrphans(gone) === 0) groups.forgetGoneStream(gone);
      return true;
    }
    const expired = groups.expiredStream(options.now().getTime());
    if (expired) return events.removeBefore(expired.id, expired.beforeMs) > 0;
    return events.removeBeyond(options.maxBytes * KEPT_PART) > 0;
  };
  const sweep = createSweep(() => {
    for (let count = 0; count < REMOVALS_IN_ONE_GO; count++) if (!transaction(removeSome)) return false;
    return true;
  });

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
        groups.removeGroup(group.id);
        events.countAgain();
      });
      sweep.soon();
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
        groups.removeStream(stream.id);
        events.countAgain();
      });
      sweep.soon();
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
      sweep.now();
    },
    groupOf: ({ groupId }) => groups.groupById(groupId),
  };
}

/** Work done in small parts, with others' turns between: `step` does one and returns whether there is more. */
function createSweep(step: () => boolean): { now(): void; soon(): void } {
  let scheduled = false;
  const soon = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      now();
    });
  };
  const now = (): void => {
    try {
      if (step()) soon();
    } catch {
      // The disk is full or the database is closed. What must go is looked for again with what is stored next, and at
      // every enforceLimits; those who store must not hear of it, since what they stored is safe.
    }
  };
  return { now, soon };
}
