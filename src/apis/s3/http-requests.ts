import { AwsError } from '../../model/aws-error.ts';
import type { RestHead, RestHeaders, RestRequest } from '../../model/rest.ts';
import type { ObjectHead } from '../../model/s3.ts';
import { decodeChunks } from './aws-chunked.ts';
import { ALGORITHMS, type Expected } from './checksums.ts';
import type { Conditions } from './conditions.ts';
import {
  invalidArgument,
  invalidDigest,
  malformedXml,
  missingContentLength,
  noSuchVersion,
  notImplemented,
} from './errors.ts';
import { isHeaderValue } from './http-headers.ts';
import type { BodyInput, Named } from './objects.ts';

/** What a request is about. */
export type Target = {
  /** `''`: the service itself. */
  readonly bucket: string;
  /** `''`: the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
};

/** Hosts at which a bucket's name stands first: `bucket.s3.localhost.localstack.cloud`, `bucket.localhost`… */
const BUCKET_HOST =
  /^(?:(?<bucket>.+?)\.)?(?:s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.)?(?:localhost|localhost\.localstack\.cloud|s3\.amazonaws\.com)(?::\d+)?$/i;

/** Reads which bucket and key are meant, in path style or virtual-host style. Throws InvalidURI. */
export function parseTarget({ url, headers }: Pick<RestHead, 'url' | 'headers'>): Target {
  const [path = '/', ...query] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const host = typeof headers['host'] === 'string' ? headers['host'] : '';
  const named = BUCKET_HOST.exec(host)?.groups?.['bucket'];
  // `s3.localhost` is the service itself.
  const ofHost = named === undefined || /^s3([.-]|$)/i.test(named) ? undefined : named;
  const parts = path.replace(/^\//, '').split('/');
  const bucket = ofHost ?? decode(parts[0] ?? '');
  const key = decode((ofHost === undefined ? parts.slice(1) : parts).join('/'));
  return { bucket, key, query: new URLSearchParams(query.join('?')) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

const single = (headers: RestHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

/** Headers that belong to an object and are answered with it. */
const KEPT_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
];

/** What a request says of an object beside its body. */
export function parseHead(headers: RestHeaders): ObjectHead {
  const kept = KEPT_HEADERS.flatMap((name): [string, string][] => {
    const value = single(headers, name);
    // A wire form of the body, which is taken off.
    const own = name === 'content-encoding' ? value?.replace(/(^|,\s*)aws-chunked(,\s*|$)/, '') : value;
    return own === undefined || own === '' ? [] : [[name, own]];
  });
  const metadata = Object.keys(headers).flatMap((name): [string, string][] => {
    const value = single(headers, name);
    return name.startsWith('x-amz-meta-') && value !== undefined
      ? [[name.slice('x-amz-meta-'.length), value]]
      : [];
  });
  return {
    headers: { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) },
    metadata: Object.fromEntries(metadata),
    tags: parseTags(single(headers, 'x-amz-tagging')),
  };
}

/** `a=1&b=2`. */
export const parseTags = (text = ''): ObjectHead['tags'] => Object.fromEntries(new URLSearchParams(text));

/** The tags of `<Tagging><TagSet><Tag>…`. */
export function parseTagSet(tree: Readonly<Record<string, unknown>>): ObjectHead['tags'] {
  const tagging = member(tree, 'Tagging');
  return Object.fromEntries(
    list(member(tagging, 'TagSet'), 'Tag').map((tag) => [text(tag, 'Key'), text(tag, 'Value')]),
  );
}

export function parseConditions(headers: RestHeaders): Conditions {
  const date = (name: string): Date | undefined => {
    const time = Date.parse(single(headers, name) ?? '');
    return Number.isNaN(time) ? undefined : new Date(time);
  };
  return {
    IfMatch: single(headers, 'if-match'),
    IfNoneMatch: single(headers, 'if-none-match'),
    IfModifiedSince: date('if-modified-since'),
    IfUnmodifiedSince: date('if-unmodified-since'),
  };
}

/** The body without its wire form, and what it is said to be. Throws MissingContentLength. */
export function parseBody({ headers, body }: RestRequest): { Body: BodyInput; Expected: Expected } {
  const sha256 = single(headers, 'x-amz-content-sha256') ?? '';
  const isChunked = sha256.startsWith('STREAMING-');
  const trailers = new Map<string, string>();
  const asked =
    single(headers, 'x-amz-sdk-checksum-algorithm') ?? single(headers, 'x-amz-checksum-algorithm');
  const announced = (single(headers, 'x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const named = (name: string): string | undefined =>
    single(headers, `x-amz-checksum-${name}`) ?? trailers.get(`x-amz-checksum-${name}`);
  const algorithms = ALGORITHMS.filter(
    (name) =>
      asked?.toLowerCase() === name ||
      single(headers, `x-amz-checksum-${name}`) !== undefined ||
      announced.includes(`x-amz-checksum-${name}`),
  );
  const length = single(headers, isChunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === undefined && headers['transfer-encoding'] === undefined) throw missingContentLength();
  const md5 = single(headers, 'content-md5');
  if (md5 !== undefined && !/^[\w+/]{22}==$/.test(md5)) throw invalidDigest();
  return {
    Body: isChunked ? decodeChunks(body as AsyncIterable<Buffer>, trailers) : (body as AsyncIterable<Buffer>),
    Expected: {
      checksums: () => Object.fromEntries(algorithms.map((name) => [name, named(name)])),
      algorithms,
      ...(md5 !== undefined && { md5 }),
      ...(/^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
      ...(length !== undefined && { length: Number(length) }),
    },
  };
}

/** The checksums that are given in headers. */
export const headerChecksums = (headers: RestHeaders): Record<string, string> =>
  Object.fromEntries(
    ALGORITHMS.flatMap((name): [string, string][] => {
      const value = single(headers, `x-amz-checksum-${name}`);
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** `x-amz-copy-source`: `/bucket/key`, percent-encoded. */
export function parseCopySource(headers: RestHeaders): Named | undefined {
  const source = single(headers, 'x-amz-copy-source');
  if (source === undefined) return undefined;
  const [, bucket, key] = /^\/?([^/]+)\/([^?]+)/.exec(source) ?? [];
  if (bucket === undefined || key === undefined)
    throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source');
  return { Bucket: decode(bucket), Key: decode(key) };
}

/** Source: S3 API reference, GetObject. */
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

/** Headers of the answer that the address asks for by `response-content-type=…`. Throws InvalidArgument. */
export const parseOverrides = (query: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    OVERRIDES.flatMap((header): [string, string][] => {
      const name = `response-${header}`;
      const value = query.get(name);
      if (value === null) return [];
      // Source: S3's words, as public reports quote them.
      if (!isHeaderValue(value))
        throw invalidArgument('Header value cannot be represented using ISO-8859-1.', name, value);
      return [[header, value]];
    }),
  );

/** What may stand in the query of any request, e.g. of one whose address was signed. */
const ALWAYS_ALLOWED = /^(x-amz-.*|x-id|awsaccesskeyid|signature|expires|response-.*|versionid)$/i;

/**
 * Refuses what would be taken for something else: `?legal-hold` of an object, `?inventory` of a bucket.
 * Throws NotImplemented; NoSuchVersion, since versions are not kept.
 */
export function checkQuery(query: URLSearchParams, allowed: readonly string[]): void {
  for (const name of query.keys())
    if (!allowed.includes(name) && !ALWAYS_ALLOWED.test(name)) throw notImplemented(`?${name}`);
  const version = query.get('versionId');
  if (version !== null && version !== 'null' && version !== '') throw noSuchVersion(version);
}

/** A whole number of the query. Throws InvalidArgument. */
export function parseNumber(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^\d{1,9}$/.test(value))
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, value);
  return Number(value);
}

type Tree = Readonly<Record<string, unknown>>;

/** A member that is a structure; none is an empty one. */
export const member = (tree: Tree, name: string): Tree => {
  const value = tree[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
};

/** Structures of one name, however many. Throws MalformedXML. */
export function list(tree: Tree, name: string): Tree[] {
  const value = tree[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => {
    if (typeof item !== 'object' || item === null) throw malformedXml();
    return item as Tree;
  });
}

export const text = (tree: Tree, name: string): string => {
  const value = tree[name];
  return typeof value === 'string' ? value : '';
};
