import { pageByName, type Page } from '../../lib/paging.ts';
import type { Parameter } from '../../model/parameter.ts';
import { checkRange } from '../../model/violation.ts';
import { invalidNextToken, violation } from './errors.ts';

/** One page of parameters that are ascending by name. Source of the bounds: SSM API reference. Throws AwsError. */
export function pageOfNames(
  action: string,
  found: readonly Parameter[],
  {
    MaxResults: limit,
    NextToken: token,
  }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  max: number,
): Page<Parameter> {
  checkRange(violation, 'maxResults', limit, 1, max);
  const page = pageByName(action, found, token, limit ?? max);
  if (!page) throw invalidNextToken();
  return page;
}
