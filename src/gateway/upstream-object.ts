import { AwsError } from '../model/aws-error.ts';
import type { CallContext } from '../model/local-apis.ts';
import { authorization } from './call-upstream.ts';

const DEADLINE_MS = 60_000;

/**
 * S3's GetObject at the upstream, in path style: the one request of S3 that we make there, for templates of stacks. Throws
 * AwsError in the upstream's words, also when it is not reached.
 */
export async function getUpstreamObject(
  upstreamUrl: string,
  { Bucket: bucket, Key: key }: Readonly<Record<string, unknown>>,
  { caller, signal }: CallContext,
): Promise<{ readonly Body: Uint8Array }> {
  const path = String(key).split('/').map(encodeURIComponent).join('/');
  const response = await fetch(`${upstreamUrl}/${encodeURIComponent(String(bucket))}/${path}`, {
    headers: { authorization: authorization(caller, 's3'), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new AwsError('ServiceUnavailable', 'The upstream did not answer s3:GetObject.', {
      status: 503,
      members: { cause: String(error) },
    });
  });
  if (response.ok) return { Body: new Uint8Array(await response.arrayBuffer()) };
  const text = await response.text();
  const member = (name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  throw new AwsError(member('Code') ?? 'UnknownError', member('Message') ?? 's3:GetObject failed', {
    status: response.status,
  });
}
