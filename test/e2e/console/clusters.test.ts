import { CreateClusterCommand, DeleteClusterCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { axeFindings, screenshot, startBrowser } from '../../support/browser.ts';
import { startSidecar } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

t.test(
  'the address of the sidecar leads a browser to its clusters',
  browser.watched(async (t) => {
    const page = await browser.open('/');
    await page.goto(sidecar.url);
    await page
      .getByRole('heading', { name: 'No clusters' })
      .or(page.getByText('No clusters'))
      .first()
      .waitFor();
    t.equal(page.url(), `${sidecar.url}/_ecsidecar/clusters`);
    t.equal(await page.title(), 'Clusters – ecsidecar');
  }),
);

t.test(
  'clusters that come and go by the API are shown without reload',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters');
    await page.getByText('No clusters').waitFor();
    await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'by-api' }));
    await page.getByRole('link', { name: 'by-api' }).waitFor();
    await sidecar.ecs.send(new DeleteClusterCommand({ cluster: 'by-api' }));
    await page.getByRole('link', { name: 'by-api' }).waitFor({ state: 'detached' });
    t.pass('seen');
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
    t.match(page.url(), /\?filter=gre$/);
    await page.reload();
    await page.getByRole('link', { name: 'green' }).waitFor();
    t.equal(await page.getByRole('link', { name: 'red' }).count(), 0);
  }),
);

for (const theme of ['light', 'dark'] as const) {
  t.test(
    `the list is accessible, ${theme}`,
    browser.watched(async (t) => {
      const page = await browser.open('/clusters', { theme });
      await page.getByRole('link', { name: 'red' }).waitFor();
      t.same(await axeFindings(page), []);
      await screenshot(page, `clusters-${theme}`);
    }),
  );
}

t.test(
  'an address that leads nowhere says so',
  browser.watched(async (t) => {
    const page = await browser.open('/nowhere');
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    t.pass('said');
  }),
);
