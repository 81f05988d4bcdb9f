import {
  CreateCapacityProviderCommand,
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  StopTaskCommand,
  TagResourceCommand,
  UpdateClusterSettingsCommand,
  type Cluster,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import type { Page } from 'playwright-core';
import { atPath, goTo, startBrowser, testPages } from '../../support/browser.ts';
import { python } from '../../support/clients.ts';
import { until } from '../../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const describe = async (name: string): Promise<Cluster | undefined> => {
  const { clusters } = await sidecar.ecs.send(
    new DescribeClustersCommand({ clusters: [name], include: ['SETTINGS', 'TAGS'] }),
  );
  return clusters?.[0];
};
const inMain = (page: Page) => page.getByRole('main');

t.test(
  'the address of the sidecar leads a browser to its clusters',
  browser.watched(async (t) => {
    const page = await browser.open('/');
    await goTo(page, sidecar.url);
    await page.getByText('No clusters').waitFor();
    await atPath(page, '/clusters');
    t.equal(await page.title(), 'Clusters – ecsidecar');
  }),
);

t.test(
  'a cluster made in the page, with settings, capacity providers and tags, is seen by boto3',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters');
    await page.getByRole('button', { name: 'Create cluster' }).click();
    await page.getByLabel('Cluster name').fill('by-page');
    await page.getByRole('button', { name: 'Container Insights' }).click();
    await page.getByRole('option', { name: 'enhanced' }).click();
    await page.getByRole('button', { name: 'Capacity providers' }).click();
    await page.getByRole('option', { name: 'FARGATE', exact: true }).click();
    await page.getByRole('option', { name: 'FARGATE_SPOT' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByLabel('Base').fill('2');
    await page.getByLabel('Weight').fill('3');
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('textbox', { name: 'Key' }).fill('team');
    await page.getByRole('textbox', { name: 'Value' }).fill('web+co');
    await page.getByRole('button', { name: 'Create cluster' }).click();
    await page.getByText('The cluster by-page was created.').waitFor();
    await atPath(page, '/clusters/by-page');
    await page.getByRole('tab', { name: 'Tags' }).click();
    await page.getByRole('gridcell', { name: 'web+co' }).waitFor();

    const seen = await python(
      sidecar,
      `import boto3, json, os
c = boto3.client("ecs", endpoint_url=os.environ["ENDPOINT"]).describe_clusters(clusters=["by-page"], include=["SETTINGS", "TAGS"])["clusters"][0]
print(json.dumps([c[k] for k in ("settings", "capacityProviders", "defaultCapacityProviderStrategy", "tags")]))`,
    );
    t.same(JSON.parse(seen), [
      [{ name: 'containerInsights', value: 'enhanced' }],
      ['FARGATE', 'FARGATE_SPOT'],
      [{ capacityProvider: 'FARGATE', base: 2, weight: 3 }],
      [{ key: 'team', value: 'web+co' }],
    ]);
  }),
);

t.test(
  'what AWS refuses of a new cluster is said in its words, and the form keeps what was typed',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters/create', { refusals: true });
    await page.getByLabel('Cluster name').fill('not a name');
    await page.getByRole('button', { name: 'Create cluster' }).click();
    await inMain(page).getByText('InvalidParameterException: ').first().waitFor();
    t.equal(await page.getByLabel('Cluster name').inputValue(), 'not a name');
  }),
);

t.test(
  'clusters that come, change and go by the API are shown without reload',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters');
    await page.getByRole('link', { name: 'by-page' }).waitFor();
    await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'by-api' }));
    await page.getByRole('link', { name: 'by-api' }).click();
    await page.getByRole('heading', { name: 'by-api' }).waitFor();
    await inMain(page).getByText('arn:aws:ecs:us-east-1:000000000000:cluster/by-api').waitFor();
    await page.getByText('disabled').waitFor();
    await sidecar.ecs.send(
      new UpdateClusterSettingsCommand({
        cluster: 'by-api',
        settings: [{ name: 'containerInsights', value: 'enabled' }],
      }),
    );
    await page.getByText('enabled', { exact: true }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'by-api' }).waitFor();
    await sidecar.ecs.send(new DeleteClusterCommand({ cluster: 'by-api' }));
    await page.getByRole('link', { name: 'by-api' }).waitFor({ state: 'detached' });
    t.pass('seen');
  }),
);

t.test(
  'a cluster is edited in the page: only what differs is changed',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters/by-page');
    await page.getByRole('button', { name: 'Edit cluster' }).click();
    await page.getByRole('button', { name: 'Container Insights' }).click();
    await page.getByRole('option', { name: 'disabled' }).click();
    await page.getByRole('button', { name: 'Remove FARGATE_SPOT' }).click();
    // Another's change meanwhile is kept.
    const { clusterArn: resourceArn } = (await describe('by-page')) ?? {};
    await sidecar.ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'other', value: '1' }] }));
    await page.getByRole('button', { name: 'Remove tag team' }).click();
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('textbox', { name: 'Key' }).fill('owner');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The cluster by-page was updated.').waitFor();
    await atPath(page, '/clusters/by-page');
    const cluster = await describe('by-page');
    t.same(cluster?.settings, [{ name: 'containerInsights', value: 'disabled' }]);
    t.same(cluster?.capacityProviders, ['FARGATE']);
    t.same(cluster?.defaultCapacityProviderStrategy, [{ capacityProvider: 'FARGATE', base: 2, weight: 3 }]);
    t.same(cluster?.tags, [
      { key: 'other', value: '1' },
      { key: 'owner', value: '' },
    ]);
  }),
);

t.test(
  'a cluster with a task shows it and what is left of the machine, which is drained, and says in AWS’s words why it cannot be deleted',
  browser.watched(async (t) => {
    const definition = await register(sidecar, 'sleeper', [{ command: ['sleep', '600'], memory: 64 }]);
    const page = await browser.open('/clusters/by-page?tab=tasks', { refusals: true });
    await page.getByText('No tasks').waitFor();
    const { taskArn } = await runTask(sidecar, definition, { cluster: 'by-page', launchType: 'EC2' });
    await untilStatus(sidecar, taskArn, 'RUNNING');
    await page.getByRole('row', { name: /RUNNING.*sleeper:1/ }).waitFor();
    await page.getByText('1 running, 0 pending').waitFor();
    await page.getByRole('tab', { name: 'Container instances' }).click();
    const left = await page.getByRole('gridcell', { name: /^\d+ of \d+ MiB$/ }).innerText();
    const [remaining = 0, registered = 0] = (left.match(/\d+/g) ?? []).map(Number);
    t.equal(registered - remaining, 64, left);
    await page.reload();
    await page.getByRole('gridcell', { name: /^\d+ of \d+ units$/ }).waitFor();

    const choose = async (item: string): Promise<void> => {
      await page.getByRole('checkbox', { name: /^Select [0-9a-f]{32}/ }).check({ force: true });
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await choose('Drain');
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await page.getByText('1 container instance set to draining.').waitFor();
    await page.getByRole('row', { name: /DRAINING.*1 running/ }).waitFor();
    await t.rejects(
      runTask(sidecar, definition, { cluster: 'by-page', launchType: 'EC2' }),
      'nothing is placed there',
    );
    await choose('Activate');
    await page.getByText('1 container instance activated.').waitFor();
    await page.getByRole('row', { name: /ACTIVE.*1 running/ }).waitFor();

    await page.getByRole('link', { name: 'Clusters' }).first().click();
    await page.getByRole('checkbox', { name: 'Select by-page' }).check({ force: true });
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Remove selected' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('ClusterContainsTasksException').waitFor();
    await page.getByText('The Cluster cannot be deleted while Tasks are active.').waitFor();
    t.equal((await describe('by-page'))?.status, 'ACTIVE');

    await sidecar.ecs.send(new StopTaskCommand({ cluster: 'by-page', task: taskArn }));
    await untilStatus(sidecar, taskArn, 'STOPPED');
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Remove selected' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The cluster by-page was deleted.').waitFor();
    await page.getByRole('link', { name: 'by-page' }).waitFor({ state: 'detached' });
    t.equal((await describe('by-page'))?.status, 'INACTIVE');
  }),
);

t.test(
  'a cluster is deleted from its own page',
  browser.watched(async (t) => {
    await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'short-lived' }));
    const page = await browser.open('/clusters/short-lived');
    await page.getByRole('button', { name: 'Delete cluster' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The cluster short-lived was deleted.').waitFor();
    await atPath(page, '/clusters');
    t.equal((await describe('short-lived'))?.status, 'INACTIVE');
  }),
);

t.test(
  'the filter is found by its key and is part of the address',
  browser.watched(async (t) => {
    for (const clusterName of ['red', 'green'])
      await sidecar.ecs.send(new CreateClusterCommand({ clusterName }));
    const page = await browser.open('/clusters');
    await page.getByRole('link', { name: 'red' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gre');
    await page.getByRole('link', { name: 'red' }).waitFor({ state: 'detached' });
    await page.waitForURL(/[?&]filter=gre\b/);
    await page.reload();
    await page.getByRole('link', { name: 'green' }).waitFor();
    t.equal(await page.getByRole('link', { name: 'red' }).count(), 0);
  }),
);

t.test(
  'another region has clusters of its own, stays chosen, and is part of the address: a copied link opens it elsewhere',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters');
    await page.getByRole('link', { name: 'red' }).waitFor();
    await page.waitForURL(/\?region=us-east-1$/);
    await page.getByRole('button', { name: 'Region: us-east-1' }).click();
    await page.getByRole('menuitem', { name: 'eu-west-1' }).click();
    await page.getByText('No clusters').waitFor();
    await page.getByRole('link', { name: 'Services', exact: true }).click();
    await page.waitForURL(/\/services\?region=eu-west-1$/);
    await page.goBack();
    await page.waitForURL(/\/clusters\?region=eu-west-1$/);
    const link = new URL(page.url());
    await page.goBack();
    await page.getByRole('link', { name: 'red' }).waitFor();
    await page.getByRole('button', { name: 'Region: us-east-1' }).waitFor();

    const other = await browser.open(`/clusters${link.search}&account=111111111111`);
    await other.getByRole('button', { name: 'Region: eu-west-1' }).waitFor();
    await other.getByText('No clusters').waitFor();
    await goTo(other, `${sidecar.url}/_ecsidecar/`);
    await other.waitForURL(/\/clusters\?region=eu-west-1&account=111111111111$/);
    t.pass('kept');
  }),
);

for (const theme of ['light', 'dark'] as const) {
  t.test(
    `the pages of clusters are accessible, ${theme}`,
    browser.watched(async (t) => {
      await sidecar.ecs
        .send(
          new CreateCapacityProviderCommand({
            name: 'machines',
            autoScalingGroupProvider: {
              autoScalingGroupArn:
                'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:0:autoScalingGroupName/machines',
            },
          }),
        )
        .catch(() => undefined);
      const strategy = [{ capacityProvider: 'machines', base: 0, weight: 1 }];
      await sidecar.ecs.send(
        new CreateClusterCommand({
          clusterName: 'shown',
          capacityProviders: ['machines'],
          defaultCapacityProviderStrategy: strategy,
          tags: [{ key: 'team', value: 'web' }],
        }),
      );
      const page = await browser.open('/clusters', { theme });
      await testPages(t, page, sidecar, theme, [
        ['clusters', '/clusters', 'red'],
        ['clusters-create', '/clusters/create', 'Add tag'],
        ['cluster-services', '/clusters/shown?tab=services', 'No services'],
        ['cluster-tasks', '/clusters/shown?tab=tasks', 'No tasks'],
        ['cluster', '/clusters/shown?tab=instances', 'units'],
        ['cluster-capacity-providers', '/clusters/shown?tab=capacity-providers', 'Auto Scaling group'],
        ['cluster-settings', '/clusters/shown?tab=settings', 'ECS Exec logging'],
        ['cluster-tags', '/clusters/shown?tab=tags', 'team'],
        ['cluster-edit', '/clusters/shown/edit', 'Save changes'],
        ['no-cluster', '/clusters/missing', 'Cluster not found.'],
        ['nowhere', '/nowhere', 'Page not found'],
      ]);
    }),
  );
}

t.test(
  'a style sheet that did not come is asked for again',
  browser.watched(async (t) => {
    const page = await browser.open('/nowhere', { refusals: true });
    let asked = 0;
    await page.route(/\.css$/, (route) =>
      asked++ === 0 ? route.fulfill({ status: 503 }) : route.continue(),
    );
    await page.getByRole('link', { name: 'Services', exact: true }).click();
    await page.getByText('No services').waitFor();
    await until('all style sheets can be read', () =>
      page
        .evaluate('[...document.styleSheets].every(({ cssRules }) => cssRules.length >= 0)')
        .catch(() => false),
    );
    t.ok(asked > 1);
  }),
);

t.test(
  'an address that leads nowhere says so, and a cluster that is not there in AWS’s words',
  browser.watched(async (t) => {
    const page = await browser.open('/nowhere');
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await goTo(page, `${sidecar.url}/_ecsidecar/clusters/missing`);
    await page.getByText('Cluster not found.').waitFor();
    t.pass('said');
  }),
);
