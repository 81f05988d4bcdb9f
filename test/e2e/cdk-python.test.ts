import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListClustersCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createCdk } from '../support/cdk.ts';
import { until } from '../support/poll.ts';
import { bringPythonCdk } from '../support/python-cdk.ts';
import { startSidecar } from '../support/sidecar.ts';

const EXAMPLE = 'cdk-bind-mount-python';
const library = await bringPythonCdk(EXAMPLE);

t.test(
  "the guide's app in Python: cdk deploy, edit the mounted file, see it in the container, cdk destroy",
  { skip: library.kind === 'missing' && library.reason },
  async (t) => {
    if (library.kind === 'missing') return;
    const sidecar = await startSidecar();
    t.teardown(() => sidecar.remove());
    const site = await mkdtemp(join(tmpdir(), 'ecsidecar-site-'));
    t.teardown(() => rm(site, { recursive: true, force: true }));
    await writeFile(join(site, 'index.html'), 'first');
    const cdk = await createCdk(t, sidecar, `examples/${EXAMPLE}`);
    const app = ['--app', `"${library.python}" -B app.py`];
    const environment = { SITE: site, PYTHONPATH: library.path };
    const found = () =>
      sidecar.docker.listContainers({
        filters: { label: [sidecar.label, 'com.amazonaws.ecs.container-name=web'] },
      });

    const deployed = await cdk(['deploy', '--require-approval', 'never', ...app], environment);
    t.equal(deployed.code, 0, deployed.output);
    const containers = await found();
    t.equal(containers.length, 1);
    const port = containers[0]?.Ports.find(({ PublicPort }) => PublicPort)?.PublicPort;
    const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port ?? 0}/`)).text();
    t.equal(await page(), 'first');
    await writeFile(join(site, 'index.html'), 'second');
    t.equal(await until('the new page', async () => (await page()) === 'second' && 'second'), 'second');

    const destroyed = await cdk(['destroy', '--force', ...app], environment);
    t.equal(destroyed.code, 0, destroyed.output);
    t.strictSame(await found(), []);
    t.strictSame((await sidecar.ecs.send(new ListClustersCommand({}))).clusterArns, []);
    t.strictSame((await sidecar.ecs.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns, []);
  },
);
