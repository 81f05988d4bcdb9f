import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConsolePorts } from '../../model/console-ports.ts';
import type { Handlers } from './handlers.ts';

export type ConsoleDataOptions = {
  /** Asked for at the first request. */
  readonly load: () => Promise<ConsolePorts>;
  /** Aborted when the client leaves or the server closes. */
  readonly signalOf: (reply: FastifyReply) => AbortSignal;
};

/** What answers a request: with what fastify is to send, or by itself (then it hijacks the reply). */
export type Handle = (request: FastifyRequest, reply: FastifyReply, signal: AbortSignal) => unknown;

const ROUTES = {
  changes: ['GET', '/changes'],
  info: ['GET', '/info'],
  doctor: ['GET', '/doctor'],
  schema: ['GET', '/schemas/:file'],
  preview: ['POST', '/preview'],
  compose: ['GET', '/tasks/:arn/compose'],
  details: ['GET', '/tasks/:arn/details'],
  stats: ['GET', '/tasks/:arn/stats'],
} as const satisfies Record<keyof Handlers, readonly ['GET' | 'POST', string]>;

/**
 * Adds the routes below `/_ecsidecar/api` from which the Resource Browser reads what AWS's API does not tell. None of them
 * changes anything. Their code is loaded at the first request: most runs have none.
 */
export function consoleData(server: FastifyInstance, { load, signalOf }: ConsoleDataOptions): void {
  let loading: Promise<Handlers> | undefined;
  const loaded = async (): Promise<Handlers> => {
    const [{ createHandlers }, ports] = await Promise.all([import('./handlers.ts'), load()]);
    return createHandlers(ports);
  };
  for (const name of Object.keys(ROUTES) as (keyof Handlers)[]) {
    const [method, path] = ROUTES[name];
    server.route({
      method,
      url: `/_ecsidecar/api${path}`,
      async handler(request, reply) {
        const signal = signalOf(reply);
        loading ??= loaded();
        const handlers = await loading;
        void reply.header('cache-control', 'no-store');
        return handlers[name](request, reply, signal);
      },
    });
  }
}
