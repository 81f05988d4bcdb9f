import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsHtml } from '../lib/accepts-html.ts';

/** Below this address lies everything of the Resource Browser. */
const BASE = '/_ecsidecar/';

/** Where `vite build` puts the page: beside this module in the package, in `dist/` of a clone. */
const BUILT = fileURLToPath(new URL('../../dist/console/web/', import.meta.url));

/**
 * Everything comes from here, and nothing is inline: what a definition's fields hold can never run. Cloudscape sets its
 * styles by class and through the CSSOM, which needs no 'unsafe-inline'.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const SAFE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** What a browser may accept, the preferred first; the files lie beside the plain ones. */
const ENCODINGS = [
  { name: 'br', extension: '.br' },
  { name: 'gzip', extension: '.gz' },
] as const;

type Asset = {
  readonly file: string;
  readonly contentType: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
  readonly encodings: ReadonlySet<string>;
};

/** The files of one build by their address below the base. */
type Build = { readonly madeMs: number; readonly assets: ReadonlyMap<string, Asset> };

/** Answers a request below `/_ecsidecar/` and returns true, or leaves it alone: it is for nothing that is there. */
export type ServePage = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;

/**
 * Serves the page from its build. Nothing is read before the first request; a request's path is looked up among the
 * files that are there and never becomes a file's path.
 */
export function createPage(folder: string = BUILT): ServePage {
  let build: Build | undefined;

  /** A build that was made anew, while the sidecar runs, is noticed by its entry. */
  const currentBuild = async (): Promise<Build | undefined> => {
    const entry = await stat(join(folder, 'index.html')).catch(() => undefined);
    if (!entry) return (build = undefined);
    if (build?.madeMs !== entry.mtimeMs) build = { madeMs: entry.mtimeMs, assets: await listAssets(folder) };
    return build;
  };

  return async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = (request.url.split('?')[0] ?? '').slice(BASE.length);
    const takesHtml = acceptsHtml(request.headers.accept);
    if (!takesHtml && !path.startsWith('assets/') && !path.startsWith('favicon')) return false;
    const current = await currentBuild();
    if (!current) {
      if (!takesHtml) return false;
      send(reply, 503, { 'content-type': 'text/html; charset=utf-8' }, NOT_BUILT, request.method);
      return true;
    }
    const asset = current.assets.get(path);
    if (asset) {
      await sendAsset(request, reply, asset);
      return true;
    }
    const index = current.assets.get('index.html');
    // The page's own addresses: what is at them is decided in the browser.
    if (!takesHtml || !index || path.startsWith('api/') || path.startsWith('assets/')) return false;
    await sendAsset(request, reply, index);
    return true;
  };
}

async function listAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const all = new Set(paths);
  return new Map(
    paths.flatMap((path) => {
      const contentType = CONTENT_TYPES[extname(path)];
      if (contentType === undefined) return [];
      const encodings = ENCODINGS.filter(({ extension }) => all.has(path + extension));
      const asset: Asset = {
        file: join(folder, path),
        contentType,
        isHashed: path.startsWith('assets/'),
        encodings: new Set(encodings.map(({ name }) => name)),
      };
      return [[path, asset] as const];
    }),
  );
}

async function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset): Promise<void> {
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = ENCODINGS.find(
    ({ name }) =>
      asset.encodings.has(name) && new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(\\.0*)?\\b)`).test(accepted),
  );
  const content = await readFile(asset.file + (encoding?.extension ?? ''));
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  const headers = {
    'content-type': asset.contentType,
    'cache-control': asset.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    etag,
    ...(encoding && { 'content-encoding': encoding.name }),
  };
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) {
    send(reply, 304, headers, undefined, request.method);
  } else send(reply, 200, headers, content, request.method);
}

function send(
  reply: FastifyReply,
  status: number,
  headers: Readonly<Record<string, string>>,
  content: Buffer | string | undefined,
  method: string,
): void {
  reply.hijack();
  const length = content === undefined ? {} : { 'content-length': Buffer.byteLength(content) };
  reply.raw.writeHead(status, { ...SAFE_HEADERS, ...headers, ...length });
  reply.raw.end(method === 'HEAD' ? undefined : content);
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>ecsidecar</title>
<h1>The Resource Browser is not built</h1>
<p>The API works without it. Build the page in the project's folder, then reload:</p>
<pre>npm run setup</pre>
</html>
`;
