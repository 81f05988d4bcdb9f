import { AwsError } from '../model/aws-error.ts';
import type { Caller } from '../model/caller.ts';
import type { CallContext } from '../model/local-apis.ts';

/** Services of the awsJson protocol that we call at an upstream: what stands before the dot of X-Amz-Target. */
const JSON_TARGETS: Readonly<Record<string, string>> = {
  ssm: 'AmazonSSM',
  secretsmanager: 'secretsmanager',
  ecr: 'AmazonEC2ContainerRegistry_V20150921',
  logs: 'Logs_20140328',
  servicediscovery: 'Route53AutoNaming_v20170314',
};

const DEADLINE_MS = 60_000;

/** Whether callUpstream knows how this service is spoken to. */
export const isSpoken = (service: string): boolean => Object.hasOwn(JSON_TARGETS, service);

/**
 * Calls an action at the upstream and returns its answer as it was sent. Throws AwsError in the upstream's words, also
 * when it is not reached.
 */
export async function callUpstream(
  upstreamUrl: string,
  service: string,
  action: string,
  input: Readonly<Record<string, unknown>>,
  { caller, signal }: CallContext,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(upstreamUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${JSON_TARGETS[service] ?? service}.${action}`,
      authorization: authorization(caller, service),
    },
    body: JSON.stringify(input),
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new AwsError('ServiceUnavailable', `The upstream did not answer ${service}:${action}.`, {
      status: 503,
      members: { cause: String(error) },
    });
  });
  const answer = parse(await response.text());
  if (response.ok) return answer;
  const type = textOf(answer, '__type', 'code') ?? 'UnknownError';
  const message = textOf(answer, 'message', 'Message') ?? `${service}:${action} failed`;
  throw new AwsError(type.replace(/^.*#/, ''), message, { status: response.status });
}

/** The scope is what upstream emulators read; they do not verify signatures. */
export function authorization({ account, region }: Caller, service: string): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return `AWS4-HMAC-SHA256 Credential=${account}/${date}/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // Told below with what was sent.
  }
  return { message: text.slice(0, 200) };
}

/** The first of these members that is a text. */
const textOf = (answer: Readonly<Record<string, unknown>>, ...names: string[]): string | undefined =>
  names.map((name) => answer[name]).find((value) => typeof value === 'string');
