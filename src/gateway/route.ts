import type { ServedApi } from '../model/api.ts';
import type { RestHead } from '../model/rest.ts';
import type { RequestHeaders } from './security.ts';

/** Where a request goes, as far as its head tells. `form`: its body (or query) has to be read for the action first. */
export type Route =
  | { readonly kind: 'ours'; readonly api: ServedApi; readonly action: string }
  | { readonly kind: 'form'; readonly api: ServedApi }
  | { readonly kind: 'rest'; readonly api: ServedApi }
  | { readonly kind: 'upstream'; readonly service: string };

/**
 * Decides by X-Amz-Target, else by the service of the credential scope. Unsigned forms may be for any Query API of
 * ours; the action decides then. What is left is asked for by its path.
 */
export function route(
  apis: readonly ServedApi[],
  {
    headers,
    query,
    ...head
  }: RestHead & { readonly headers: RequestHeaders; readonly query: URLSearchParams },
): Route {
  const { signedFor } = head;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, dot);
    const api = apis.find(({ wire }) => wire.protocol === 'awsJson' && wire.targetPrefix === prefix);
    return api
      ? { kind: 'ours', api, action: target.slice(dot + 1) }
      : { kind: 'upstream', service: signedFor ?? prefix };
  }
  // Also the body of an object that is PUT may be said to be a form: some clients say so of all.
  const isForm =
    (head.method === 'POST' &&
      String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) ||
    query.has('Action');
  const api = apis.find(
    ({ service, wire }) => wire.protocol === 'query' && (signedFor === undefined || service === signedFor),
  );
  if (isForm && api) return { kind: 'form', api };
  for (const one of apis)
    if (one.wire.protocol === 'rest' && one.wire.claims({ headers, ...head }))
      return { kind: 'rest', api: one };
  return { kind: 'upstream', service: signedFor ?? 'this request' };
}
