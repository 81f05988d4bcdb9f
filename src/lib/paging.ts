/** A page and, when more follow, the token that asks for the next. */
export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken: string | undefined };

/**
 * Makes a page of at most `limit` items out of up to `limit + 1` that were read; the one too many only tells that more
 * follow. `positionOf` names an item so that a later read can go on after it.
 */
export function pageOf<Item>(
  read: readonly Item[],
  limit: number,
  list: string,
  positionOf: (item: Item) => readonly string[],
): Page<Item> {
  if (read.length <= limit) return { items: read, nextToken: undefined };
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return { items, nextToken: last === undefined ? undefined : encodeToken(list, positionOf(last)) };
}

/**
 * One page of all items, which are ascending by name; undefined when the token is none of this list's.
 */
export function pageByName<Item extends { readonly name: string }>(
  list: string,
  all: readonly Item[],
  token: string | undefined,
  limit: number,
): Page<Item> | undefined {
  const [after] = token === undefined ? [''] : (decodeToken(token, list, 1) ?? []);
  if (after === undefined) return undefined;
  return pageOf(
    all.filter(({ name }) => name > after),
    limit,
    list,
    ({ name }) => [name],
  );
}

/** An opaque token for `list` (the action it belongs to) that resumes after `position`. */
export function encodeToken(list: string, position: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

/** The position in a token of this very list; undefined when it is none of ours or has another number of parts. */
export function decodeToken(token: string, list: string, parts: number): string[] | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Array.isArray(decoded) || decoded.length !== parts + 1 || decoded[0] !== list) return undefined;
    const position: unknown[] = decoded.slice(1);
    return position.every((part) => typeof part === 'string') ? position : undefined;
  } catch {
    return undefined;
  }
}
