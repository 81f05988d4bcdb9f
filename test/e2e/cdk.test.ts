import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListClustersCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createCdk } from '../support/cdk.ts';
import { until } from '../support/poll.ts';
import { startSidecar } from '../support/sidecar.ts';
import { cloudFormation } from '../support/stacks.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});
const DEPLOY = ['deploy', '--require-approval', 'never'];

const containers = (label: string) =>
  sidecar.docker.listContainers({ filters: { label: [sidecar.label, label] } });

t.test('the example: cdk deploy, edit the mounted file, see it in the container, cdk destroy', async (t) => {
  const site = await mkdtemp(join(tmpdir(), 'ecsidecar-site-'));
  t.teardown(() => rm(site, { recursive: true, force: true }));
  await writeFile(join(site, 'index.html'), 'first');
  const cdk = await createCdk(t, sidecar, 'examples/cdk-bind-mount');
  const deployed = await cdk(DEPLOY, { SITE: site });
  t.equal(deployed.code, 0, deployed.output);
  const found = await containers('com.amazonaws.ecs.container-name=web');
  t.equal(found.length, 1);
  const port = found[0]?.Ports.find(
    ({ PrivatePort, PublicPort }) => PrivatePort === 8080 && PublicPort,
  )?.PublicPort;
  const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port ?? 0}/`)).text();
  t.equal(await page(), 'first');
  await writeFile(join(site, 'index.html'), 'second');
  t.equal(await until('the new page', async () => (await page()) === 'second' && 'second'), 'second');

  const again = await cdk(DEPLOY, { SITE: site });
  t.match(again.output, '(no changes)');

  const destroyed = await cdk(['destroy', '--force'], { SITE: site });
  t.equal(destroyed.code, 0, destroyed.output);
  t.match(destroyed.output, 'BindMount: destroyed');
  t.strictSame(await containers('com.amazonaws.ecs.container-name=web'), []);
  t.strictSame((await sidecar.ecs.send(new ListClustersCommand({}))).clusterArns, []);
  t.strictSame((await sidecar.ecs.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns, []);
});

t.test('update, hotswap, diff and drift', async (t) => {
  const cdk = await createCdk(t, sidecar, 'test/support/cdk-app');
  const commands = async (): Promise<string[]> =>
    (await containers('cdk.test=Service')).map(({ Command }) => Command);
  t.equal((await cdk(DEPLOY)).code, 0);
  t.strictSame(await commands(), ["sh -c 'exec sleep 1000'"]);
  t.match((await cdk(['diff'])).output, 'There were no differences');
  const updated = await cdk(DEPLOY, { COMMAND: 'exec sleep 1001' });
  t.equal(updated.code, 0, updated.output);
  t.strictSame(await commands(), ["sh -c 'exec sleep 1001'"]);
  const swapped = await cdk([...DEPLOY, '--hotswap'], { COMMAND: 'exec sleep 1002' });
  t.equal(swapped.code, 0, swapped.output);
  t.match(swapped.output, /hotswapp/);
  t.strictSame(await commands(), ["sh -c 'exec sleep 1002'"]);
  const drifted = await cdk(['drift'], { COMMAND: 'exec sleep 1001' });
  t.match(drifted.output, /\[~\] AWS::ECS::Service Service [^]*\/TaskDefinition[^]*:2\n[^]*:3\n/);
  t.equal((await cdk(['destroy', '--force'])).code, 0);
});

t.test('a service that cannot start: its exit code and its log are printed, and it rolls back', async (t) => {
  const cdk = await createCdk(t, sidecar, 'test/support/cdk-app');
  const failed = await cdk(DEPLOY, { STACK: 'Broken', COMMAND: 'echo no database at all; exit 7' });
  t.not(failed.code, 0);
  t.match(failed.output, 'no database at all');
  t.match(failed.output, /\b7\b/);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'Broken' }));
  t.equal(Stacks?.[0]?.StackStatus, 'ROLLBACK_COMPLETE');
  const fixed = await cdk(DEPLOY, { STACK: 'Broken' });
  t.equal(fixed.code, 0, fixed.output);
  t.equal((await cdk(['destroy', '--force'], { STACK: 'Broken' })).code, 0);
});

t.test('the bootstrapless synthesizer needs no bootstrap either', async (t) => {
  const cdk = await createCdk(t, sidecar, 'test/support/cdk-app');
  const environment = { STACK: 'Less', SYNTHESIZER: 'bootstrapless' };
  const deployed = await cdk(DEPLOY, environment);
  t.equal(deployed.code, 0, deployed.output);
  t.equal((await containers('cdk.test=Less')).length, 1);
  t.equal((await cdk(['destroy', '--force'], environment)).code, 0);
});
