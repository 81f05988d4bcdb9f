import type { BoundAction } from '../../model/api.ts';
import type { RequestContext } from '../../model/ports.ts';
import type { RestAnswer, RestRequest } from '../../model/rest.ts';
import type { S3Object } from '../../model/s3.ts';
import { tagList } from '../../model/tags.ts';
import { OWNER } from './buckets.ts';
import { invalidArgument, malformedXml, notImplemented } from './errors.ts';
import {
  checkQuery,
  headerChecksums,
  list,
  member,
  parseBody,
  parseConditions,
  parseCopySource,
  parseHead,
  parseNumber,
  parseOverrides,
  parseTags,
  parseTagSet,
  parseTarget,
  text,
  type Target,
} from './http-requests.ts';
import { storedHeaders } from './http-headers.ts';
import { listAnswer, versionsAnswer, xml, type Call } from './http-listings.ts';
import { quoted, type ReadOutput } from './objects.ts';
import { SETTINGS } from './settings.ts';

export type Actions = Readonly<Record<string, BoundAction>>;

const empty = (status: number, headers: Readonly<Record<string, string>> = {}): RestAnswer => ({
  status,
  headers,
});

/** S3's requests by method, path and query, run as its actions. Source: S3 API reference. */
export function createHttp(actions: Actions) {
  return async (context: RequestContext, request: RestRequest): Promise<RestAnswer> => {
    const target = parseTarget(request);
    const call = async <T>(action: string, input: object): Promise<T> =>
      (await actions[action]?.(context, input)) as T;
    const { bucket, key } = target;
    if (bucket === '') return serveService(call, request);
    if (key === '') return serveBucket(call, target, request);
    return serveObject(call, target, request);
  };
}

async function serveService(call: Call, { method, url }: RestRequest): Promise<RestAnswer> {
  if (method !== 'GET' && method !== 'HEAD') throw notImplemented(method);
  const prefix = new URL(url, 'http://s3').searchParams.get('prefix') ?? '';
  const { Buckets } = await call<{ Buckets: { CreationDate: Date }[] }>('ListBuckets', { Prefix: prefix });
  const Bucket = Buckets.map((one) => ({ ...one, CreationDate: one.CreationDate.toISOString() }));
  return xml('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket } });
}

/** What asks for a bucket, or for a part of what is in it. */
const BUCKET_QUERY = [
  ...['location', 'uploads', 'versions', 'delete', 'list-type', 'prefix', 'delimiter', 'max-keys', 'marker'],
  ...['continuation-token', 'start-after', 'encoding-type', 'fetch-owner', 'key-marker', 'version-id-marker'],
  ...['upload-id-marker', 'max-uploads', 'allow-unordered'],
];

async function serveBucket(call: Call, target: Target, request: RestRequest): Promise<RestAnswer> {
  const { bucket: Bucket, query } = target;
  const setting = Object.keys(SETTINGS).find((name) => query.has(name));
  if (setting !== undefined) return serveSetting(call, Bucket, setting, request);
  checkQuery(query, BUCKET_QUERY);
  switch (request.method) {
    case 'PUT': {
      const { text: sent, tree } = await request.xml();
      const LocationConstraint = text(member(tree, 'CreateBucketConfiguration'), 'LocationConstraint');
      const configuration = sent !== '' && LocationConstraint !== '' && { LocationConstraint };
      const { Location } = await call<{ Location: string }>('CreateBucket', {
        Bucket,
        ...(configuration && { CreateBucketConfiguration: configuration }),
      });
      return empty(200, { location: Location });
    }
    case 'HEAD': {
      const { BucketRegion } = await call<{ BucketRegion: string }>('HeadBucket', { Bucket });
      return empty(200, { 'x-amz-bucket-region': BucketRegion });
    }
    case 'DELETE':
      await call('DeleteBucket', { Bucket });
      return empty(204);
    case 'POST':
      if (query.has('delete')) return deleteMany(call, Bucket, request);
      throw notImplemented('POST of a form');
    case 'GET':
      if (query.has('location')) {
        const { LocationConstraint } = await call<{ LocationConstraint?: string }>('GetBucketLocation', {
          Bucket,
        });
        return xml(
          'LocationConstraint',
          LocationConstraint === undefined ? {} : { '#text': LocationConstraint },
        );
      }
      if (query.has('uploads')) {
        const Prefix = query.get('prefix') ?? '';
        const { Uploads } = await call<{ Uploads: { Initiated: Date }[] }>('ListMultipartUploads', {
          Bucket,
          Prefix,
        });
        const Upload = Uploads.map((one) => ({ ...one, Initiated: one.Initiated.toISOString() }));
        return xml('ListMultipartUploadsResult', {
          Bucket,
          Prefix,
          MaxUploads: 1000,
          IsTruncated: 'false',
          Upload,
        });
      }
      if (query.has('versions')) return versionsAnswer(call, Bucket, query);
      return listAnswer(call, Bucket, query);
    default:
      throw notImplemented(request.method);
  }
}

async function serveSetting(
  call: Call,
  Bucket: string,
  Setting: string,
  request: RestRequest,
): Promise<RestAnswer> {
  const isJson = Setting === 'policy';
  switch (request.method) {
    case 'GET': {
      const { Document } = await call<{ Document: string }>('GetBucketSetting', { Bucket, Setting });
      const headers = { 'content-type': isJson ? 'application/json' : 'application/xml' };
      return { status: 200, headers, body: { kind: 'bytes', bytes: Document } };
    }
    case 'PUT': {
      const Document = isJson ? (await request.bytes()).toString('utf8') : (await request.xml()).text;
      // An ACL may be given in headers; there is one owner here, who may do everything.
      if (Document === '' && Setting === 'acl') return empty(200);
      await call('PutBucketSetting', { Bucket, Setting, Document });
      return empty(isJson || Setting === 'tagging' ? 204 : 200);
    }
    case 'DELETE':
      await call('DeleteBucketSetting', { Bucket, Setting });
      return empty(204);
    default:
      throw notImplemented(request.method);
  }
}

async function deleteMany(call: Call, Bucket: string, request: RestRequest): Promise<RestAnswer> {
  const wanted = member((await request.xml()).tree, 'Delete');
  const Keys = list(wanted, 'Object').map((object) => text(object, 'Key'));
  // Source: S3 API reference, DeleteObjects.
  if (Keys.length === 0 || Keys.length > 1000 || Keys.includes('')) throw malformedXml();
  const { Deleted } = await call<{ Deleted: object[] }>('DeleteObjects', { Bucket, Keys });
  return xml('DeleteResult', text(wanted, 'Quiet') === 'true' ? {} : { Deleted });
}

async function serveObject(call: Call, target: Target, request: RestRequest): Promise<RestAnswer> {
  const { bucket: Bucket, key: Key, query } = target;
  const named = { Bucket, Key };
  if (query.has('tagging')) return serveTagging(call, named, request);
  if (query.has('acl')) {
    if (request.method !== 'GET') return empty(200);
    await call('HeadObject', named);
    return serveSetting(call, Bucket, 'acl', request);
  }
  const UploadId = query.get('uploadId');
  checkQuery(query, ['uploadId', 'uploads', 'partNumber', 'max-parts', 'part-number-marker']);
  if (UploadId !== null || query.has('uploads')) return serveUpload(call, target, UploadId ?? '', request);
  switch (request.method) {
    case 'GET':
    case 'HEAD': {
      const Range = request.headers['range'];
      const overrides = parseOverrides(query);
      const input = {
        ...named,
        ...parseConditions(request.headers),
        ...(typeof Range === 'string' && { Range }),
      };
      const action = request.method === 'GET' ? 'GetObject' : 'HeadObject';
      return readAnswer(await call(action, input), overrides, request);
    }
    case 'PUT': {
      const source = parseCopySource(request.headers);
      if (source) return copy(call, named, source, request);
      const { ETag, Checksums } = await call<{ ETag: string; Checksums: Record<string, string> }>(
        'PutObject',
        {
          ...named,
          ...parseConditions(request.headers),
          ...parseBody(request),
          Head: parseHead(request.headers),
        },
      );
      return empty(200, { etag: ETag, ...checksumHeaders(Checksums) });
    }
    case 'DELETE':
      await call('DeleteObject', named);
      return empty(204);
    default:
      throw notImplemented(request.method);
  }
}

const checksumHeaders = (checksums: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]));

function readAnswer(
  { object, range, isUnchanged, ...read }: ReadOutput,
  overrides: Readonly<Record<string, string>>,
  { headers: asked }: RestRequest,
): RestAnswer {
  const { size, etag, modifiedAt, checksums, tags } = object;
  if (isUnchanged) return empty(304, { etag: quoted(etag), 'last-modified': modifiedAt.toUTCString() });
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'last-modified': modifiedAt.toUTCString(),
    etag: quoted(etag),
    ...storedHeaders(object),
    ...(Object.keys(tags).length > 0 && { 'x-amz-tagging-count': String(Object.keys(tags).length) }),
    // A part of the bytes has no checksum of its own.
    ...(asked['x-amz-checksum-mode'] === 'ENABLED' && !range && checksumHeaders(checksums)),
    ...overrides,
  };
  headers['content-length'] = String(range ? range.end - range.start + 1 : size);
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${size}`;
  const body = 'Body' in read ? { kind: 'stream' as const, stream: read.Body as never } : undefined;
  return { status: range ? 206 : 200, headers, ...(body && { body }) };
}

async function copy(
  call: Call,
  named: { Bucket: string; Key: string },
  Source: { Bucket: string; Key: string },
  { headers }: RestRequest,
): Promise<RestAnswer> {
  const isReplaced = headers['x-amz-metadata-directive'] === 'REPLACE';
  const tagging = headers['x-amz-tagging'];
  const areTagsReplaced = headers['x-amz-tagging-directive'] === 'REPLACE';
  const { etag, modifiedAt } = await call<S3Object>('CopyObject', {
    ...named,
    Source,
    ...(isReplaced && { Head: parseHead(headers) }),
    ...(areTagsReplaced && { Tags: parseTags(typeof tagging === 'string' ? tagging : '') }),
  });
  return xml('CopyObjectResult', { LastModified: modifiedAt.toISOString(), ETag: quoted(etag) });
}

async function serveTagging(
  call: Call,
  named: { Bucket: string; Key: string },
  request: RestRequest,
): Promise<RestAnswer> {
  switch (request.method) {
    case 'GET': {
      const { Tags } = await call<{ Tags: Record<string, string> }>('GetObjectTagging', named);
      const Tag = tagList(Tags);
      return xml('Tagging', { TagSet: { Tag } });
    }
    case 'PUT':
      await call('PutObjectTagging', { ...named, Tags: parseTagSet((await request.xml()).tree) });
      return empty(200);
    case 'DELETE':
      await call('PutObjectTagging', { ...named, Tags: {} });
      return empty(204);
    default:
      throw notImplemented(request.method);
  }
}

async function serveUpload(
  call: Call,
  { bucket: Bucket, key: Key, query }: Target,
  UploadId: string,
  request: RestRequest,
): Promise<RestAnswer> {
  const upload = { Bucket, Key, UploadId };
  const { headers, method } = request;
  switch (method) {
    case 'POST': {
      if (UploadId === '') {
        const made = await call<{ UploadId: string }>('CreateMultipartUpload', {
          Bucket,
          Key,
          Head: parseHead(headers),
        });
        return xml('InitiateMultipartUploadResult', { Bucket, Key, ...made });
      }
      const sent = member((await request.xml()).tree, 'CompleteMultipartUpload');
      const Parts = list(sent, 'Part').map((part) => ({
        number: Number(text(part, 'PartNumber')),
        etag: text(part, 'ETag'),
      }));
      const Checksums = headerChecksums(headers);
      const input = { ...upload, ...parseConditions(headers), Parts, Checksums };
      const { etag } = await call<S3Object>('CompleteMultipartUpload', input);
      const Location = `http://${String(headers['host'])}/${Bucket}/${encodeURI(Key)}`;
      return xml('CompleteMultipartUploadResult', { Location, Bucket, Key, ETag: quoted(etag) });
    }
    case 'PUT': {
      const PartNumber = parseNumber(query, 'partNumber');
      if (PartNumber === undefined)
        throw invalidArgument('This operation does not accept a query without partNumber.', 'partNumber', '');
      const Source = parseCopySource(headers);
      const range = headers['x-amz-copy-source-range'];
      const body = Source
        ? { Source, ...(typeof range === 'string' && { Range: range }) }
        : parseBody(request);
      const action = Source ? 'UploadPartCopy' : 'UploadPart';
      const part = await call<{ etag: string; modifiedAt: Date; checksums: Record<string, string> }>(action, {
        ...upload,
        PartNumber,
        ...body,
      });
      const ETag = quoted(part.etag);
      return Source
        ? xml('CopyPartResult', { LastModified: part.modifiedAt.toISOString(), ETag })
        : empty(200, { etag: ETag, ...checksumHeaders(part.checksums) });
    }
    case 'DELETE':
      await call('AbortMultipartUpload', upload);
      return empty(204);
    case 'GET': {
      const { Parts } = await call<{ Parts: { LastModified: Date }[] }>('ListParts', upload);
      const Part = Parts.map((one) => ({ ...one, LastModified: one.LastModified.toISOString() }));
      return xml('ListPartsResult', {
        ...upload,
        MaxParts: 1000,
        IsTruncated: 'false',
        StorageClass: 'STANDARD',
        Part,
      });
    }
    default:
      throw notImplemented(method);
  }
}
