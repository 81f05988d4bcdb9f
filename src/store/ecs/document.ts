/** A row as SQLite gives it. */
export type Row = Record<string, unknown>;

/** Text of a column that is declared TEXT NOT NULL. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`column ${column} holds no text`);
  return value;
}

/** Number of a column that is declared INTEGER NOT NULL. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`column ${column} holds no number`);
  return value;
}

/**
 * Reads a JSON document of ours. Only the named members are dates again: a user's string may look like one.
 * The shape is what the same table group wrote, so callers say which it is without checking again.
 */
export function readDocument(json: string, dateMembers: readonly string[]): unknown {
  return reviveDates(JSON.parse(json) as Record<string, unknown>, dateMembers);
}

/** Makes dates of the named members of a document that was just parsed, in place. */
export function reviveDates<Document extends object>(
  document: Document,
  dateMembers: readonly (keyof Document | string)[],
): Document {
  const members = document as Record<string, unknown>;
  for (const member of dateMembers as readonly string[]) {
    const value = members[member];
    if (typeof value === 'string') members[member] = new Date(value);
  }
  return document;
}
