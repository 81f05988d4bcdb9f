import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { consoleData, type ConsoleDataOptions } from '../console/data/routes.ts';
import { acceptsHtml } from '../lib/accepts-html.ts';
import type { ServedApi } from '../model/api.ts';
import { AwsError, ServerException } from '../model/aws-error.ts';
import { answerForm, errorAnswer, type AnswerForm } from './answers.ts';
import { ClientGone } from './body.ts';
import { readCredential } from './caller.ts';
import type { ServePage } from '../console/routes.ts';
import { streamEvents, type EventFeed } from './events.ts';
import { refusal } from './security.ts';
import { createServe, sendAnswer, type Visit } from './serve.ts';
import { createForward } from './upstream.ts';

export type GatewayOptions = {
  readonly apis: readonly ServedApi[];
  /** What the health routes answer. */
  readonly health: () => unknown;
  /** What happened to tasks and services; without it there is no route for it. */
  readonly events?: EventFeed;
  /** What the Resource Browser reads; without it there are no routes for it. */
  readonly console?: Pick<ConsoleDataOptions, 'load'>;
  /** Names accepted in `Host` besides loopback's. */
  readonly allowedHosts: readonly string[];
  /** Where all that is not ours is passed on to. */
  readonly upstreamUrl?: string;
  readonly logger: Logger;
  /** How long closing waits for answers under way, before it cuts connections. */
  readonly closeGraceMs?: number;
};

const DEFAULT_CLOSE_GRACE_MS = 2000;

/** Makes the server of all AWS wire protocols; it does not listen yet. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { apis, logger } = options;
  /** Of the actions under way: aborted when the client leaves or the server closes. */
  const underWay = new Set<AbortController>();
  const { upstreamUrl } = options;
  const forward = upstreamUrl === undefined ? undefined : await createForward(upstreamUrl);
  const serve = createServe({ apis, forward, underWay, logger });
  let closing = false;

  /** Sends an error in the client's form. What is no AwsError is logged and tells the client nothing of the inside. */
  const sendError = async (
    error: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
    form: AnswerForm,
    action: string,
  ): Promise<void> => {
    if (error instanceof ClientGone || request.raw.socket.destroyed) return;
    if (!(error instanceof AwsError)) {
      logger.error({ err: error, action, request: request.id }, 'an action failed');
    }
    const known = error instanceof AwsError ? error : unexpected(error);
    const answer = await errorAnswer(known, form, request.id);
    if (!reply.raw.headersSent) sendAnswer(reply, answer);
  };

  /** True when the request was refused, and answered. */
  const isRefused = (request: FastifyRequest, reply: FastifyReply): boolean => {
    const reason = refusal(request.headers, options.allowedHosts, opensPage(request));
    if (reason !== undefined) {
      logger.warn({ host: request.headers.host, origin: request.headers.origin }, 'a request was refused');
    } else if (!closing) return false;
    const error =
      reason === undefined
        ? new AwsError('ServiceUnavailableException', 'ecsidecar is shutting down.', { status: 503 })
        : new AwsError('AccessDeniedException', reason);
    const { code: __type, message } = error;
    sendAnswer(reply, {
      status: reason === undefined ? 503 : 403,
      contentType: 'application/x-amz-json-1.1',
      body: JSON.stringify({ __type, message }),
    });
    return true;
  };

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const query = queryOf(request.url);
    const { caller, service } = readCredential(request.headers, query);
    const form = answerForm(request.method, request.headers, query, service);
    const visit: Visit = { query, caller, service, form, startedMs: performance.now(), api: '', action: '' };
    // A kept connection of a client that was answered while the server closes would hold it up until its time-out.
    reply.raw.once('close', () => {
      if (closing)
        setImmediate(() => {
          server.server.closeIdleConnections();
        });
    });
    try {
      if (isLanding(request)) sendAnswer(reply, isByPerson(request) ? TO_PAGE : LANDING);
      else await serve(request, reply, visit);
    } catch (error) {
      await sendError(error, request, reply, form, visit.action);
    }
    logVisit(logger, request, reply, visit);
    return reply;
  };

  const server: FastifyInstance = fastify({
    schemaController: WITHOUT_SCHEMAS,
    // One line a request, with what is known of it only at its end, is written by logVisit.
    logger: false,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    // Answered by isRefused, in AWS's form.
    return503OnClosing: false,
    // Streams pass through to the upstream whatever their size; our own limit is kept where bodies are read.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    exposeHeadRoutes: false,
    // Of AWS's names and ARNs, the longest.
    routerOptions: { maxParamLength: 2048 },
    clientErrorHandler: answerMalformed,
    // A path that the router cannot decode may still be the key of an S3 object. No hook has run before this.
    frameworkErrors: (_error, request, reply) => {
      if (!isRefused(request, reply)) void handle(request, reply);
    },
  });
  // Bodies are read where it is known whether they are ours.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (isRefused(request, reply)) return;
    // AWS requests need none of what fastify would do after this.
    if (request.routeOptions.url === '/*') void handle(request, reply);
    else done();
  });
  server.addHook('preClose', (done) => {
    closing = true;
    for (const controller of underWay) controller.abort();
    // Half a request, or a long poll of the upstream, would hold up the end for as long as its client likes.
    const cut = setTimeout(() => {
      server.server.closeAllConnections();
    }, options.closeGraceMs ?? DEFAULT_CLOSE_GRACE_MS);
    server.server.once('close', () => {
      clearTimeout(cut);
    });
    done();
  });
  server.setErrorHandler((error, request, reply) =>
    sendError(error, request, reply, 'application/x-amz-json-1.1', request.url),
  );
  server.setNotFoundHandler((request, reply) => {
    const text = 'The specified method is not allowed against this resource.';
    const error = new AwsError('MethodNotAllowed', text, { status: 405 });
    return sendError(error, request, reply, 's3', request.method);
  });

  server.all('/*', handle);
  const health = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    reply.type('application/json').send(JSON.stringify(await options.health()));
  server.get('/_ecsidecar/health', health);
  server.get('/_localstack/health', health);
  const signalOf = (reply: FastifyReply): AbortSignal => {
    const controller = new AbortController();
    underWay.add(controller);
    reply.raw.once('close', () => {
      underWay.delete(controller);
      controller.abort();
    });
    return controller.signal;
  };
  const { events } = options;
  if (events) {
    server.get('/_ecsidecar/events', (request, reply) => {
      streamEvents(request, reply, events, signalOf(reply), logger);
    });
  }
  if (options.console) consoleData(server, { ...options.console, signalOf });
  // Nothing of the page is loaded before somebody opens it.
  let page: Promise<ServePage> | undefined;
  server.all(PAGES, async (request, reply) => {
    page ??= import('../console/routes.ts').then(({ createPage }) => createPage());
    if (await (await page)(request, reply)) return;
    sendAnswer(reply, {
      status: 404,
      contentType: 'application/json',
      body: '{"message":"There is no such page. Try /_ecsidecar/health."}',
    });
  });
  return server;
}

const noSchemas = (): never => {
  throw new Error('No route has a schema.');
};
/** Fastify loads its compilers of schemas (two fifths of its own code) unless it is given some. */
const WITHOUT_SCHEMAS = { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } };

/** Whatever has no route of its own here belongs to the page, and the page holds no data. */
const PAGES = '/_ecsidecar/*';

/** What is answered to a program that looks what this is. */
const LANDING = {
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({
    name: 'ecsidecar',
    message:
      'This is the Amazon ECS API of this machine. Use it with: aws --endpoint-url http://localhost:<this port> ecs list-clusters',
    health: '/_ecsidecar/health',
  }),
};

/** S3's ListBuckets is the same request, signed. */
const isLanding = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  url === '/' &&
  headers.authorization === undefined &&
  headers['x-amz-target'] === undefined;

/** A person's browser is led to the page. */
const TO_PAGE = {
  status: 302,
  contentType: 'text/plain',
  body: '',
  headers: { location: '/_ecsidecar/', 'cache-control': 'no-store', vary: 'accept' },
};

const isByPerson = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && acceptsHtml(headers.accept);

/** Whether a person opens the page in a tab, perhaps by a link of another site. Source: Fetch Metadata, W3C. */
const opensPage = (request: FastifyRequest): boolean =>
  isByPerson(request) &&
  request.headers['sec-fetch-mode'] === 'navigate' &&
  request.headers['sec-fetch-dest'] === 'document' &&
  (request.routeOptions.url === PAGES || isLanding(request));

const NO_QUERY = new URLSearchParams();

const queryOf = (url: string): URLSearchParams => {
  const mark = url.indexOf('?');
  return mark < 0 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1));
};

/** What went wrong inside is for the log; the client learns only what it can act on. */
function unexpected(error: unknown): AwsError {
  const isFull = error instanceof Error && /disk is full|ENOSPC/.test(error.message);
  return new ServerException(
    isFull
      ? 'The data folder is full (database or disk is full): free some space and try again.'
      : 'Service Unavailable. Please try again later.',
  );
}

/** Answers what is no HTTP at all, or more of it than Node takes in a head. */
function answerMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isTooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const message = isTooLarge ? 'The headers are too large.' : 'The request is not valid HTTP.';
  const body = JSON.stringify({ __type: 'InvalidRequest', message });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: ${body.length}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}

function logVisit(logger: Logger, request: FastifyRequest, reply: FastifyReply, visit: Visit): void {
  if (!logger.isLevelEnabled('debug')) return;
  const { api, action, caller, startedMs } = visit;
  logger.debug(
    {
      request: request.id,
      account: caller.account,
      region: caller.region,
      status: reply.raw.statusCode,
      ms: Math.round((performance.now() - startedMs) * 10) / 10,
    },
    `${api || request.method} ${action || request.url.split('?')[0]}`,
  );
}
