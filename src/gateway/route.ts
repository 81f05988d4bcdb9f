import type { ServedApi } from '../model/api.ts';
import type { RestHead } from '../model/rest.ts';
import type { RequestHeaders } from './security.ts';

/** Where a request goes, as far as its head tells. `form`: its body (or query) has to be read for the action first. */
export type Route =
  | { readonly kind: 'ours'; readonly api: ServedApi; readonly action: string }
  /** By any of these; the form tells by which. */
  | { readonly kind: 'form'; readonly apis: readonly [ServedApi, ...ServedApi[]] }
  | { readonly kind: 'rest'; readonly api: ServedApi }
  | { readonly kind: 'upstream'; readonly service: string };

/**
 * Decides by X-Amz-Target, else by the service of the credential scope. Unsigned forms may be for any Query API of
 * ours; their version decides then. What is left is asked for by its path.
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
  const [first, ...others] = apis.filter(
    ({ service, wire }) => wire.protocol === 'query' && (signedFor === undefined || service === signedFor),
  );
  if (first && isForm(head.method, headers, query)) return { kind: 'form', apis: [first, ...others] };
  for (const one of apis)
    if (one.wire.protocol === 'rest' && one.wire.claims({ headers, ...head }))
      return { kind: 'rest', api: one };
  return { kind: 'upstream', service: signedFor ?? 'this request' };
}

/** Whether a request is of the Query protocol. The body of an object that is PUT may be said to be a form, too. */
export const isForm = (method: string, headers: RequestHeaders, query: URLSearchParams): boolean =>
  (method === 'POST' &&
    String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) ||
  query.has('Action');

/**
 * Whether an action of the Query protocol may be asked for by this method. Any page's image can GET, and browsers tell
 * neither the page nor its site where the host is a name such as LocalStack's: what changes something is POSTed, as all
 * SDKs do. Presigned requests, as of EKS's tokens, are GETs that read.
 */
export const isAllowedBy = (method: string, action: string): boolean =>
  method === 'POST' || /^(Describe|Get|List|Validate)/.test(action);
