import { InvalidParameterException } from '../../model/aws-error.ts';
import { decodeToken } from '../../lib/paging.ts';

/** Refuses a list with more than `max` items. Source: ECS's own words, e.g. `taskIds can have at most 100 items.` */
export function atMost(name: string, list: readonly unknown[] | undefined, max: number): void {
  if (list && list.length > max)
    throw new InvalidParameterException(`${name} can have at most ${max} items.`);
}

/** Refuses a value outside an enumeration. Source: ECS's own words, e.g. `launch type should be one of [EC2,FARGATE,EXTERNAL]`. */
export function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw new InvalidParameterException(`${name} should be one of [${allowed.join(',')}]`);
  }
}

/**
 * The page a list action was asked for. Source: ECS API reference: maxResults is 1 to `max`, and `max` when not given.
 * The wording of both refusals is ours: AWS's is not known.
 */
export function pageRequest(
  action: string,
  { maxResults, nextToken }: { maxResults?: number | undefined; nextToken?: string | undefined },
  options: { max?: number; parts?: number } = {},
): { limit: number; position: string[] | undefined } {
  const { max = 100, parts = 1 } = options;
  if (maxResults !== undefined && (maxResults < 1 || maxResults > max)) {
    throw new InvalidParameterException(`maxResults should be between 1 and ${max}.`);
  }
  const limit = maxResults ?? max;
  if (nextToken === undefined) return { limit, position: undefined };
  const position = decodeToken(nextToken, action, parts);
  if (!position) throw new InvalidParameterException('Invalid token.');
  return { limit, position };
}
