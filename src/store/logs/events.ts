import type { LogEvent, LogStream, NewLogEvent } from '../../model/log-event.ts';
import type { LogStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';

export const eventTables = `
  CREATE TABLE log_event (
    stream_id INTEGER NOT NULL, timestamp_ms INTEGER NOT NULL, id INTEGER NOT NULL,
    ingestion_ms INTEGER NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (stream_id, timestamp_ms, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE log_counter (next_event_id INTEGER NOT NULL) STRICT;
  INSERT INTO log_counter VALUES (1);
  CREATE TABLE container_cursor (docker_id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** What CloudWatch Logs counts for an event besides its message. Source: PutLogEvents, quotas. */
const EVENT_OVERHEAD_BYTES = 26;
/** Events read or removed in one go: some milliseconds of work. */
const CHUNK = 2000;
type Range = Parameters<LogStore['read']>[1];
type Position = { timestampMs: number; id: number };

/** Events, clustered by stream and time: following one stream, the common case, reads neighbours. */
export function createEventTable(database: Database) {
  const insert = database.prepare(
    'INSERT INTO log_event (stream_id, timestamp_ms, id, ingestion_ms, message) VALUES (?, ?, ?, ?, ?)',
  );
  const takeIds = database.prepare(
    'UPDATE log_counter SET next_event_id = next_event_id + ? RETURNING next_event_id',
  );
  const countStream = database.prepare(`
    UPDATE log_stream SET stored_bytes = stored_bytes + ?2, last_ingestion_at = ?5,
      first_event_at = min(ifnull(first_event_at, ?3), ?3), last_event_at = max(ifnull(last_event_at, ?4), ?4)
    WHERE id = ?1
  `);
  const readUp = database.prepare(`
    SELECT timestamp_ms, id, ingestion_ms, message FROM log_event
    WHERE stream_id = ? AND (timestamp_ms, id) > (?, ?) AND (timestamp_ms, id) < (?, ?)
    ORDER BY timestamp_ms, id LIMIT ?
  `);
  const readDown = database.prepare(`
    SELECT timestamp_ms, id, ingestion_ms, message FROM log_event
    WHERE stream_id = ? AND (timestamp_ms, id) > (?, ?) AND (timestamp_ms, id) < (?, ?)
    ORDER BY timestamp_ms DESC, id DESC LIMIT ?
  `);
  for (const statement of [readUp, readDown]) statement.setReturnArrays(true);
  const selectTotal = database.prepare('SELECT ifnull(sum(stored_bytes), 0) AS bytes FROM log_stream');
  const selectOldestStreams = database.prepare(`
    SELECT id, first_event_at FROM log_stream WHERE first_event_at IS NOT NULL ORDER BY first_event_at LIMIT 2
  `);
  const selectOldest = database.prepare(`
    SELECT timestamp_ms, id, length(CAST(message AS BLOB)) + ${EVENT_OVERHEAD_BYTES} AS bytes FROM log_event
    WHERE stream_id = ? AND timestamp_ms <= ? ORDER BY timestamp_ms, id LIMIT ${CHUNK}
  `);
  const removeUpTo = database.prepare(
    'DELETE FROM log_event WHERE stream_id = ? AND (timestamp_ms, id) <= (?, ?)',
  );
  // A little more than a chunk may go: all of it has to.
  const removeChunk = database.prepare(`
    DELETE FROM log_event WHERE stream_id = ? AND (timestamp_ms, id) <= (
      SELECT max(timestamp_ms), max(id) FROM (
        SELECT timestamp_ms, id FROM log_event WHERE stream_id = ? ORDER BY timestamp_ms, id LIMIT ${CHUNK}
      )
    )
  `);
  const recount = database.prepare(`
    UPDATE log_stream SET stored_bytes = stored_bytes - ?2,
      first_event_at = (SELECT min(timestamp_ms) FROM log_event WHERE stream_id = ?1)
    WHERE id = ?1
  `);
  const readTotal = (): number => Number(selectTotal.get()?.['bytes'] ?? 0);
  let totalBytes = readTotal();

  /** Removes up to CHUNK events of a stream, the oldest first, none younger than `untilMs`; returns how many. */
  const removeOldest = (streamId: number, untilMs: number, wantedBytes: number): number => {
    let [bytes, count] = [0, 0];
    let last: Position | undefined;
    for (const row of selectOldest.all(streamId, untilMs)) {
      bytes += Number(row['bytes']);
      count += 1;
      last = { timestampMs: Number(row['timestamp_ms']), id: Number(row['id']) };
      if (bytes >= wantedBytes) break;
    }
    if (!last) return 0;
    removeUpTo.run(streamId, last.timestampMs, last.id);
    recount.run(streamId, bytes);
    totalBytes -= bytes;
    return count;
  };

  const chunk = (
    streamId: number,
    from: Position,
    to: Position,
    descending: boolean,
    limit: number,
  ): LogEvent[] => {
    const rows = (descending ? readDown : readUp).all(
      streamId,
      from.timestampMs,
      from.id,
      to.timestampMs,
      to.id,
      limit,
    ) as unknown as [number, number, number, string][];
    return rows.map(([timestampMs, id, ingestionMs, message]) => ({
      id,
      streamId,
      timestampMs,
      ingestionMs,
      message,
    }));
  };

  /** One stream's events, a chunk at a time; the first chunk is small, for those who want few. */
  function* readStream(
    streamId: number,
    from: Position,
    to: Position,
    descending: boolean,
  ): Generator<LogEvent, void> {
    let [low, high] = [from, to];
    for (let limit = 100; ; limit = CHUNK) {
      const events = chunk(streamId, low, high, descending, limit);
      yield* events;
      const last = events.at(-1);
      if (!last || events.length < limit) return;
      const reached = { timestampMs: last.timestampMs, id: last.id };
      if (descending) high = reached;
      else low = reached;
    }
  }

  return {
    /** Call inside a transaction. Returns the events as they were stored. */
    insert(streamId: number, added: readonly NewLogEvent[], ingestionMs: number): LogEvent[] {
      if (added.length === 0) return [];
      let id = Number(takeIds.get(added.length)?.['next_event_id']) - added.length;
      let bytes = 0;
      let first = Infinity;
      let last = -Infinity;
      const stored = added.map(({ timestampMs, message }) => {
        insert.run(streamId, timestampMs, id, ingestionMs, message);
        bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
        if (timestampMs < first) first = timestampMs;
        if (timestampMs > last) last = timestampMs;
        return { id: id++, streamId, timestampMs, ingestionMs, message };
      });
      countStream.run(streamId, bytes, first, last, ingestionMs);
      totalBytes += bytes;
      return stored;
    },
    *read(
      streams: readonly LogStream[],
      { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, after, before, descending = false }: Range,
    ): Generator<LogEvent, void> {
      const from = later({ timestampMs: fromMs, id: -1 }, after);
      const to = earlier({ timestampMs: toMs, id: -1 }, before);
      const touched = streams.filter(
        ({ firstEventAt, lastEventAt }) =>
          firstEventAt &&
          lastEventAt &&
          firstEventAt.getTime() <= to.timestampMs &&
          lastEventAt.getTime() >= from.timestampMs,
      );
      const sources = touched.map(({ id }) => readStream(id, from, to, descending));
      if (sources.length === 1 && sources[0]) yield* sources[0];
      else yield* merge(sources, descending);
    },
    /** Removes up to a chunk of the oldest events of all streams when there are more bytes than this; returns how many. */
    removeBeyond(maxBytes: number): number {
      if (totalBytes <= maxBytes) return 0;
      const [oldest, next] = selectOldestStreams.all();
      if (!oldest) return 0;
      const untilMs = next ? Number(next['first_event_at']) : Number.MAX_SAFE_INTEGER;
      return removeOldest(Number(oldest['id']), untilMs, totalBytes - maxBytes);
    },
    /** Removes up to a chunk of what a stream has from before this time; returns how many. */
    removeBefore: (streamId: number, beforeMs: number): number =>
      removeOldest(streamId, beforeMs - 1, Infinity),
    /** As CloudWatch Logs counts them. */
    totalBytes: (): number => totalBytes,
    /** Counts again, after streams were removed or a transaction was rolled back. */
    countAgain(): void {
      totalBytes = readTotal();
    },
    /** Removes up to a chunk of the events of a stream that is gone; returns how many. */
    removeOrphans: (streamId: number): number => Number(removeChunk.run(streamId, streamId).changes),
  };
}

const isBefore = (a: Position, b: Position): boolean =>
  a.timestampMs < b.timestampMs || (a.timestampMs === b.timestampMs && a.id < b.id);

const later = (a: Position, b: Range['after']): Position => (b && isBefore(a, b) ? b : a);

const earlier = (a: Position, b: Range['before']): Position => (b && isBefore(b, a) ? b : a);

/** Merges sources that are each in order. Heads are kept sorted, so a run of one source costs one comparison an event. */
function* merge(
  sources: readonly Generator<LogEvent, void>[],
  descending: boolean,
): Generator<LogEvent, void> {
  const comesFirst = (a: LogEvent, b: LogEvent): boolean => {
    return descending ? isBefore(b, a) : isBefore(a, b);
  };
  const heads = sources.flatMap((source) => {
    const { value, done } = source.next();
    return done ? [] : [{ source, event: value }];
  });
  heads.sort((a, b) => (comesFirst(a.event, b.event) ? -1 : 1));
  for (let head = heads[0]; head; head = heads[0]) {
    yield head.event;
    const { value, done } = head.source.next();
    if (done) {
      heads.shift();
      continue;
    }
    head.event = value;
    const moved = head;
    let place = 0;
    for (let next = heads[place + 1]; next && comesFirst(next.event, moved.event); next = heads[place + 1]) {
      heads[place] = next;
      heads[++place] = moved;
    }
  }
}
