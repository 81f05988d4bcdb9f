import { AwsError } from '../../../model/aws-error.ts';
import { NotServedError } from '../../../model/local-apis.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { validationError } from '../template/errors.ts';
import { constraint } from './checks.ts';

export type TemplateInput = {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: boolean | undefined;
};

/** Source: CloudFormation user guide, quotas: bytes of a body, and of a file in S3. */
const MAX_BODY_BYTES = 51_200;
const MAX_FILE_BYTES = 1_000_000;

/** The template's text. `previous`: of the stack that is updated. Throws ValidationError. */
export async function readTemplateSource(
  context: Pick<CloudFormationContext, 'calls' | 'caller' | 'signal'>,
  { TemplateBody: body = '', TemplateURL: url = '', UsePreviousTemplate = false }: TemplateInput,
  previous?: string,
): Promise<string> {
  if (UsePreviousTemplate && previous !== undefined) return previous;
  if (body !== '' && url !== '')
    throw validationError('You cannot specify both Template URL and Template Body.');
  if (body !== '') {
    if (Buffer.byteLength(body) > MAX_BODY_BYTES)
      throw constraint(
        body,
        'templateBody',
        `Member must have length less than or equal to ${MAX_BODY_BYTES}`,
      );
    return body;
  }
  if (url === '') throw validationError('Either Template URL or Template Body must be specified.');
  const place = objectOf(url);
  if (!place) throw validationError('TemplateURL must be a supported URL.');
  return readObject(context, place);
}

/** The text of an object in S3. Throws ValidationError, also for one that is too large. */
export async function readObject(
  { calls, caller, signal }: Pick<CloudFormationContext, 'calls' | 'caller' | 'signal'>,
  place: { readonly bucket: string; readonly key: string },
): Promise<string> {
  let body: unknown;
  try {
    const { Body } = await calls.call(
      's3',
      'GetObject',
      { Bucket: place.bucket, Key: place.key },
      { caller, signal },
    );
    body = Body;
  } catch (error) {
    if (error instanceof NotServedError)
      throw validationError(`TemplateURL cannot be read: ${error.message}`);
    if (!(error instanceof AwsError)) throw error;
    // Source: CloudFormation's words for a template that S3 does not give.
    throw validationError(
      `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
    );
  }
  return textOfBody(body);
}

async function textOfBody(body: unknown): Promise<string> {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of isWhole ? [body] : (body as AsyncIterable<Uint8Array>)) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    // An object may be of any size: no more of it is read.
    if (bytes > MAX_FILE_BYTES)
      throw validationError(`Template may not exceed ${MAX_FILE_BYTES} bytes in size.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The bucket and key of `https://bucket.s3.region.amazonaws.com/key`, of `http://host/bucket/key`, and of the like at
 * other hosts; undefined for what is neither.
 */
export function objectOf(text: string): { bucket: string; key: string } | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const path = decoded(url.pathname.slice(1));
  if (path === undefined) return undefined;
  const virtual = /^(.+)\.s3[.-]/.exec(url.hostname)?.[1];
  if (virtual !== undefined) return path === '' ? undefined : { bucket: virtual, key: path };
  const slash = path.indexOf('/');
  return slash > 0 && slash < path.length - 1
    ? { bucket: path.slice(0, slash), key: path.slice(slash + 1) }
    : undefined;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
