import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AwsError } from '../model/aws-error.ts';

/** Passes a request on and its answer back, both unchanged and streaming. `body`: what was read of it already. */
export type Forward = (request: FastifyRequest, reply: FastifyReply, body?: Buffer) => Promise<unknown>;

/** Headers of one hop only; RFC 9110, section 7.6.1. `expect` was answered by this server. */
const HOP_BY_HOP = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Prepares passing on; the library is loaded only when there is an upstream. */
export async function createForward(server: FastifyInstance, upstreamUrl: string): Promise<Forward> {
  const { default: replyFrom } = await import('@fastify/reply-from');
  await server.register(replyFrom, { base: upstreamUrl, retryMethods: [], disableRequestLogging: true });
  return (request, reply, body) =>
    new Promise((resolve, reject) => {
      const contentType = request.headers['content-type'];
      reply.from(request.url, {
        // A body that was not read yet streams through by itself.
        ...(body !== undefined && request.method !== 'GET' && { body, ...(contentType && { contentType }) }),
        retriesCount: 0,
        // The client's own Host belongs to the signature and names S3's buckets.
        rewriteRequestHeaders: (_, headers) => {
          const left = body === undefined ? HOP_BY_HOP : [...HOP_BY_HOP, 'content-encoding'];
          const kept = Object.entries(headers).filter(([name]) => !left.includes(name));
          return { ...Object.fromEntries(kept), host: request.headers.host };
        },
        onResponse: (_request, _reply, answer) => {
          void reply.send((answer as unknown as { stream: Readable }).stream);
          resolve(reply);
        },
        onError: (_, { error }) => {
          const reason = error.cause instanceof Error ? error.cause.message : error.message;
          const text = `The upstream at UPSTREAM_ENDPOINT_URL (${upstreamUrl}) did not answer: ${reason}`;
          reject(new AwsError('ServiceUnavailableException', text, { status: 502 }));
        },
      });
    });
}

/** The answer to what is not ours when there is no upstream. 501: no client retries it. */
export function noUpstream(service: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `ecsidecar does not serve ${service}. Set UPSTREAM_ENDPOINT_URL to an endpoint that does, and such requests are passed on to it.`,
    { status: 501 },
  );
}
