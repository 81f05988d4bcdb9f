import { createHash } from 'node:crypto';

/** A digest that is equal for requests that say the same, whatever the order of their members. */
export function requestDigest(request: object): string {
  return createHash('sha256').update(JSON.stringify(request, sortMembers)).digest('base64url');
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
