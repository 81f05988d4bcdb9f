import { Readable } from 'node:stream';
import t from 'tap';
import { AwsError } from '../../../src/model/aws-error.ts';
import { imageOf, type Repository } from '../../../src/model/ecr.ts';
import type { RestAnswer, RestRequest } from '../../../src/model/rest.ts';
import { createRegistryHttp } from '../../../src/registry/http.ts';
import { createPasswords } from '../../../src/registry/passwords.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { documentMigrations } from '../../../src/store/documents.ts';
import { createEcrStore } from '../../../src/store/ecr/store.ts';

const clock = { now: new Date(Date.UTC(2026, 0, 1)) };
const ecr = createEcrStore(openDatabase(':memory:', [documentMigrations]));
const scope = { account: '123456789012', region: 'eu-west-1' };
const repository: Repository = {
  scope,
  name: 'fixed',
  createdAt: clock.now,
  isImmutable: true,
  scanOnPush: false,
  tags: {},
};
ecr.putRepository(repository);
ecr.putImage({
  scope,
  repository: 'fixed',
  digest: `sha256:${'a'.repeat(64)}`,
  mediaType: 'm',
  manifest: '{}',
  sizeBytes: 0,
  tags: ['v1'],
  pushedAt: clock.now,
});
const passwords = createPasswords();
/** A registry whose program is not on this machine. */
const serve = createRegistryHttp({
  ecr,
  passwords,
  port: () => Promise.reject(new AwsError('ServerException', 'The registry program is not here.')),
  now: () => clock.now,
});
const { password } = passwords.make(clock.now);

const requestOf = (
  method: string,
  url: string,
  { host = 'localhost:4566', login = `AWS:${password}`, body = '' } = {},
): RestRequest => {
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  return {
    method,
    url,
    headers: { host, ...(login !== '' && { authorization }) },
    signedFor: undefined,
    body: Readable.from([body]),
    bytes: () => Promise.resolve(Buffer.from(body)),
    xml: () => Promise.reject(new Error('no XML here')),
  };
};

const ask = async (...asked: Parameters<typeof requestOf>): Promise<string> => {
  const { status, body: answered }: RestAnswer = await serve(requestOf(...asked));
  const bytes = answered?.kind === 'bytes' ? String(answered.bytes) : '';
  const { errors } = JSON.parse(bytes || '{}') as { errors?: { code: string; message: string }[] };
  return [status, errors?.[0]?.code, errors?.[0]?.message].filter(Boolean).join(' ');
};
const FIXED = '/v2/123456789012.dkr.ecr.eu-west-1/fixed';

t.test('whoever has no password that ECR gave is asked for one', async (t) => {
  t.equal(await ask('GET', '/v2/'), '200');
  t.equal(await ask('GET', '/v2/', { login: '' }), '401 UNAUTHORIZED no basic auth credentials');
  t.match(await ask('GET', '/v2/', { login: `me:${password}` }), /^401/);
  t.match(await ask('GET', '/v2/', { login: 'AWS:guessed' }), /^401/);
  const before = clock.now;
  clock.now = new Date(before.getTime() + 13 * 60 * 60_000);
  t.match(await ask('GET', '/v2/'), /^403 DENIED Your authorization token has expired/);
  clock.now = before;
});

t.test('repositories are known by their path, or by the host as at ECR', async (t) => {
  t.match(await ask('GET', `${FIXED}/manifests/none`), /^404 MANIFEST_UNKNOWN/);
  const host = '123456789012.dkr.ecr.eu-west-1.localhost.localstack.cloud:4566';
  t.match(await ask('GET', '/v2/fixed/manifests/none', { host }), /^404 MANIFEST_UNKNOWN/);
  t.equal(
    await ask('POST', '/v2/none/blobs/uploads/', { host }),
    "404 NAME_UNKNOWN The repository with name 'none' does not exist in the registry with id '123456789012'",
  );
  t.match(await ask('POST', '/v2/fixed/blobs/uploads/'), /^404 NAME_UNKNOWN Names of repositories begin as/);
});

t.test('an immutable tag stays what it is; images are deleted by ECR alone', async (t) => {
  t.match(
    await ask('PUT', `${FIXED}/manifests/v1`, { body: '{"other":1}' }),
    /^400 TAG_INVALID The image tag 'v1'/,
  );
  t.match(await ask('DELETE', `${FIXED}/manifests/v1`), /^405 UNSUPPORTED/);
});

t.test('a program that is not there is told once, in a status that Docker shows', async (t) => {
  t.equal(await ask('POST', `${FIXED}/blobs/uploads/`), '400 UNSUPPORTED The registry program is not here.');
});

t.test('tags are those that ECR knows, in pages', async (t) => {
  const tagged = (tag: string, digest: string) => ({
    digest: `sha256:${digest.repeat(64)}`,
    mediaType: 'm',
    manifest: '{}',
    pushedAt: clock.now,
    tag,
  });
  ecr.putImage(imageOf(repository, [], tagged('v3', 'b')));
  ecr.putImage(imageOf(repository, [], tagged('v2', 'c')));
  const list = async (query: string): Promise<unknown[]> => {
    const { headers = {}, body } = await serve(requestOf('GET', `${FIXED}/tags/list${query}`));
    const { tags } = JSON.parse(body?.kind === 'bytes' ? String(body.bytes) : '') as { tags: string[] };
    return [tags, headers['link']];
  };
  t.strictSame(await list(''), [['v1', 'v2', 'v3'], undefined]);
  t.strictSame(await list('?n=2'), [['v1', 'v2'], `<${FIXED}/tags/list?n=2&last=v2>; rel="next"`]);
  t.strictSame(await list('?n=2&last=v2'), [['v3'], undefined]);
});

t.test('a manifest has the digest under which it is pushed', async (t) => {
  t.equal(
    await ask('PUT', `${FIXED}/manifests/sha256:${'0'.repeat(64)}`, { body: '{}' }),
    '400 DIGEST_INVALID provided digest did not match uploaded content',
  );
});

t.test(
  'the size of an image is that of its layers and its configuration; a list has that of its images',
  (t) => {
    const manifest = (value: object) => ({
      digest: 'sha256:a',
      mediaType: 'm',
      manifest: JSON.stringify(value),
      pushedAt: clock.now,
      tag: 'latest',
    });
    const one = imageOf(
      repository,
      [],
      manifest({ config: { size: 5 }, layers: [{ size: 10 }, { size: 20 }] }),
    );
    t.match(one, { sizeBytes: 35, tags: ['latest'] });
    t.equal(imageOf(repository, [one], manifest({ manifests: [{ digest: 'sha256:a' }] })).sizeBytes, 35);
    t.end();
  },
);

t.test("a repository's name may have the names of what is in repositories", async (t) => {
  ecr.putRepository({ ...repository, name: 'team/tags/app' });
  const named = '/v2/123456789012.dkr.ecr.eu-west-1/team/tags/app';
  t.match(await ask('GET', `${named}/manifests/none`), /^404 MANIFEST_UNKNOWN/);
  t.equal(await ask('GET', `${named}/tags/list?last=/manifests/x`), '200');
});
