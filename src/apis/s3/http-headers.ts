import type { ObjectHead } from '../../model/s3.ts';

/** A name and a value that HTTP has a form for. Source: RFC 9110, section 5. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
export const isHeaderValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

/**
 * What an object was stored with as headers. Over HTTP all of it came in headers; what a call in the process gave may have
 * letters that no header has. Source: S3 user guide, user-defined object metadata: values are answered by RFC 2047 then, and
 * names that cannot be are counted.
 */
export function storedHeaders({ headers, metadata }: ObjectHead): Record<string, string> {
  const entries = Object.entries(metadata);
  const named = entries.filter(([name]) => NAME.test(name));
  const missing = entries.length - named.length;
  const all = [
    ...Object.entries(headers),
    ...named.map(([name, value]) => [`x-amz-meta-${name}`, value] as const),
  ];
  return {
    ...Object.fromEntries(
      all.map(([name, value]) => [name, isHeaderValue(value) ? value : encodedWord(value)]),
    ),
    ...(missing > 0 && { 'x-amz-missing-meta': String(missing) }),
  };
}

const encodedWord = (value: string): string => `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
