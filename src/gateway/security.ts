import { isIP } from 'node:net';

/** What the checks need of a request: its headers, nothing that was parsed. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Why a request must not be served, or undefined. This process holds the Docker socket, so a web page must not reach
 * it: not across sites (`Origin`, `Sec-Fetch-Site`), and not by DNS rebinding, which shows in `Host`.
 * A page without data may be opened by a link of another site.
 */
export function refusal(
  headers: RequestHeaders,
  allowedHosts: readonly string[],
  opensPage = false,
): string | undefined {
  const host = single(headers['host']);
  if (host === undefined || !isAllowedHost(host, allowedHosts)) {
    return `The Host header ${JSON.stringify(host ?? '')} is not allowed. Use localhost, or add the name to ALLOWED_HOSTS.`;
  }
  const origin = single(headers['origin']);
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return `Requests from the origin ${JSON.stringify(origin)} are not allowed.`;
  }
  const site = single(headers['sec-fetch-site']);
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opensPage) {
    return 'Requests from other web sites are not allowed.';
  }
  return undefined;
}

/** Loopback names and addresses, and the given names; the port does not count. */
export function isAllowedHost(host: string, allowedHosts: readonly string[]): boolean {
  const match = /^(\[[\da-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i.exec(host);
  const name = match?.[1]?.toLowerCase().replace(/\.$/, '');
  if (name === undefined) return false;
  // SDKs put `data-` before the host when they call DiscoverInstances; nobody can own this name.
  if (name === 'data-localhost') return true;
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  // LocalStack's name for this very machine, below which S3 has its buckets: all of it leads to 127.0.0.1.
  if (/^(.+\.)?localhost\.localstack\.cloud$/.test(name)) return true;
  if (isIP(name) === 4 && name.startsWith('127.')) return true;
  return allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

/** A header that came twice is treated as one that cannot be trusted: its values joined match nothing. */
const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(',') : value;
