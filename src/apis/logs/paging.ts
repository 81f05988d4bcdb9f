import { decodeToken } from '../../lib/paging.ts';
import { checkRange } from './checks.ts';
import { invalidToken } from './errors.ts';

const MAX_DESCRIBED = 50;

/**
 * The page that a Describe action asks for; `after` is the name of the last one of the page before. Source:
 * DescribeLogGroups, API reference: limit 1 to 50, by default 50. Throws InvalidParameterException.
 */
export function describePage(
  action: string,
  { limit, nextToken }: { limit?: number | undefined; nextToken?: string | undefined },
): { limit: number; after?: string } {
  checkRange(limit, 'limit', { min: 1, max: MAX_DESCRIBED });
  if (nextToken === undefined) return { limit: limit ?? MAX_DESCRIBED };
  const [after] = decodeToken(nextToken, action, 1) ?? [];
  if (after === undefined) throw invalidToken();
  return { limit: limit ?? MAX_DESCRIBED, after };
}
