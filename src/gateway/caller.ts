import { AwsError } from '../model/aws-error.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type Caller } from '../model/caller.ts';
import type { RequestHeaders } from './security.ts';

/** A caller and the service that its signature names; unsigned requests name none. */
export type Credential = { readonly caller: Caller; readonly service: string | undefined };

/**
 * Reads the credential scope of a signed or presigned request: access key, region and service. Signatures are not
 * verified: whoever reaches this port may act. An access key of twelve digits is the account, as in LocalStack.
 * Throws AwsError for a region that is none: regions become folder names.
 */
export function readCredential(headers: RequestHeaders, query: URLSearchParams): Credential {
  const header = headers['authorization'];
  const scope =
    /Credential=([^,\s]+)/.exec(typeof header === 'string' ? header : '')?.[1] ??
    query.get('X-Amz-Credential') ??
    '';
  const [accessKey = '', , ...rest] = scope.split('/');
  // SigV4A's scope has no region: key/date/service/aws4_request.
  const [region, service] = rest.length >= 3 ? rest : [undefined, rest[0]];
  const account = /^\d{12}$/.test(accessKey) ? accessKey : DEFAULT_ACCOUNT;
  return {
    caller: {
      account,
      region: checkRegion(region ?? DEFAULT_REGION),
      principalArn: `arn:aws:iam::${account}:user/test`,
    },
    service,
  };
}

function checkRegion(region: string): string {
  if (region.length <= 32 && /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return region;
  throw new AwsError('InvalidSignatureException', 'Credential should be scoped to a valid region.', {
    status: 403,
  });
}
