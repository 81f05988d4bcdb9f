import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import t from 'tap';
import { aws, awsJson, failure } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { programPath } from '../support/registry.ts';
import { IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar({ PATH: programPath() });
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-ecr-'));
const environment = { ...process.env, DOCKER_CONFIG: folder, DOCKER_BUILDKIT: '0' };
const made: string[] = [];
t.teardown(async () => {
  for (const image of made) await docker('rmi', '-f', image).catch(() => undefined);
  await sidecar.remove();
  await rm(folder, { recursive: true, force: true });
});

/** The real Docker CLI, with a configuration of its own. */
const docker = async (...args: string[]): Promise<string> => {
  const { stdout, stderr } = await run('docker', args, { env: environment, maxBuffer: 64 * 1024 * 1024 });
  return stdout + stderr;
};
const login = async (host: string): Promise<string> => {
  const password = await aws(sidecar, 'ecr', 'get-login-password');
  const child = spawn('docker', ['login', '--username', 'AWS', '--password-stdin', host], {
    env: environment,
  });
  child.stdin.end(password);
  return (await Promise.all([text(child.stdout), text(child.stderr)])).join('');
};

type Repository = { repositoryUri: string; repositoryArn: string };
const createRepository = async (name: string, ...more: string[]): Promise<Repository> =>
  (
    await awsJson<{ repository: Repository }>(
      sidecar,
      ...['ecr', 'create-repository', '--repository-name', name, ...more],
    )
  ).repository;

/** Builds an image that prints a text. */
const build = async (image: string, printed: string): Promise<void> => {
  const file = `FROM ${IMAGE}\nRUN echo ${printed} > /printed\nCMD ["sh", "-c", "cat /printed; sleep 300"]\n`;
  await writeFile(join(folder, 'Dockerfile'), file);
  await docker('build', '-q', '-t', image, folder);
  made.push(image);
};

/** Processes of the registry program that keeps the images of this data folder, with the one that watches over it. */
const registries = async (): Promise<string[]> => {
  const { stdout } = await run('ps', ['-eo', 'pid,args']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(join(sidecar.dataDir, 'registry')) && line.includes('serve'));
};

let uri = '';

t.test('an image is pushed by docker and run by a task, by the name that ECR gives it', async (t) => {
  const repository = await createRepository('team/app');
  const { port } = new URL(sidecar.url);
  uri = repository.repositoryUri;
  t.equal(uri, `localhost:${port}/000000000000.dkr.ecr.us-east-1/team/app`);
  t.same(await registries(), [], 'no registry runs before anybody pushes');
  await build(`${uri}:one`, 'first');
  t.match(await failure(docker('push', `${uri}:one`)), /no basic auth credentials/);
  t.match(await login(`localhost:${port}`), /Login Succeeded/);
  await docker('push', `${uri}:one`);
  const described = await awsJson<{ imageDetails: { imageDigest: string }[] }>(
    sidecar,
    ...['ecr', 'describe-images', '--repository-name', 'team/app'],
  );
  t.match(described.imageDetails, [
    { imageTags: ['one'], imageDigest: /^sha256:[0-9a-f]{64}$/, imageSizeInBytes: Number },
  ]);
  await docker('rmi', `${uri}:one`);
  const ofEcr = '000000000000.dkr.ecr.us-east-1.amazonaws.com/team/app';
  const digest = described.imageDetails[0]!.imageDigest;
  for (const image of [`${ofEcr}:one`, `${ofEcr}@${digest}`, `${uri}:one`]) {
    const definition = await register(sidecar, 'pushed', [{ image }]);
    const { taskArn } = await runTask(sidecar, definition);
    const task = await untilStatus(sidecar, taskArn, 'RUNNING');
    const { runtimeId = '', imageDigest } = task.containers![0]!;
    t.equal((await docker('logs', runtimeId)).trim(), 'first', image);
    t.equal(imageDigest, digest);
    await aws(sidecar, 'ecs', 'stop-task', '--task', taskArn);
    await untilStatus(sidecar, taskArn, 'STOPPED');
    made.push(`${uri}:one`, `${uri}@${digest}`);
    await docker('rmi', '-f', `${uri}:one`, `${uri}@${digest}`).catch(() => undefined);
  }
});

t.test("ECR's rules hold for docker", async (t) => {
  const registry = uri.replace('/team/app', '');
  await build(`${registry}/none:x`, 'none');
  t.match(
    await failure(docker('push', `${registry}/none:x`)),
    /The repository with name 'none' does not exist in the registry with id '000000000000'/,
  );
  const fixed = await createRepository('fixed', '--image-tag-mutability', 'IMMUTABLE');
  await build(`${fixed.repositoryUri}:v1`, 'a');
  await docker('push', `${fixed.repositoryUri}:v1`);
  await docker('push', `${fixed.repositoryUri}:v1`);
  await build(`${fixed.repositoryUri}:v1`, 'b');
  t.match(
    await failure(docker('push', `${fixed.repositoryUri}:v1`)),
    /The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable/,
  );
  const named = ['--repository-name', 'fixed'];
  t.match(await failure(aws(sidecar, 'ecr', 'delete-repository', ...named)), /RepositoryNotEmptyException/);
  const [image] = (
    await awsJson<{ images: { imageManifest: string }[] }>(
      sidecar,
      ...['ecr', 'batch-get-image', ...named, '--image-ids', 'imageTag=v1'],
    )
  ).images;
  await aws(
    sidecar,
    'ecr',
    'put-image',
    ...named,
    '--image-tag',
    'v2',
    '--image-manifest',
    image!.imageManifest,
  );
  await docker('pull', `${fixed.repositoryUri}:v2`);
  made.push(`${fixed.repositoryUri}:v2`);
  await aws(sidecar, 'ecr', 'batch-delete-image', ...named, '--image-ids', 'imageTag=v2');
  t.match(await failure(docker('pull', `${fixed.repositoryUri}:v2`)), /not found/);
  await docker('pull', `${fixed.repositoryUri}:v1`);
  await aws(sidecar, 'ecr', 'delete-repository', ...named, '--force');
  t.match(await failure(docker('pull', `${fixed.repositoryUri}:v1`)), /does not exist/);
});

/** Bytes of the files below a folder. */
const sizeOf = async (path: string): Promise<number> => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) => stat(join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
};

t.test(
  'what was deleted frees the disk once the registry is started again; what is left stays',
  async (t) => {
    const { repositoryUri } = await createRepository('large');
    await writeFile(join(folder, 'noise'), randomBytes(5_000_000));
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY noise /\n');
    await docker('build', '-q', '-t', `${repositoryUri}:v1`, folder);
    await docker('push', `${repositoryUri}:v1`);
    await docker('rmi', `${repositoryUri}:v1`);
    await rm(join(folder, 'noise'));
    const before = await sizeOf(join(sidecar.dataDir, 'registry'));
    await aws(sidecar, 'ecr', 'delete-repository', '--repository-name', 'large', '--force');
    await sidecar.stop();
    await sidecar.restart();
    await docker('pull', `${uri}:one`);
    t.ok((await sizeOf(join(sidecar.dataDir, 'registry'))) < before - 4_900_000);
  },
);

t.test('images outlive kill -9, a login does too, and no registry is left behind', async (t) => {
  t.equal((await registries()).filter((line) => !line.includes('/bin/sh')).length, 1);
  await sidecar.kill();
  await until('the registry has ended', async () => (await registries()).length === 0);
  await sidecar.restart();
  await build(`${uri}:two`, 'second');
  await docker('push', `${uri}:two`);
  await docker('rmi', `${uri}:two`);
  await docker('pull', `${uri}:one`);
  const { imageIds } = await awsJson<{ imageIds: { imageTag: string }[] }>(
    sidecar,
    ...['ecr', 'list-images', '--repository-name', 'team/app'],
  );
  t.same(imageIds.map(({ imageTag }) => imageTag).sort(), ['one', 'two']);
  const [line = ''] = (await registries()).filter((one) => !one.includes('/bin/sh'));
  process.kill(Number.parseInt(line), 'SIGKILL');
  await until('the registry is gone', async () => (await registries()).length === 0);
  await docker('pull', `${uri}:two`);
  t.equal(await sidecar.stop(), 0);
  t.same(await registries(), []);
});
