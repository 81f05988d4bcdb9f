import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply } from 'fastify';
import { AwsError } from '../model/aws-error.ts';
import type { RestAnswer, RestHead, RestRequest } from '../model/rest.ts';
import { xml } from './answers.ts';
import { readBody } from './body.ts';

/** A request as the services of the REST protocols read it. */
export function restRequest(head: RestHead, raw: IncomingMessage): RestRequest {
  return {
    ...head,
    body: raw,
    bytes: () => readBody(raw),
    async xml() {
      const text = (await readBody(raw)).toString('utf8');
      return { text, tree: await parseXml(text) };
    },
  };
}

/** Source: S3's words. */
const malformed = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

async function parseXml(text: string): Promise<Readonly<Record<string, unknown>>> {
  if (text.trim() === '') return {};
  const { XMLParser } = await import('fast-xml-parser');
  // Every value stays a text, with its blanks: keys of objects are among them.
  const parser = new XMLParser({
    parseTagValue: false,
    trimValues: false,
    ignoreAttributes: true,
    ignoreDeclaration: true,
    removeNSPrefix: true,
    // Turns on `&#13;`, which keys with control characters come as.
    htmlEntities: true,
  });
  try {
    const tree: unknown = parser.parse(text);
    if (typeof tree === 'object' && tree !== null && Object.keys(tree).some((name) => name !== '#text'))
      return tree as Record<string, unknown>;
  } catch {
    // Answered below: the parser's own words would differ from version to version.
  }
  throw malformed();
}

/**
 * What is stored here is opened at the same address as the API, which holds the Docker socket: a page among it runs as
 * nobody's, and so cannot call it. Browsers show no PDF in a sandbox, and no script is in one.
 */
const SANDBOX = 'sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts';

/**
 * Sends an answer, streaming its body. What breaks off in the middle breaks off at the client, too; why is given to
 * `onFailure`, unless the client left.
 */
export async function sendRest(
  reply: FastifyReply,
  { status, headers = {}, body }: RestAnswer,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const { raw, request } = reply;
  const ids = { 'x-amz-request-id': request.id, 'x-amz-id-2': request.id };
  const text = body?.kind === 'tree' ? await xml(body.tree) : undefined;
  const bytes = text ?? (body?.kind === 'bytes' ? body.bytes : '');
  const isRead = request.raw.complete;
  reply.hijack();
  const head = {
    ...(text !== undefined && { 'content-type': 'application/xml' }),
    ...(body?.kind !== 'stream' && status !== 204 && { 'content-length': Buffer.byteLength(bytes) }),
    ...ids,
    // A connection takes no further request until this one's body has been read.
    ...(!isRead && { connection: 'close' }),
    ...(headers['content-type'] !== 'application/pdf' && { 'content-security-policy': SANDBOX }),
    ...headers,
  };
  try {
    raw.writeHead(status, head);
  } catch (error) {
    // One that nobody reads to its end would hold its files for ever.
    if (body?.kind === 'stream') body.stream.destroy();
    throw error;
  }
  if (body?.kind !== 'stream') {
    raw.end(bytes);
    return;
  }
  if (request.method === 'HEAD') {
    body.stream.destroy();
    raw.end();
    return;
  }
  await pipeline(body.stream, raw).catch((error: unknown) => {
    const isClientGone =
      error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!isClientGone) onFailure(error);
    raw.destroy();
  });
}
