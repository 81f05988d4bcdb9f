/** Where an event lies in its order: by time, then by the order of storing. */
export type Position = { readonly timestampMs: number; readonly id: number };

const TIME_DIGITS = 15;
const ID_DIGITS = 40;

/**
 * Unique, stable and in the events' own order: 56 decimal digits as CloudWatch Logs has them, whose first is 3 for times
 * of our days there too.
 */
export const eventId = ({ timestampMs, id }: Position): string =>
  `3${String(timestampMs).padStart(TIME_DIGITS, '0')}${String(id).padStart(ID_DIGITS, '0')}`;

const EVENT_ID = new RegExp(`^3(\\d{${TIME_DIGITS}})(\\d{${ID_DIGITS}})$`);

/** The position in an event id; undefined when it is none of ours. */
export function parseEventId(text: string): Position | undefined {
  const [, time, id] = EVENT_ID.exec(text) ?? [];
  const position = { timestampMs: Number(time), id: Number(id) };
  return Number.isSafeInteger(position.timestampMs) && Number.isSafeInteger(position.id)
    ? position
    : undefined;
}
