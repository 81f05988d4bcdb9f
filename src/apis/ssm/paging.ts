import { pageByName, type Page } from '../../lib/paging.ts';
import type { Parameter } from '../../model/parameter.ts';
import { AwsError } from '../../model/aws-error.ts';
import { violation } from './errors.ts';

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
  if (limit !== undefined && limit < 1)
    throw violation(`'${limit}'`, 'maxResults', 'Member must have value greater than or equal to 1');
  if (limit !== undefined && limit > max)
    throw violation(`'${limit}'`, 'maxResults', `Member must have value less than or equal to ${max}`);
  const page = pageByName(action, found, token, limit ?? max);
  // Source: SSM's words, as moto has them.
  if (!page) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  return page;
}
