import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { nodeHttp } from '../lib/node-http.ts';
import { AwsError } from '../model/aws-error.ts';
import type { Scope } from '../model/caller.ts';
import {
  DEFAULT_MEDIA_TYPE,
  imageOf,
  parseRegistryPath,
  registryPath,
  type EcrStore,
  type Repository,
} from '../model/ecr.ts';
import type { RestAnswer, RestHead, RestRequest } from '../model/rest.ts';
import type { Passwords } from './passwords.ts';

export type RegistryHttpOptions = {
  readonly ecr: EcrStore;
  readonly passwords: Passwords;
  readonly port: () => Promise<number>;
  readonly now: () => Date;
};

/** Host names from which an account and a region can be read, as those of ECR itself. */
const ECR_HOST = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./;

/** Source: OCI distribution specification, error codes; ECR's words, as its users quote them. */
const refusal = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): RestAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: { kind: 'bytes', bytes: JSON.stringify({ errors: [{ code, message }] }) },
});

const noRepository = ({ name, scope }: Pick<Repository, 'name' | 'scope'>): RestAnswer =>
  refusal(
    404,
    'NAME_UNKNOWN',
    `The repository with name '${name}' does not exist in the registry with id '${scope.account}'`,
  );

/** Whether a request is one of Docker to its registry, which nobody signs. */
export const isForRegistry = ({ url, signedFor, headers }: RestHead): boolean =>
  signedFor === undefined && headers['x-amz-target'] === undefined && /^\/v2(\/|$)/.test(url);

type Asked = {
  readonly repository: Repository;
  readonly path: string;
  /** `manifests`, `blobs`, `tags`, `referrers`. */
  readonly kind: string;
  /** What stands behind it, with its query. */
  readonly rest: string;
  /** How the client begins its paths. */
  readonly prefix: string;
};

/**
 * Docker's requests to its registry: checked by ECR's rules, then passed on to the registry program. What is pushed is noted,
 * so that ECR's API knows it; tags are ECR's, manifests and layers the program's.
 */
export function createRegistryHttp({ ecr, passwords, port, now }: RegistryHttpOptions) {
  const scopeOf = ({
    url,
    headers,
  }: RestRequest): { scope: Scope; name: string; tail: string[]; prefix: string } | undefined => {
    // Repositories may have such names within theirs: the last is the kind.
    const [, name = '', ...tail] = /^\/v2\/([^?]+)\/(manifests|blobs|tags|referrers)\/(.*)$/.exec(url) ?? [];
    const [, account, region] = ECR_HOST.exec(String(headers['host'])) ?? [];
    if (account !== undefined && region !== undefined)
      return { scope: { account, region }, name, tail, prefix: `/v2/${name}` };
    const found = parseRegistryPath(name);
    return found && { ...found, tail, prefix: `/v2/${name}` };
  };

  const refuse = ({ headers }: RestRequest): RestAnswer | undefined => {
    const [, basic = ''] = /^Basic (.+)$/i.exec(String(headers['authorization'] ?? '')) ?? [];
    const [user, ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    const state = user === 'AWS' ? passwords.check(password.join(':'), now()) : 'wrong';
    if (state === 'valid') return undefined;
    if (state === 'expired')
      return refusal(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
    const challenge = `Basic realm="http://${String(headers['host'])}/",service="ecr.amazonaws.com"`;
    return refusal(401, 'UNAUTHORIZED', 'no basic auth credentials', { 'www-authenticate': challenge });
  };

  /** Asks the program; its answer streams. */
  const pass = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer | Readable | undefined,
  ): Promise<IncomingMessage> => {
    const to = await port();
    return new Promise((resolve, reject) => {
      const outgoing = nodeHttp().request(
        { host: '127.0.0.1', port: to, method, path, headers, agent: false },
        resolve,
      );
      outgoing.on('error', (error) => {
        reject(
          new AwsError('ServerException', `The registry of images failed: ${error.message}`, { status: 500 }),
        );
      });
      if (body === undefined || Buffer.isBuffer(body)) outgoing.end(body);
      else {
        body.once('error', () => outgoing.destroy());
        body.pipe(outgoing);
      }
    });
  };

  const forward = async (
    { method, headers, body }: RestRequest,
    asked: Asked,
    bytes?: Buffer,
    rest = asked.rest,
  ): Promise<RestAnswer & { readonly status: number }> => {
    const sent = Object.fromEntries(
      ['accept', 'content-type', 'content-length', 'content-range', 'range', 'transfer-encoding'].flatMap(
        (name): [string, string][] => {
          const value = headers[name];
          return value === undefined ? [] : [[name, String(value)]];
        },
      ),
    );
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const path = `/v2/${asked.path}/${asked.kind}/${mountFrom(rest, asked.repository.scope)}`;
    const answer = await pass(method, path, sent, bytes ?? (hasBody ? body : undefined));
    const kept = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || ['connection', 'transfer-encoding', 'keep-alive', 'date'].includes(name)
        ? []
        : [
            [
              name,
              name === 'location' ? String(value).replace(`/v2/${asked.path}`, asked.prefix) : String(value),
            ],
          ],
    );
    return {
      status: answer.statusCode ?? 502,
      headers: Object.fromEntries(kept),
      body: { kind: 'stream', stream: answer },
    };
  };

  const putManifest = async (request: RestRequest, asked: Asked): Promise<RestAnswer> => {
    const { repository, rest: reference } = asked;
    const bytes = await request.bytes();
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const isTag = !reference.startsWith('sha256:');
    if (!isTag && reference !== digest)
      return refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    const images = ecr.listImages(repository);
    const tagged = isTag ? images.find(({ tags }) => tags.includes(reference)) : undefined;
    if (tagged && tagged.digest !== digest && repository.isImmutable)
      return refusal(
        400,
        'TAG_INVALID',
        `The image tag '${reference}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
      );
    // To the program every manifest is known by its digest alone: tags may be taken away, which it cannot do.
    const answer = await forward(request, asked, bytes, digest);
    if (answer.status !== 201) return answer;
    const mediaType = String(request.headers['content-type'] ?? DEFAULT_MEDIA_TYPE);
    const manifest = bytes.toString('utf8');
    const tag = isTag ? reference : undefined;
    // Both may have changed meanwhile.
    if (!ecr.getRepository(repository.scope, repository.name)) return noRepository(repository);
    const present = ecr.listImages(repository);
    ecr.putImage(imageOf(repository, present, { digest, mediaType, manifest, tag, pushedAt: now() }));
    return { ...answer, headers: { ...answer.headers, location: `${asked.prefix}/manifests/${digest}` } };
  };

  const getManifest = (request: RestRequest, asked: Asked): Promise<RestAnswer> | RestAnswer => {
    const { repository, rest: reference } = asked;
    const image = ecr
      .listImages(repository)
      .find(({ digest, tags }) => digest === reference || tags.includes(reference));
    if (image) return forward(request, asked, undefined, image.digest);
    return refusal(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
  };

  /** Source: OCI distribution specification, "Listing Tags". */
  const listTags = ({ repository, rest, prefix }: Asked): RestAnswer => {
    const [, query = ''] = rest.split('?');
    const parameters = new URLSearchParams(query);
    const last = parameters.get('last') ?? '';
    const all = ecr
      .listImages(repository)
      .flatMap(({ tags }) => tags)
      .filter((tag) => tag > last)
      .sort();
    const limit = Number(parameters.get('n') ?? Infinity);
    const tags = all.slice(0, limit);
    const next = new URLSearchParams({ n: String(limit), last: tags.at(-1) ?? last }).toString();
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        ...(tags.length > 0 &&
          tags.length < all.length && { link: `<${prefix}/tags/list?${next}>; rel="next"` }),
      },
      body: { kind: 'bytes', bytes: JSON.stringify({ name: prefix.slice('/v2/'.length), tags }) },
    };
  };

  return async (request: RestRequest): Promise<RestAnswer> => {
    const refused = refuse(request);
    if (refused) return refused;
    const api = { 'docker-distribution-api-version': 'registry/2.0' };
    if (/^\/v2\/?$/.test(request.url))
      return {
        status: 200,
        headers: { 'content-type': 'application/json', ...api },
        body: { kind: 'bytes', bytes: '{}' },
      };
    const found = scopeOf(request);
    const repository = found && ecr.getRepository(found.scope, found.name);
    if (!found)
      return refusal(
        404,
        'NAME_UNKNOWN',
        'Names of repositories begin as repositoryUri does: <account>.dkr.ecr.<region>/',
      );
    if (!repository) return noRepository(found);
    const [kind = '', rest = ''] = found.tail;
    const path = registryPath(found.scope, found.name);
    const asked: Asked = { repository, path, kind, rest, prefix: found.prefix };
    try {
      if (kind === 'manifests') {
        if (request.method === 'PUT') return await putManifest(request, asked);
        if (request.method === 'DELETE')
          return refusal(405, 'UNSUPPORTED', 'Images are deleted by BatchDeleteImage.');
        return await getManifest(request, asked);
      }
      if (kind === 'tags') return listTags(asked);
      return await forward(request, asked);
    } catch (error) {
      // Of other statuses Docker shows no text, and of these it asks again and again.
      if (error instanceof AwsError) return refusal(400, 'UNSUPPORTED', error.message);
      throw error;
    }
  };
}

/** Layers may be taken over from another repository: that, too, is named as the program has it. */
function mountFrom(rest: string, scope: Scope): string {
  const [place = '', query] = rest.split('?');
  if (query === undefined) return rest;
  const parameters = new URLSearchParams(query);
  const from = parameters.get('from');
  if (from === null || parseRegistryPath(from)) return rest;
  parameters.set('from', registryPath(scope, from));
  return `${place}?${parameters.toString()}`;
}
