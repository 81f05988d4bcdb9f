import { AwsError } from '../model/aws-error.ts';
import type { Caller } from '../model/caller.ts';
import { NotServedError, type CallContext } from '../model/local-apis.ts';

type Input = Readonly<Record<string, unknown>>;
type Output = Readonly<Record<string, unknown>>;

/** One request of an action, and how its answer is read. */
type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly read: (response: Response) => Promise<Output>;
  /** An error's code and message, where the answer has them. */
  readonly readError: (text: string) => { readonly code?: string; readonly message?: string };
};

const DEADLINE_MS = 60_000;

/** How the services that we call at an upstream are spoken to. */
const SERVICES: Readonly<
  Record<string, (action: string, input: Input, caller: Caller) => Exchange | undefined>
> = {
  ssm: awsJson('1.1', 'AmazonSSM'),
  secretsmanager: awsJson('1.1', 'secretsmanager'),
  ecr: awsJson('1.1', 'AmazonEC2ContainerRegistry_V20150921'),
  logs: awsJson('1.1', 'Logs_20140328'),
  servicediscovery: awsJson('1.1', 'Route53AutoNaming_v20170314'),
  cloudcontrolapi: awsJson('1.0', 'CloudApiService'),
  cloudformation: query('2010-05-15'),
  s3: s3Exchange,
};

/**
 * Calls an action at the upstream and returns its answer: as it was sent in JSON, lists and texts alone in XML. Throws
 * AwsError in the upstream's words, also when it is not reached; its code is `UnknownError` where the answer is none of
 * the service's. Throws NotServedError for an action that we do not know how to ask for.
 */
export async function callUpstream(
  upstreamUrl: string,
  service: string,
  action: string,
  input: Input,
  { caller, signal }: CallContext,
): Promise<Output> {
  const exchange = Object.hasOwn(SERVICES, service) ? SERVICES[service]?.(action, input, caller) : undefined;
  if (!exchange) throw new NotServedError(service, action);
  const { method, path, headers, body } = exchange;
  const response = await fetch(upstreamUrl.replace(/\/$/, '') + path, {
    method,
    headers: { ...headers, authorization: authorization(caller, service) },
    ...(body !== undefined && { body }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new AwsError('ServiceUnavailable', `The upstream did not answer ${service}:${action}.`, {
      status: 503,
      members: { cause: String(error) },
    });
  });
  if (response.ok) return exchange.read(response);
  const text = await response.text();
  const {
    code = 'UnknownError',
    message = `The upstream answered ${service}:${action} with status ${response.status}.`,
  } = exchange.readError(text);
  throw new AwsError(code, message, { status: response.status });
}

/** The scope is what upstream emulators read; they do not verify signatures. */
function authorization({ account, region }: Caller, service: string): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return `AWS4-HMAC-SHA256 Credential=${account}/${date}/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** `target` is what stands before the dot of X-Amz-Target. */
function awsJson(version: '1.0' | '1.1', target: string): (action: string, input: Input) => Exchange {
  return (action, input) => ({
    method: 'POST',
    path: '/',
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${target}.${action}` },
    body: JSON.stringify(input),
    read: async (response) => parseJson(await response.text()),
    readError: (text) => {
      const answer = parseJson(text);
      const code = textOf(answer, '__type', 'code')?.replace(/^.*#/, '');
      const message = textOf(answer, 'message', 'Message');
      return { ...(code !== undefined && { code }), ...(message !== undefined && { message }) };
    },
  });
}

function parseJson(text: string): Output {
  try {
    const answer: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Output;
  } catch {
    // It is no answer of AWS.
  }
  return {};
}

/** The first of these members that is a text. */
const textOf = (answer: Output, ...names: string[]): string | undefined =>
  names.map((name) => answer[name]).find((value) => typeof value === 'string');

function query(version: string): (action: string, input: Input) => Exchange {
  return (action, input) => ({
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams([['Action', action], ['Version', version], ...flatten('', input)]).toString(),
    read: async (response) => {
      const answer = await parseXml(await response.text());
      const result = mapIn(mapIn(answer, `${action}Response`), `${action}Result`);
      return withoutMembers(result) as Output;
    },
    readError: xmlError,
  });
}

/** The Query protocol's names: `Tags.member.1.Key`. */
function flatten(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => flatten(`${name}.member.${index + 1}`, item));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, member]) =>
      flatten(name === '' ? key : `${name}.${key}`, member),
    );
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? [[name, String(value)]]
    : [];
}

/** Lists stand as `<member>` elements. */
function withoutMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMembers);
  if (typeof value !== 'object' || value === null) return value;
  const { member } = value as { readonly member?: unknown };
  if (Array.isArray(member)) return member.map(withoutMembers);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutMembers(item)]));
}

/** Buckets and objects in path style: what stacks need of S3. */
function s3Exchange(action: string, input: Input, { region }: Caller): Exchange | undefined {
  const bucket = `/${encodeURIComponent(String(input['Bucket']))}`;
  const object = `${bucket}/${String(input['Key']).split('/').map(encodeURIComponent).join('/')}`;
  const exchange = (method: string, path: string, more: Partial<Exchange> = {}): Exchange => ({
    method,
    path,
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    read: () => Promise.resolve({}),
    readError: xmlError,
    ...more,
  });
  switch (action) {
    case 'GetObject':
      return exchange('GET', object, {
        read: async (response) => ({ Body: new Uint8Array(await response.arrayBuffer()) }),
      });
    case 'DeleteObject':
      return exchange('DELETE', object);
    case 'HeadBucket':
      return exchange('HEAD', bucket);
    case 'CreateBucket':
      return exchange('PUT', bucket, {
        // The oldest region is the one that is not named.
        ...(region !== 'us-east-1' && {
          body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
        }),
      });
    case 'DeleteBucket':
      return exchange('DELETE', bucket);
    case 'ListObjectsV2':
      return exchange('GET', `${bucket}?list-type=2`, {
        read: async (response) => mapIn(await parseXml(await response.text()), 'ListBucketResult'),
      });
    default:
      return undefined;
  }
}

const LISTS = new Set(['member', 'Contents']);

async function parseXml(text: string): Promise<Output> {
  const { XMLParser } = await import('fast-xml-parser');
  const parser = new XMLParser({
    parseTagValue: false,
    htmlEntities: true,
    isArray: (name) => LISTS.has(name),
  });
  return parser.parse(text) as Output;
}

const mapIn = (tree: Output, name: string): Output => {
  const found = tree[name];
  return typeof found === 'object' && found !== null ? (found as Output) : {};
};

function xmlError(text: string): { readonly code?: string; readonly message?: string } {
  const member = (name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`)
      .exec(text)?.[1]
      ?.replaceAll(/&(lt|gt|quot|apos|#39|amp);/g, (_all, entity: string) => ENTITIES[entity] ?? '');
  const [code, message] = [member('Code'), member('Message')];
  return { ...(code !== undefined && { code }), ...(message !== undefined && { message }) };
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  amp: '&',
};
