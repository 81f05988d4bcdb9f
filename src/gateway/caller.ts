import { AwsError } from '../model/aws-error.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type Caller } from '../model/caller.ts';
import { accountOfTemporaryKey, principalOfToken } from '../model/temporary-credentials.ts';
import type { RequestHeaders } from './security.ts';

/** A caller and the service that its signature names; unsigned requests name none. */
export type Credential = { readonly caller: Caller; readonly service: string | undefined };

/**
 * Reads the credential scope of a signed or presigned request: access key, region and service. Signatures are not
 * verified: whoever reaches this port may act. An access key of twelve digits is the account, as in LocalStack; in those of
 * our STS the account is hidden, and their session token tells the role. The region is as it was sent; see requireRegion.
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
  const account = /^\d{12}$/.test(accessKey)
    ? accessKey
    : (accountOfTemporaryKey(accessKey) ?? DEFAULT_ACCOUNT);
  const token = headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token');
  const principalArn = typeof token === 'string' ? principalOfToken(token) : undefined;
  return {
    caller: {
      account,
      region: region ?? DEFAULT_REGION,
      principalArn: principalArn ?? `arn:aws:iam::${account}:${scope === '' ? 'root' : 'user/test'}`,
    },
    // An empty name says as little as none.
    service: service === '' ? undefined : service,
  };
}

/**
 * Throws AwsError when the caller's region is none: regions become folder names. Upstreams may have regions of other
 * forms (`auto`, `local`), so this is asked of our own requests only.
 */
export function requireRegion({ region }: Caller): void {
  if (region.length <= 32 && /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return;
  throw new AwsError('InvalidSignatureException', 'Credential should be scoped to a valid region.', {
    status: 403,
  });
}
