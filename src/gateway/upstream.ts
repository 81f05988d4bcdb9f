import { randomUUID } from 'node:crypto';
import type { ClientRequest, IncomingMessage, RequestOptions, ServerResponse } from 'node:http';
import { nodeHttp } from '../lib/node-http.ts';
import { AwsError } from '../model/aws-error.ts';

/**
 * Passes a request on and its answer back, both unchanged and streaming. `body`: its bytes, where they were read
 * already. Resolves when the answer was sent or its client left; throws AwsError while nothing was answered yet.
 */
export type Forward = (request: IncomingMessage, response: ServerResponse, body?: Buffer) => Promise<void>;

/** Headers of one hop only; RFC 9110, section 7.6.1. `expect` was answered by this server. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

/** Longest silence of an upstream: a Lambda function may run for a quarter of an hour. */
const MAX_SILENCE_MS = 16 * 60_000;

/**
 * Prepares passing on. Node's own client does it and no proxy library: those normalise paths (`//`, `..`, `%2E` are
 * all legal in an S3 key, and signed as they were sent) and write headers anew.
 */
export async function createForward(upstreamUrl: string): Promise<Forward> {
  const upstream = new URL(upstreamUrl);
  const { request: open, Agent } = upstream.protocol === 'https:' ? await import('node:https') : nodeHttp();
  // No connection is used twice: the upstream may close a kept one at the moment it is used again, and a body that
  // streamed into it cannot be sent a second time. Upstreams are told to keep it all the same: one that answers
  // early and closes resets the connection, and its answer is lost.
  const agent = new Agent({ keepAlive: false });
  /** Tells a request that comes back to this very process, because the upstream is this process. */
  const via = `1.1 ecsidecar-${randomUUID()}`;
  const pathPrefix = upstream.pathname.replace(/\/$/, '');

  return (request, response, body) =>
    new Promise((resolve, reject) => {
      if (request.headers.via?.includes(via)) {
        const text = `UPSTREAM_ENDPOINT_URL (${upstreamUrl}) leads back to this sidecar.`;
        throw new AwsError('ServiceUnavailableException', text, { status: 508 });
      }
      const options: RequestOptions = {
        hostname: upstream.hostname.replace(/^\[|\]$/g, ''),
        port: upstream.port,
        method: request.method ?? 'GET',
        path: pathPrefix + (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, ''),
        // As they were sent, in order and in case. Host too: it is signed, and names S3's buckets.
        headers: [
          ...endToEnd(request.rawHeaders),
          ...emptyBody(request),
          'Via',
          via,
          'Connection',
          'keep-alive',
        ],
        setHost: false,
        agent,
        timeout: MAX_SILENCE_MS,
      };
      const outgoing = open(options);
      outgoing.on('timeout', () => outgoing.destroy(new Error('no byte came for too long')));
      outgoing.on('response', (answer) => {
        sendBack(answer, request, response, resolve);
      });
      outgoing.on('error', (error) => {
        if (response.headersSent || response.destroyed) {
          resolve();
          return;
        }
        const text = `The upstream at UPSTREAM_ENDPOINT_URL (${upstreamUrl}) did not answer: ${error.message || String(error)}`;
        reject(new AwsError('ServiceUnavailableException', text, { status: 502 }));
      });
      response.once('close', () => outgoing.destroy());
      sendBody(request, outgoing, body);
    });
}

function sendBody(request: IncomingMessage, outgoing: ClientRequest, body: Buffer | undefined): void {
  if (body) {
    outgoing.end(body);
    return;
  }
  request.pipe(outgoing);
  // An upstream may answer before it took the whole body. The client still sends it, and reads the answer after.
  outgoing.once('close', () => request.resume());
}

function sendBack(
  answer: IncomingMessage,
  request: IncomingMessage,
  response: ServerResponse,
  done: () => void,
): void {
  const headers = endToEnd(
    answer.rawHeaders,
    // How the body is framed is this server's affair; that no answer allows other sites is too.
    (name) => name !== 'transfer-encoding' && !name.startsWith('access-control-'),
  );
  // An HTTP/1 connection takes no further request until this one's body has been read.
  if (!request.complete) headers.push('Connection', 'close');
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  answer.pipe(response);
  // An answer that breaks off must break off here too, or half an object would pass for a whole one.
  answer.once('close', () => {
    if (!answer.complete) response.destroy();
  });
  response.once('close', done);
}

/** Raw headers (name, value, name, value…) without those of one hop, and what `keep` refuses. */
function endToEnd(raw: readonly string[], keep: (name: string) => boolean = () => true): string[] {
  const pairs = raw.flatMap((name, at): [string, string][] => (at % 2 ? [] : [[name, raw[at + 1] ?? '']]));
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((name) => name.trim());
  return pairs
    .filter(([name]) => {
      const lower = name.toLowerCase();
      return !HOP_BY_HOP.has(lower) && !named.includes(lower) && keep(lower);
    })
    .flat();
}

/** Says that a POST without a body has none, where the client left it unsaid; Node would send an open end. */
const emptyBody = ({ headers }: IncomingMessage): string[] =>
  headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
    ? ['Content-Length', '0']
    : [];

/** The answer to what is not ours when there is no upstream. 501: no client retries it. */
export function noUpstream(service: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `ecsidecar does not serve ${service}. Set UPSTREAM_ENDPOINT_URL to an endpoint that does, and such requests are passed on to it.`,
    { status: 501 },
  );
}
