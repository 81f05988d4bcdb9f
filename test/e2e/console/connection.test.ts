import { CreateClusterCommand, DeleteClusterCommand } from '@aws-sdk/client-ecs';
import type { Page } from 'playwright-core';
import t from 'tap';
import { goTo, startBrowser } from '../../support/browser.ts';
import { aws } from '../../support/clients.ts';
import { until } from '../../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const LISTS = [
  ['Clusters', '/clusters', 'clusters'],
  ['Task definitions', '/task-definitions', 'families'],
  ['Services', '/services', 'services'],
  ['Tasks', '/tasks', 'tasks'],
  ['Logs', '/logs', 'log groups'],
] as const;
const area = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Side navigation' }).getByRole('link', { name, exact: true }).click();

t.test(
  'each list says that it is loading, why it failed with a way to try again, and that there is nothing',
  browser.watched(async (t) => {
    const page = await browser.open('/doctor', { refusals: true });
    await page.getByRole('row', { name: /engine/ }).waitFor();
    let answer: 'wait' | 'fail' | 'go' = 'wait';
    let letGo = (): void => undefined;
    await page.route(`${sidecar.url}/`, async (route) => {
      if (answer === 'wait') {
        await new Promise<void>((resolve) => {
          letGo = resolve;
        });
      }
      if (answer === 'go') await route.continue();
      else await route.fulfill({ status: 400, json: { __type: 'ServerException', message: 'out of order' } });
    });
    for (const [name, path, plural] of LISTS) {
      answer = 'wait';
      await area(page, name);
      await page.getByText(`Loading ${plural}`, { exact: true }).waitFor();
      answer = 'fail';
      letGo();
      await page.getByText('out of order').first().waitFor();
      await page.getByText('ServerException').first().waitFor();
      answer = 'go';
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(`No ${plural}`, { exact: true }).waitFor();
      t.equal(new URL(page.url()).pathname, `/_ecsidecar${path}`);
    }
  }),
);

t.test(
  'every area has an address, which reload and back keep',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters');
    const areas = [...LISTS, ['Events', '/activity'], ['Doctor', '/doctor']] as const;
    const titles = { Logs: 'Log groups' } as Readonly<Record<string, string>>;
    const isThere = async (name: string, path: string): Promise<void> => {
      await page.getByRole('heading', { level: 1, name: titles[name] ?? name, exact: true }).waitFor();
      t.equal(new URL(page.url()).pathname, `/_ecsidecar${path}`);
      t.equal(await page.title(), `${titles[name] ?? name} – ecsidecar`);
    };
    for (const [name, path] of areas) {
      await area(page, name);
      await isThere(name, path);
      await page.reload();
      await isThere(name, path);
    }
    for (const [name, path] of areas.toReversed().slice(1)) {
      await page.goBack();
      await isThere(name, path);
    }
    await page.goForward();
    await isThere('Task definitions', '/task-definitions');
  }),
);

t.test(
  'what the AWS CLI changes is seen without a reload; while nothing changes, nothing is asked for',
  browser.watched(async (t) => {
    await register(sidecar, 'idle', [{ command: ['sleep', '600'] }]);
    const { taskArn } = await runTask(sidecar, 'idle');
    await untilStatus(sidecar, taskArn, 'RUNNING');
    const page = await browser.open('/clusters');
    const asked: string[] = [];
    page.on('request', (request) =>
      asked.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`),
    );
    // From here on an hour of the page's timers goes by at a word.
    await page.clock.install();
    const task = `/tasks/${taskArn.split('/').slice(1).join('/')}`;
    const pages = [
      ['/clusters', 'default'],
      ['/clusters/default?tab=tasks', 'idle:1'],
      ['/task-definitions', 'idle'],
      ['/services', 'No services'],
      ['/tasks', 'idle:1'],
      [task, 'busybox'],
      [`${task}?tab=usage`, 'of a core'],
      ['/logs', 'No log groups'],
      ['/activity', 'RUNNING'],
    ] as const;
    for (const [path, text] of pages) {
      await goTo(page, `${sidecar.url}/_ecsidecar${path}`);
      await page.getByRole('main').getByText(text).first().waitFor();
      await page.clock.runFor(1000);
      asked.length = 0;
      await page.clock.runFor('10:00');
      t.same(asked, [], path);
    }
    await page.evaluate(`setInterval(() => fetch('/_ecsidecar/api/info'), 60_000)`);
    await page.clock.runFor('10:00');
    t.equal(asked.length, 10, 'one that asks by time is noticed');

    const seeing = await browser.open('/clusters');
    await seeing.getByRole('link', { name: 'default' }).waitFor();
    await aws(sidecar, 'ecs', 'create-cluster', '--cluster-name', 'by-cli');
    await seeing.getByRole('link', { name: 'by-cli' }).waitFor();
    await aws(sidecar, 'ecs', 'delete-cluster', '--cluster', 'by-cli');
    await seeing.getByRole('link', { name: 'by-cli' }).waitFor({ state: 'detached' });
  }),
);

t.test(
  'a page says that the sidecar is gone, and shows what there is when it is back',
  browser.watched(async (t) => {
    await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'before' }));
    const page = await browser.open('/clusters', { outages: true });
    const form = await browser.open('/clusters/create', { outages: true });
    await form.getByLabel('Cluster name').fill('by-form');
    const lost = page.getByText('The connection to the sidecar is lost');
    await page.getByRole('link', { name: 'before' }).waitFor();
    t.equal(await lost.count(), 0);

    await sidecar.kill();
    await lost.waitFor();
    await page.getByRole('link', { name: 'before' }).waitFor();
    await form.getByRole('button', { name: 'Create cluster' }).click();
    await form.getByText('The sidecar does not answer. Is it running?').first().waitFor();

    await sidecar.restart();
    await sidecar.ecs.send(new DeleteClusterCommand({ cluster: 'before' }));
    await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'after' }));
    await lost.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'after' }).waitFor();
    await page.getByRole('link', { name: 'before' }).waitFor({ state: 'detached' });
    // What was typed is still there. Other tests' networks may cut a request once more.
    const created = form.getByText('The cluster by-form was created.');
    await until('the cluster is made', async () => {
      await form.getByRole('button', { name: 'Create cluster' }).click();
      return created.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
    });
    await page.getByRole('link', { name: 'by-form' }).waitFor();
  }),
);

t.test(
  'light, dark or as the system: chosen at the top, kept, and followed',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters', { theme: 'light' });
    const dark = page.locator('body.awsui-dark-mode');
    const light = page.locator('body:not(.awsui-dark-mode)');
    const choose = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: 'Theme' }).click();
      await page.getByRole('menuitemcheckbox', { name }).click();
    };
    await light.waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await dark.waitFor();
    await choose('Light');
    await light.waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Theme' }).waitFor();
    t.equal(await dark.count(), 0, 'kept over a reload');
    await choose('Dark');
    await dark.waitFor();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    await dark.waitFor();
    await choose('As the system');
    await light.waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await dark.waitFor();
  }),
);
