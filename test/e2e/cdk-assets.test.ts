import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { createCdk } from '../support/cdk.ts';
import { aws } from '../support/clients.ts';
import { programPath } from '../support/registry.ts';
import { startSidecar } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar({ PATH: programPath() });
const login = await mkdtemp(join(tmpdir(), 'ecsidecar-login-'));
t.teardown(async () => {
  await sidecar.remove();
  // By their ids, under which they also have the names that the CDK's CLI built them by.
  const { stdout } = await run('docker', ['images', '--format', '{{.Repository}} {{.ID}}']);
  const ours = stdout
    .split('\n')
    .filter((line) => line.startsWith(`localhost:${new URL(sidecar.url).port}/`));
  const ids = new Set(ours.map((line) => line.split(' ')[1] ?? ''));
  if (ids.size > 0) await run('docker', ['rmi', '-f', ...ids]);
  await rm(login, { recursive: true, force: true });
});

const ENVIRONMENT = { DOCKER_CONFIG: login, DOCKER_BUILDKIT: '0' };
const DEPLOY = ['deploy', '--require-approval', 'never'];
const BOOTSTRAP = ['bootstrap', 'aws://000000000000/us-east-1'];
const containers = () =>
  sidecar.docker.listContainers({ filters: { label: [sidecar.label, 'cdk.test=Assets'] } });

t.test(
  'cdk bootstrap, and deploy with an image and files as assets and in a bucket, by the default synthesizer',
  async (t) => {
    const cdk = await createCdk(t, sidecar, 'test/support/cdk-assets');
    const bootstrapped = await cdk(BOOTSTRAP, ENVIRONMENT);
    t.equal(bootstrapped.code, 0, bootstrapped.output);
    const deployed = await cdk(DEPLOY, ENVIRONMENT);
    t.equal(deployed.code, 0, deployed.output);
    const [container] = await containers();
    const { stdout } = await run('docker', ['logs', container?.Id ?? '']);
    t.equal(stdout, 'from-an-asset\n', 'the task runs the image that was built and pushed');
    const [, url = ''] = /Assets\.FileUrl = (s3:\S+)/.exec(deployed.output) ?? [];
    const file = await readFile(new URL('../support/cdk-assets/image/Dockerfile', import.meta.url), 'utf8');
    t.equal(await aws(sidecar, 's3', 'cp', url, '-'), file);
    const [, site = ''] = /Assets\.SiteUrl = (s3:\S+)/.exec(deployed.output) ?? [];
    t.equal(await aws(sidecar, 's3', 'cp', `${site}Dockerfile`, '-'), file);
    t.match(await aws(sidecar, 's3', 'cp', `${site}names.json`, '-'), /^\{"cluster":"Assets-Cluster-\w+"\}$/);
    t.match((await cdk(DEPLOY, ENVIRONMENT)).output, '(no changes)');
    t.match((await cdk(BOOTSTRAP, ENVIRONMENT)).output, '(no changes)');
    const destroyed = await cdk(['destroy', '--force'], ENVIRONMENT);
    t.equal(destroyed.code, 0, destroyed.output);
    t.strictSame(await containers(), []);
  },
);

const ASSET = new URL('../support/cdk-app/cdk.json', import.meta.url).pathname;
for (const SYNTHESIZER of ['credentials', 'legacy'])
  t.test(`an app with a file as asset, by the synthesizer ${SYNTHESIZER}`, async (t) => {
    const cdk = await createCdk(t, sidecar, 'test/support/cdk-app');
    const environment = { ...ENVIRONMENT, STACK: SYNTHESIZER, SYNTHESIZER, ASSET };
    const deployed = await cdk(DEPLOY, environment);
    t.equal(deployed.code, 0, deployed.output);
    const [, url = ''] = /\.FileUrl = (s3:\S+)/.exec(deployed.output) ?? [];
    t.equal(await aws(sidecar, 's3', 'cp', url, '-'), await readFile(ASSET, 'utf8'));
    const destroyed = await cdk(['destroy', '--force'], environment);
    t.equal(destroyed.code, 0, destroyed.output);
  });

t.test('cdklocal as it is set up for LocalStack: bootstrap, deploy, destroy', async (t) => {
  const cdklocal = await createCdk(t, sidecar, 'test/support/cdk-app', 'cdklocal');
  const environment = {
    ...ENVIRONMENT,
    STACK: 'Local',
    SYNTHESIZER: 'default',
    // cdklocal makes up its endpoints itself, and refuses to have one without the other.
    AWS_ENDPOINT_URL: undefined,
    EDGE_PORT: new URL(sidecar.url).port,
    // Public DNS has 127.0.0.1 for these names; tests do without it.
    NODE_OPTIONS: `--require ${new URL('../support/resolve-localstack.mjs', import.meta.url).pathname}`,
  };
  const bootstrapped = await cdklocal(BOOTSTRAP, environment);
  t.equal(bootstrapped.code, 0, bootstrapped.output);
  const deployed = await cdklocal(DEPLOY, environment);
  t.equal(deployed.code, 0, deployed.output);
  const running = () =>
    sidecar.docker.listContainers({ filters: { label: [sidecar.label, 'cdk.test=Local'] } });
  t.equal((await running()).length, 1);
  const destroyed = await cdklocal(['destroy', '--force'], environment);
  t.equal(destroyed.code, 0, destroyed.output);
  t.strictSame(await running(), []);
});
