import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { EventStream, type Api } from '../model/api.ts';
import { AwsError, ServerException } from '../model/aws-error.ts';
import type { Caller } from '../model/caller.ts';
import { errorAnswer, queryAnswer, type Answer, type AnswerForm } from './answers.ts';
import { readBody } from './body.ts';
import { readCredential } from './caller.ts';
import { createSerializer, type DateForm, type Serializer } from './json.ts';
import { route } from './route.ts';
import { refusal } from './security.ts';
import { createForward, noUpstream, type Forward } from './upstream.ts';
import { createInputCheck } from './validate.ts';

export type GatewayOptions = {
  readonly apis: readonly Api[];
  /** What the health routes answer. */
  readonly health: () => unknown;
  /** Names accepted in `Host` besides loopback's. */
  readonly allowedHosts: readonly string[];
  /** Where all that is not ours is passed on to. */
  readonly upstreamUrl?: string;
  readonly logger: Logger;
};

/** A request on its way through: what was found out about it so far, for the answer and for the log. */
type Visit = { api: string; action: string; form: AnswerForm; caller: Caller | undefined; startedMs: number };

/** Makes the server of all AWS wire protocols; it does not listen yet. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { apis, logger } = options;
  const server = fastify({
    // One line a request, with what is known of it only at its end, is written below.
    logger: false,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    // Streams pass through to the upstream whatever their size; our own limit is kept where bodies are read.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    exposeHeadRoutes: false,
  });
  /** Of the actions under way: aborted when the client leaves or the server closes. */
  const underWay = new Set<AbortController>();
  const check = createInputCheck();
  const serializers = {
    epochSeconds: createSerializer('epochSeconds'),
    epochMilliseconds: createSerializer('epochMilliseconds'),
  } satisfies Record<DateForm, Serializer>;

  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  server.addHook('onRequest', (request, reply, done) => {
    const reason = refusal(request.headers, options.allowedHosts);
    if (reason === undefined) {
      done();
      return;
    }
    logger.warn({ host: request.headers.host, origin: request.headers.origin }, 'a request was refused');
    void reply
      .code(403)
      .type('application/x-amz-json-1.1')
      .send(JSON.stringify({ __type: 'AccessDeniedException', message: reason }));
  });
  server.addHook('preClose', (done) => {
    for (const controller of underWay) controller.abort();
    done();
  });

  const forward: Forward | undefined =
    options.upstreamUrl === undefined ? undefined : await createForward(server, options.upstreamUrl);

  const passOn = (
    request: FastifyRequest,
    reply: FastifyReply,
    service: string,
    body?: Buffer,
  ): Promise<unknown> => {
    if (!forward) throw noUpstream(service);
    return forward(request, reply, body);
  };

  /** Runs an action of ours and sends its answer. */
  const act = async (
    request: FastifyRequest,
    reply: FastifyReply,
    visit: Visit & { caller: Caller },
    { api, action, input }: { api: Api; action: string; input: unknown },
  ): Promise<unknown> => {
    const run = Object.hasOwn(api.actions, action) ? api.actions[action] : undefined;
    if (!run) throw new AwsError('UnknownOperationException', `The operation ${action} is not known.`);
    const controller = new AbortController();
    underWay.add(controller);
    reply.raw.once('close', () => {
      underWay.delete(controller);
      if (!reply.raw.writableFinished) controller.abort();
    });
    const context = { caller: visit.caller, signal: controller.signal };
    const output = await run(context, check(api, action, input));
    if (api.wire.protocol === 'query') {
      const { status, contentType, body } = await queryAnswer(
        action,
        output,
        api.wire.xmlNamespace,
        request.id,
      );
      return reply.code(status).type(contentType).send(body);
    }
    const serializer = serializers[api.wire.timestamps];
    if (output instanceof EventStream) {
      const { encodeEventStream } = await import('./event-stream.ts');
      const frames = Readable.from(encodeEventStream(output, serializer.text), { objectMode: false });
      return reply.type('application/vnd.amazon.eventstream').send(frames);
    }
    return send(reply, { status: 200, contentType: visit.form, body: serializer.bytes(output) });
  };

  const serve = async (request: FastifyRequest, reply: FastifyReply, visit: Visit): Promise<unknown> => {
    const query = queryOf(request.url);
    const { caller, service } = readCredential(request.headers, query);
    visit.caller = caller;
    const found = route(apis, request.headers, query, service);
    if (found.kind === 'upstream') {
      visit.api = found.service;
      return passOn(request, reply, found.service);
    }
    const { api } = found;
    visit.api = api.service;
    if (found.kind === 'ours') {
      visit.action = found.action;
      const isOurs = Object.hasOwn(api.actions, found.action);
      if (!isOurs && forward && api.service !== 'ecs') return passOn(request, reply, api.service);
      const body = await bodyOf(request);
      return act(request, reply, { ...visit, caller }, { api, action: found.action, input: parseJson(body) });
    }
    const body = await bodyOf(request);
    const parameters = request.method === 'GET' ? query : new URLSearchParams(body.toString('utf8'));
    const action = parameters.get('Action') ?? '';
    visit.action = action;
    if (!Object.hasOwn(api.actions, action)) {
      if (forward || service === undefined) return passOn(request, reply, service ?? 'this request', body);
      throw new AwsError(
        'InvalidAction',
        `Could not find operation ${action} for version ${parameters.get('Version') ?? ''}`,
      );
    }
    return act(request, reply, { ...visit, caller }, { api, action, input: Object.fromEntries(parameters) });
  };

  server.all('/*', async (request, reply) => {
    const visit: Visit = {
      api: '',
      action: '',
      form: formOf(request),
      caller: undefined,
      startedMs: performance.now(),
    };
    reply.header('x-amzn-RequestId', request.id);
    try {
      await serve(request, reply, visit);
    } catch (error) {
      const known = error instanceof AwsError ? error : unexpected(error);
      if (known !== error)
        logger.error({ err: error, action: visit.action, request: request.id }, 'an action failed');
      if (!reply.sent && !request.socket.destroyed) {
        void send(reply, await errorAnswer(known, visit.form, request.id));
      }
    }
    logVisit(logger, request, reply, visit);
    return reply;
  });

  const health = async (_request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    reply.type('application/json').send(JSON.stringify(await options.health()));
  server.get('/_ecsidecar/health', health);
  server.get('/_localstack/health', health);
  server.all('/_ecsidecar/*', (_request, reply) => {
    void reply
      .code(404)
      .type('application/json')
      .send('{"message":"There is no such page. Try /_ecsidecar/health."}');
  });
  return server;
}

/** As bytes: to text fastify would add a charset that AWS's content types do not have. */
const send = (reply: FastifyReply, { status, contentType, body }: Answer): FastifyReply =>
  reply
    .code(status)
    .header('content-type', contentType)
    .send(typeof body === 'string' ? Buffer.from(body) : body);

const bodyOf = (request: FastifyRequest): Promise<Buffer> =>
  request.body instanceof Readable
    ? readBody(request.body, request.headers['content-encoding'])
    : Promise.resolve(Buffer.alloc(0));

const queryOf = (url: string): URLSearchParams => {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
};

/** An empty body is an empty input; anything else must be a JSON object. */
function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below: the parser's own words would differ from version to version.
  }
  throw new AwsError('SerializationException', 'The request body is not a valid JSON object.');
}

/** The form in which the client will read an error, told from the head alone: the body may never come. */
function formOf({ headers, url }: FastifyRequest): AnswerForm {
  const contentType = headers['content-type'] ?? '';
  if (contentType.startsWith('application/x-amz-json-1.0')) return 'application/x-amz-json-1.0';
  if (headers['x-amz-target'] !== undefined || contentType.includes('json'))
    return 'application/x-amz-json-1.1';
  if (contentType.startsWith('application/x-www-form-urlencoded') || queryOf(url).has('Action'))
    return 'query';
  return 's3';
}

/** What went wrong inside is for the log; the client learns only what it can act on. */
function unexpected(error: unknown): AwsError {
  const isFull = error instanceof Error && /disk is full|ENOSPC/.test(error.message);
  return new ServerException(
    isFull
      ? 'The data folder is full (database or disk is full): free some space and try again.'
      : 'Service Unavailable. Please try again later.',
  );
}

function logVisit(logger: Logger, request: FastifyRequest, reply: FastifyReply, visit: Visit): void {
  if (!logger.isLevelEnabled('debug')) return;
  const { api, action, caller, startedMs } = visit;
  logger.debug(
    {
      request: request.id,
      account: caller?.account,
      region: caller?.region,
      status: reply.statusCode,
      ms: Math.round((performance.now() - startedMs) * 10) / 10,
    },
    `${api || request.method} ${action || request.url.split('?')[0]}`,
  );
}
