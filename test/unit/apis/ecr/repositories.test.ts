import t from 'tap';
import { createEcrApi, type operations } from '../../../../src/apis/ecr/operations.ts';
import type { ImageRegistry } from '../../../../src/model/ecr.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { documentMigrations } from '../../../../src/store/documents.ts';
import { createEcrStore } from '../../../../src/store/ecr/store.ts';
import { createCaller } from '../../../support/api-caller.ts';
import { CALLER } from '../../../support/ecs-api.ts';

const now = new Date(Date.UTC(2026, 0, 1));
const DIGESTS = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

/** ECR over a registry that only notes what it is asked. */
function createApi() {
  const ecr = createEcrStore(openDatabase(':memory:', [documentMigrations]));
  const asked: string[] = [];
  const registry: ImageRegistry = {
    host: () => 'localhost:4566',
    password: () => ({ password: 'pass', expiresAt: now }),
    async putManifest(path, reference) {
      asked.push(`put ${path} ${reference}`);
    },
    async deleteManifests(path, digests) {
      asked.push(`delete ${path} ${digests.join(' ')}`);
    },
  };
  const scope = { account: CALLER.account, region: CALLER.region };
  const push = (digest: string, ...tags: string[]): void => {
    ecr.putImage({
      scope,
      repository: 'team/app',
      digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      manifest: '{}',
      sizeBytes: 7,
      tags,
      pushedAt: now,
    });
  };
  return { asked, push, ...createCaller<typeof operations>(createEcrApi({ ecr, registry, now: () => now })) };
}
const named = { repositoryName: 'team/app' };
const path = `${CALLER.account}.dkr.ecr.${CALLER.region}/team/app`;

t.test('a repository is made once, described and deleted', async (t) => {
  const { call, refusal } = createApi();
  const { repository } = await call('CreateRepository', { ...named, tags: [{ Key: 'a', Value: 'b' }] });
  t.strictSame(repository, {
    repositoryArn: `arn:aws:ecr:${CALLER.region}:${CALLER.account}:repository/team/app`,
    registryId: CALLER.account,
    repositoryName: 'team/app',
    repositoryUri: `localhost:4566/${path}`,
    createdAt: now,
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  });
  t.equal(
    await refusal('CreateRepository', named),
    `RepositoryAlreadyExistsException: The repository with name 'team/app' already exists in the registry with id '${CALLER.account}'`,
  );
  t.strictSame((await call('DescribeRepositories', {})).repositories, [repository]);
  t.strictSame(
    (await call('DescribeRepositories', {}, { ...CALLER, region: 'eu-north-1' })).repositories,
    [],
  );
  t.equal(
    await refusal('DescribeRepositories', { repositoryNames: ['none'] }),
    `RepositoryNotFoundException: The repository with name 'none' does not exist in the registry with id '${CALLER.account}'`,
  );
  t.match(await refusal('CreateRepository', { repositoryName: 'Bad' }), /^InvalidParameterException/);
  await call('DeleteRepository', named);
  t.strictSame((await call('DescribeRepositories', {})).repositories, []);
});

t.test('tags are of one image each, and the last that goes takes the image with it', async (t) => {
  const { call, refusal, push, asked } = createApi();
  await call('CreateRepository', named);
  push(DIGESTS[0], 'v1', 'latest');
  push(DIGESTS[1], 'latest');
  const tags = async (): Promise<unknown> => (await call('ListImages', named)).imageIds;
  t.strictSame(await tags(), [
    { imageDigest: DIGESTS[0], imageTag: 'v1' },
    { imageDigest: DIGESTS[1], imageTag: 'latest' },
  ]);
  t.match((await call('DescribeImages', { ...named, imageIds: [{ imageTag: 'latest' }] })).imageDetails, [
    { imageDigest: DIGESTS[1], imageTags: ['latest'], imageSizeInBytes: 7, imagePushedAt: now },
  ]);
  t.equal(
    await refusal('DescribeImages', { ...named, imageIds: [{ imageTag: 'x' }] }),
    `ImageNotFoundException: The image with imageId {imageDigest:'null', imageTag:'x'} does not exist within the repository with name 'team/app' in the registry with id '${CALLER.account}'`,
  );
  t.match(await refusal('DeleteRepository', named), /^RepositoryNotEmptyException/);
  t.strictSame(
    await call('BatchDeleteImage', { ...named, imageIds: [{ imageTag: 'v1' }, { imageTag: 'x' }] }),
    {
      imageIds: [{ imageDigest: DIGESTS[0], imageTag: 'v1' }],
      failures: [
        {
          imageId: { imageTag: 'x' },
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        },
      ],
    },
  );
  t.strictSame(await tags(), [{ imageDigest: DIGESTS[1], imageTag: 'latest' }]);
  t.strictSame(asked, [`delete ${path} ${DIGESTS[0]}`]);
  await call('DeleteRepository', { ...named, force: true });
  t.equal(asked.at(-1), `delete ${path} ${DIGESTS[1]}`);
});

t.test('PutImage gives a manifest that is there a further tag', async (t) => {
  const { call, refusal, asked } = createApi();
  await call('CreateRepository', { ...named, imageTagMutability: 'IMMUTABLE' });
  const imageManifest = '{"mediaType":"application/vnd.oci.image.manifest.v1+json"}';
  await call('PutImage', { ...named, imageManifest, imageTag: 'one' });
  await call('PutImage', { ...named, imageManifest, imageTag: 'two' });
  t.equal(asked.length, 1, 'the registry is given a manifest once');
  t.match(await refusal('PutImage', { ...named, imageManifest, imageTag: 'two' }), /^ImageAlreadyExists/);
  t.match(
    await refusal('PutImage', { ...named, imageManifest: '{}', imageTag: 'two' }),
    /^ImageTagAlreadyExistsException: The image tag 'two' already exists/,
  );
  for (const broken of ['{', 'null'])
    t.match(
      await refusal('PutImage', { ...named, imageManifest: broken }),
      /^InvalidParameterException: .*'imageManifest'/i,
    );
  const { images, failures } = await call('BatchGetImage', {
    ...named,
    imageIds: [{ imageTag: 'one' }, { imageTag: 'none' }],
  });
  t.match(images, [{ imageManifest, imageId: { imageTag: 'one' } }]);
  t.match(failures, [{ failureCode: 'ImageNotFound' }]);
});

t.test('policies and tags are kept; a login is for the registry of this sidecar', async (t) => {
  const { call, refusal } = createApi();
  const { repository } = await call('CreateRepository', named);
  t.match(await refusal('GetRepositoryPolicy', named), /^RepositoryPolicyNotFoundException/);
  t.match(await refusal('GetLifecyclePolicy', named), /^LifecyclePolicyNotFoundException/);
  await call('SetRepositoryPolicy', { ...named, policyText: '{"a":1}' });
  await call('PutLifecyclePolicy', { ...named, lifecyclePolicyText: '{"b":1}' });
  t.match(await call('GetRepositoryPolicy', named), { policyText: '{"a":1}' });
  t.match(await call('GetLifecyclePolicy', named), { lifecyclePolicyText: '{"b":1}' });
  const resourceArn = repository?.repositoryArn;
  await call('TagResource', { resourceArn, tags: [{ Key: 'k', Value: 'v' }] });
  t.strictSame(await call('ListTagsForResource', { resourceArn }), { tags: [{ Key: 'k', Value: 'v' }] });
  t.strictSame((await call('GetAuthorizationToken', {})).authorizationData, [
    {
      authorizationToken: Buffer.from('AWS:pass').toString('base64'),
      expiresAt: now,
      proxyEndpoint: 'http://localhost:4566',
    },
  ]);
});

t.test('pages of repositories follow each other; a token of none of them is refused', async (t) => {
  const { call, refusal } = createApi();
  for (const repositoryName of ['aa', 'bb', 'cc']) await call('CreateRepository', { repositoryName });
  const first = await call('DescribeRepositories', { maxResults: 2 });
  const { nextToken } = first;
  const second = await call('DescribeRepositories', { maxResults: 2, nextToken });
  t.strictSame(
    [first, second].map(({ repositories = [] }) => repositories.map(({ repositoryName }) => repositoryName)),
    [['aa', 'bb'], ['cc']],
  );
  t.match(
    await refusal('DescribeRepositories', { nextToken: 'made-up' }),
    /^InvalidParameterException: Invalid parameter at 'nextToken'/,
  );
});

t.test(
  'an image is stored under its own digest alone, and in no repository that is gone meanwhile',
  async (t) => {
    const { call, refusal, asked } = createApi();
    await call('CreateRepository', named);
    const image = { ...named, imageManifest: '{}', imageTag: 'v1' };
    t.match(await refusal('PutImage', { ...image, imageDigest: DIGESTS[0] }), /^ImageDigestDoesNotMatch/);
    t.same(asked, []);
    const storing = refusal('PutImage', image);
    await call('DeleteRepository', named);
    t.match(await storing, /^RepositoryNotFoundException/);
    await call('CreateRepository', named);
    t.same((await call('ListImages', named)).imageIds, []);
  },
);
