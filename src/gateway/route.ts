import type { Api } from '../model/api.ts';
import type { RequestHeaders } from './security.ts';

/** Where a request goes, as far as its head tells. `form`: its body (or query) has to be read for the action first. */
export type Route =
  | { readonly kind: 'ours'; readonly api: Api; readonly action: string }
  | { readonly kind: 'form'; readonly api: Api }
  | { readonly kind: 'upstream'; readonly service: string };

/**
 * Decides by X-Amz-Target, else by the service of the credential scope. Unsigned forms may be for any Query API of
 * ours; the action decides then.
 */
export function route(
  apis: readonly Api[],
  headers: RequestHeaders,
  query: URLSearchParams,
  signedFor: string | undefined,
): Route {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, dot);
    const api = apis.find(({ wire }) => wire.protocol === 'awsJson' && wire.targetPrefix === prefix);
    return api
      ? { kind: 'ours', api, action: target.slice(dot + 1) }
      : { kind: 'upstream', service: signedFor ?? prefix };
  }
  const isForm =
    String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') ||
    query.has('Action');
  const api = apis.find(
    ({ service, wire }) => wire.protocol === 'query' && (signedFor === undefined || service === signedFor),
  );
  return isForm && api ? { kind: 'form', api } : { kind: 'upstream', service: signedFor ?? 'this request' };
}
