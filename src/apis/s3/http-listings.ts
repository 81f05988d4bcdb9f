import type { RestAnswer } from '../../model/rest.ts';
import type { S3Object } from '../../model/s3.ts';
import { OWNER } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import { parseNumber } from './http-requests.ts';
import type { Listing } from './list.ts';
import { quoted } from './objects.ts';

/** Runs an action. */
export type Call = <T>(action: string, input: object) => Promise<T>;

const MAX_KEYS = 1000;

/** `<Name xmlns="…">` with these members. */
export const xml = (name: string, members: Readonly<Record<string, unknown>>): RestAnswer => ({
  status: 200,
  body: {
    kind: 'tree',
    tree: { [name]: { '@xmlns': 'http://s3.amazonaws.com/doc/2006-03-01/', ...members } },
  },
});

/** The listing that a query asks for, with how its keys are written in XML. */
async function listing(call: Call, Bucket: string, query: URLSearchParams, after: string) {
  const encode = query.get('encoding-type') === 'url' ? encodeKey : (key: string): string => key;
  const Prefix = query.get('prefix') ?? '';
  const Delimiter = query.get('delimiter') ?? '';
  const MaxKeys = Math.min(parseNumber(query, 'max-keys') ?? MAX_KEYS, MAX_KEYS);
  const listed = await call<Listing>('ListObjects', { Bucket, Prefix, Delimiter, MaxKeys, After: after });
  const { objects, commonPrefixes, next } = listed;
  return {
    ...listed,
    encode,
    head: {
      Name: Bucket,
      Prefix: encode(Prefix),
      ...(Delimiter !== '' && { Delimiter: encode(Delimiter) }),
      MaxKeys,
      ...(query.has('encoding-type') && { EncodingType: 'url' }),
      IsTruncated: String(next !== undefined),
    },
    contents: objects.map((object) => contents(object, encode)),
    CommonPrefixes: commonPrefixes.map((one) => ({ Prefix: encode(one) })),
  };
}

const contents = ({ key, modifiedAt, etag, size, headers }: S3Object, encode: (key: string) => string) => ({
  Key: encode(key),
  LastModified: modifiedAt.toISOString(),
  ETag: quoted(etag),
  Size: size,
  StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD',
});

/** As a query's value: slashes stay. */
const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/');

/** ListObjects, and its second version. */
export async function listAnswer(call: Call, Bucket: string, query: URLSearchParams): Promise<RestAnswer> {
  if (query.get('list-type') !== '2') {
    const marker = query.get('marker') ?? '';
    const { head, contents, CommonPrefixes, next, encode } = await listing(call, Bucket, query, marker);
    // Source: S3 API reference, ListObjects: without a delimiter, the last key is the next marker.
    const NextMarker = next !== undefined && query.has('delimiter') ? { NextMarker: encode(next) } : {};
    const owned = contents.map((one) => ({ ...one, Owner: OWNER }));
    return xml('ListBucketResult', {
      ...head,
      Marker: encode(marker),
      ...NextMarker,
      Contents: owned,
      CommonPrefixes,
    });
  }
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const after = token === null ? (startAfter ?? '') : fromToken(token);
  const { head, contents, CommonPrefixes, next, encode } = await listing(call, Bucket, query, after);
  return xml('ListBucketResult', {
    ...head,
    KeyCount: contents.length + CommonPrefixes.length,
    ...(token !== null && { ContinuationToken: token }),
    ...(startAfter !== null && { StartAfter: encode(startAfter) }),
    ...(next !== undefined && { NextContinuationToken: toToken(next) }),
    Contents:
      query.get('fetch-owner') === 'true' ? contents.map((one) => ({ ...one, Owner: OWNER })) : contents,
    CommonPrefixes,
  });
}

/** Of every object there is one version: versions are not kept. */
export async function versionsAnswer(
  call: Call,
  Bucket: string,
  query: URLSearchParams,
): Promise<RestAnswer> {
  const marker = query.get('key-marker') ?? '';
  const { head, contents, CommonPrefixes, next, encode } = await listing(call, Bucket, query, marker);
  return xml('ListVersionsResult', {
    ...head,
    KeyMarker: encode(marker),
    VersionIdMarker: '',
    ...(next !== undefined && { NextKeyMarker: encode(next), NextVersionIdMarker: 'null' }),
    Version: contents.map((one) => ({ ...one, VersionId: 'null', IsLatest: 'true', Owner: OWNER })),
    CommonPrefixes,
  });
}

const toToken = (key: string): string => Buffer.from(key).toString('base64');

function fromToken(token: string): string {
  const key = Buffer.from(token, 'base64').toString('utf8');
  if (key === '' || toToken(key) !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return key;
}
