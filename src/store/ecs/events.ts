import type { EcsEvent } from '../../model/ecs-event.ts';
import type { EventStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';
import { integer, text } from './document.ts';

export const eventTables = `
  CREATE TABLE ecs_event (sequence INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;
  CREATE TABLE ecs_event_delivery (target TEXT NOT NULL PRIMARY KEY, sequence INTEGER NOT NULL) STRICT;
`;

/** Enough for whoever was away for a while. */
const KEPT_EVENTS = 10_000;

/** The newest is never removed, so SQLite's next key (the highest and one) is never one that was used before. */
export function createEventStore(database: Database, keptEvents = KEPT_EVENTS): EventStore {
  const insert = database.prepare('INSERT INTO ecs_event (document) VALUES (?)');
  const removeOld = database.prepare('DELETE FROM ecs_event WHERE sequence <= ?');
  const selectLast = database.prepare('SELECT coalesce(max(sequence), 0) AS sequence FROM ecs_event');
  const selectAfter = database.prepare(
    'SELECT sequence, document FROM ecs_event WHERE sequence > ? ORDER BY sequence LIMIT ?',
  );
  // Quicker than reading the JSON of what is of another kind: an event's kind stands at its beginning.
  const selectAbout = database.prepare(`
    SELECT document FROM ecs_event
    WHERE instr(substr(document, 1, 200), ?1) > 0 AND document ->> '$."detail-type"' = ?1 AND document ->> '$.resources[0]' = ?2
    ORDER BY sequence DESC LIMIT ?3
  `);
  const selectDelivered = database.prepare('SELECT sequence FROM ecs_event_delivery WHERE target = ?');
  const upsertDelivered = database.prepare(
    'INSERT OR REPLACE INTO ecs_event_delivery (target, sequence) VALUES (?, ?)',
  );
  const listeners = new Set<() => void>();
  let isTelling = false;
  const tell = (): void => {
    isTelling = false;
    for (const listener of listeners) listener();
  };

  return {
    append(events) {
      if (events.length === 0) return;
      for (const event of events) insert.run(JSON.stringify(event));
      removeOld.run(integer(selectLast.get() ?? {}, 'sequence') - keptEvents);
      if (isTelling) return;
      // Transactions wait for nothing: by the next turn this one is over, and who is told reads what came of it.
      isTelling = true;
      setImmediate(tell);
    },
    listAfter: (sequence, limit) =>
      selectAfter.all(sequence, limit).map((row) => ({
        sequence: integer(row, 'sequence'),
        event: JSON.parse(text(row, 'document')) as EcsEvent,
      })),
    listAbout: (detailType, resource, limit) =>
      selectAbout
        .all(detailType, resource, limit)
        .map((row) => JSON.parse(text(row, 'document')) as EcsEvent),
    lastSequence: () => integer(selectLast.get() ?? {}, 'sequence'),
    onAppend(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    delivered(target) {
      const row = selectDelivered.get(target);
      return row && integer(row, 'sequence');
    },
    saveDelivered(target, sequence) {
      upsertDelivered.run(target, sequence);
    },
  };
}
