import type { S3Object } from '../../model/s3.ts';
import { invalidRange, noSuchKey, preconditionFailed } from './errors.ts';

export type Conditions = {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
};

const names = (list: string, etag: string): boolean =>
  list
    .split(',')
    .map((one) => one.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((one) => one === '*' || one === etag);

/** HTTP dates have no fractions of seconds. */
const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** Whether a read is answered by 304; If-Match counts over If-Unmodified-Since. Throws PreconditionFailed. Source: RFC 9110, section 13. */
export function isUnchanged({ etag, modifiedAt }: S3Object, conditions: Conditions): boolean {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!names(IfMatch, etag)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince && seconds(modifiedAt) > seconds(IfUnmodifiedSince))
    throw preconditionFailed('If-Unmodified-Since');
  if (IfNoneMatch !== undefined) return names(IfNoneMatch, etag);
  return IfModifiedSince !== undefined && seconds(modifiedAt) <= seconds(IfModifiedSince);
}

/** Refuses a write over what is not as the client wants it. Source: S3 user guide, conditional writes. */
export function checkWrite(
  key: string,
  before: S3Object | undefined,
  { IfMatch, IfNoneMatch }: Conditions,
): void {
  if (IfNoneMatch !== undefined && before && names(IfNoneMatch, before.etag))
    throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!before) throw noSuchKey(key);
  if (!names(IfMatch, before.etag)) throw preconditionFailed('If-Match');
}

/**
 * The bytes that a Range header asks for, both ends included; undefined for all of them, also where the header is not
 * understood. Throws InvalidRange. Source: RFC 9110, section 14.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (header === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || (first === '' && Number(last) === 0)) throw invalidRange(header, size);
  return start > end ? undefined : { start, end };
}
