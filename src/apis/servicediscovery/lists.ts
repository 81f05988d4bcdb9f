import { decodeToken, pageOf, type Page } from '../../lib/paging.ts';
import { checkRange as checkShared } from '../../model/violation.ts';
import { invalidInput, violation } from './errors.ts';

/** Source: Cloud Map API reference: so many are the most, and come when no number is given. */
const MAX_RESULTS = 100;

/** One page of items that are in the order of their keys. Throws InvalidInput. */
export function pageByKey<Item>(
  action: string,
  items: readonly Item[],
  {
    MaxResults: limit,
    NextToken: token,
  }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  keyOf: (item: Item) => string,
): Page<Item> {
  checkRange('maxResults', limit, 1, MAX_RESULTS);
  const [after] = (token === undefined ? undefined : decodeToken(token, action, 1)) ?? [];
  // The wording is ours.
  if (token !== undefined && after === undefined) throw invalidInput('The specified NextToken is not valid.');
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
  return pageOf(items.slice(start), limit ?? MAX_RESULTS, action, (item) => [keyOf(item)]);
}

/** Throws InvalidInput in the words that AWS's services share. */
export const checkRange = (path: string, value: number | undefined, min: number, max: number): void => {
  checkShared(violation, path, value, min, max);
};

type Filter = {
  readonly Name: string | undefined;
  readonly Values: readonly string[] | undefined;
  readonly Condition?: string | undefined;
};

/**
 * Whether what an item has under the names of the filters fits all of them. Without a condition a filter means EQ.
 * Source: Cloud Map API reference, NamespaceFilter, ServiceFilter and OperationFilter.
 */
export function matchesFilters(
  filters: readonly Filter[] | undefined,
  valueOf: (name: string) => string | undefined,
): boolean {
  return (filters ?? []).every(({ Name = '', Values = [], Condition = 'EQ' }) => {
    const value = valueOf(Name);
    if (value === undefined) return false;
    if (Condition === 'BEGINS_WITH') return Values.some((start) => value.startsWith(start));
    if (Condition !== 'BETWEEN') return Values.includes(value);
    // Times of operations, in seconds or as texts.
    const [from = 0, to = 0] = Values.map(toMs);
    return toMs(value) >= from && toMs(value) <= to;
  });
}

const toMs = (text: string): number =>
  /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : new Date(text).getTime();

/** Everything here is the caller's own: nothing is shared between accounts. */
export const OWNER = 'SELF';
