import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { EventStream, type Api, type ServedApi } from '../model/api.ts';
import { AwsError } from '../model/aws-error.ts';
import type { Caller } from '../model/caller.ts';
import type { RequestContext } from '../model/ports.ts';
import { queryAnswer, type Answer, type AnswerForm } from './answers.ts';
import { decodeBody, readBody } from './body.ts';
import { requireRegion } from './caller.ts';
import { createSerializer, type DateForm, type Serializer } from './json.ts';
import { parseForm } from './query-form.ts';
import { isAllowedBy, route } from './route.ts';
import { noUpstream, type Forward } from './upstream.ts';
import { createInputCheck } from './validate.ts';

/** A request on its way through: what was found out about it so far, for the answer and for the log. */
export type Visit = {
  readonly query: URLSearchParams;
  readonly caller: Caller;
  /** Of the credential scope. */
  readonly service: string | undefined;
  readonly form: AnswerForm;
  readonly startedMs: number;
  api: string;
  action: string;
};

export type ServeOptions = {
  readonly apis: readonly ServedApi[];
  readonly forward: Forward | undefined;
  /** Of the actions under way; whoever closes the server aborts them. */
  readonly underWay: Set<AbortController>;
  readonly logger: Logger;
};

/** Answers an AWS request: by an action of ours, or from the upstream. Throws AwsError for what is refused. */
export type Serve = (request: FastifyRequest, reply: FastifyReply, visit: Visit) => Promise<void>;

export function createServe({ apis, forward, underWay, logger }: ServeOptions): Serve {
  const check = createInputCheck();
  const serializers = {
    epochSeconds: createSerializer('epochSeconds'),
    epochMilliseconds: createSerializer('epochMilliseconds'),
  } satisfies Record<DateForm, Serializer>;

  const passOn = (
    request: FastifyRequest,
    reply: FastifyReply,
    service: string,
    body?: Buffer,
  ): Promise<void> => {
    if (!forward) throw noUpstream(service);
    reply.hijack();
    return forward(request.raw, reply.raw, body);
  };

  /** The signal is aborted when the client leaves or the server closes; it is made for those that ask for it. */
  const contextOf = (caller: Caller, reply: FastifyReply): RequestContext => {
    let controller: AbortController | undefined;
    const makeController = (): AbortController => {
      const made = new AbortController();
      underWay.add(made);
      reply.raw.once('close', () => {
        underWay.delete(made);
        if (!reply.raw.writableFinished) made.abort();
      });
      if (reply.raw.destroyed) made.abort();
      return made;
    };
    return {
      caller,
      get signal() {
        controller ??= makeController();
        return controller.signal;
      },
    };
  };

  /** Runs an action of ours and sends its answer. */
  const act = async (
    request: FastifyRequest,
    reply: FastifyReply,
    visit: Visit,
    api: Api,
    input: unknown,
  ): Promise<void> => {
    const { action, caller, form } = visit;
    const run = Object.hasOwn(api.actions, action) ? api.actions[action] : undefined;
    if (!run) throw unknownAction(api, action);
    requireRegion(caller);
    const output = await run(contextOf(caller, reply), check(api, action, input));
    if (api.wire.protocol === 'rest') throw unknownAction(api, action);
    if (api.wire.protocol === 'query') {
      sendAnswer(reply, await queryAnswer(action, output, api.wire, request.id));
      return;
    }
    const serializer = serializers[api.wire.timestamps];
    if (output instanceof EventStream) {
      const { encodeEventStream } = await import('./event-stream.ts');
      const frames = encodeEventStream(
        output,
        (payload) => serializer.text(payload),
        (error) => {
          logger.error({ err: error, action, request: request.id }, 'an event stream failed');
        },
      );
      reply.headers({ 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-RequestId': request.id });
      void reply.send(Readable.from(frames, { objectMode: false }));
      return;
    }
    sendAnswer(reply, { status: 200, contentType: form, body: serializer.bytes(output) });
  };

  return async (request, reply, visit) => {
    const { query, service } = visit;
    const { method, headers, raw } = request;
    const head = { method, url: request.url, headers, signedFor: service };
    const found = route(apis, { ...head, query });
    if (found.kind === 'upstream') {
      visit.api = found.service;
      await passOn(request, reply, found.service);
      return;
    }
    if (found.kind === 'form') {
      const body = await readBody(request.raw);
      const form = new URLSearchParams((await decoded(request, body)).toString('utf8'));
      const api = await ofVersion(found.apis, form.get('Version') ?? query.get('Version')).load();
      visit.api = api.service;
      visit.action = form.get('Action') ?? query.get('Action') ?? '';
      if (Object.hasOwn(api.actions, visit.action)) {
        if (!isAllowedBy(method, visit.action)) throw mustBePosted(visit.action);
        await act(request, reply, visit, api, parseForm([...query, ...form]));
        return;
      }
      // A service that was not named may be any other: only its own endpoint can tell.
      if (!forward && service !== undefined) throw unknownAction(api, visit.action);
      await passOn(request, reply, service ?? `the action ${JSON.stringify(visit.action)}`, body);
      return;
    }
    visit.api = found.api.service;
    const api = await found.api.load();
    if (found.kind === 'rest') {
      if (!api.serve) throw unknownAction(api, method);
      const { restRequest, sendRest } = await import('./rest.ts');
      const context = contextOf(visit.caller, reply);
      await sendRest(reply, await api.serve(context, restRequest(head, raw)), (error) => {
        logger.error({ err: error, api: api.service, request: request.id }, 'an answer broke off');
      });
      return;
    }
    visit.action = found.action;
    if (forward && api.service !== 'ecs' && !Object.hasOwn(api.actions, found.action)) {
      await passOn(request, reply, api.service);
      return;
    }
    const body = await readBody(request.raw);
    await act(request, reply, visit, api, parseJson(await decoded(request, body)));
  };
}

const ofVersion = (
  [first, ...others]: readonly [ServedApi, ...ServedApi[]],
  version: string | null,
): ServedApi => others.find(({ wire }) => wire.protocol === 'query' && wire.version === version) ?? first;

/** The wording is ours. */
const mustBePosted = (action: string): AwsError =>
  new AwsError('MethodNotAllowed', `${action} must be sent by POST.`, { status: 405 });

const MAX_ONE_PIECE_BYTES = 16_384;

/** Sends a whole answer. Past fastify, whose own sending adds a charset that AWS's types do not have, and time. */
export function sendAnswer(reply: FastifyReply, { status, contentType, body, headers }: Answer): void {
  if (!reply.sent) reply.hijack();
  reply.raw.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-amzn-RequestId': reply.request.id,
    ...headers,
  });
  // Short ones go out in one piece with their head, which the system does quicker than two. A byte is a latin1 letter.
  if (typeof body === 'string' || body.length > MAX_ONE_PIECE_BYTES) reply.raw.end(body);
  else reply.raw.end(body.toString('latin1'), 'latin1');
}

const decoded = (request: FastifyRequest, body: Buffer): Promise<Buffer> =>
  decodeBody(body, request.headers['content-encoding']);

/** An empty body is an empty input; anything else must be a JSON object. */
function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    const input: unknown = isUtf8(body) ? JSON.parse(body.toString('utf8')) : undefined;
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below: the parser's own words would differ from version to version.
  }
  throw new AwsError('SerializationException', 'The request body is not a valid JSON object.');
}

/** In the words of the protocol; ECS is whole here, of the other services the upstream may have the rest. */
function unknownAction(api: Api, action: string): AwsError {
  const hint =
    api.service === 'ecs'
      ? ''
      : ` Of ${api.service}, ecsidecar serves ${Object.keys(api.actions).join(', ')}; set UPSTREAM_ENDPOINT_URL to an endpoint that serves the others.`;
  return api.wire.protocol === 'query'
    ? new AwsError(
        'InvalidAction',
        `Could not find operation ${action} for version ${api.wire.version}.${hint}`,
      )
    : new AwsError('UnknownOperationException', `The operation ${action} is not known.${hint}`);
}
