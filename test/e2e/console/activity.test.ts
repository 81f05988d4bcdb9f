import { homedir } from 'node:os';
import { CreateClusterCommand, CreateServiceCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { axeFindings, screenshot, startBrowser } from '../../support/browser.ts';
import { register, startSidecar } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

t.test(
  'events appear as they happen, are found by their words and opened',
  browser.watched(async (t) => {
    const page = await browser.open('/activity');
    await page.getByText('No events').waitFor();
    await sidecar.ecs.send(new CreateClusterCommand({}));
    await register(sidecar, 'told', [{ command: ['sleep', '600'] }]);
    await sidecar.ecs.send(
      new CreateServiceCommand({ serviceName: 'web', taskDefinition: 'told', desiredCount: 1 }),
    );
    await page.getByText('SERVICE_STEADY_STATE').waitFor();
    await page.getByPlaceholder(/Find events/).fill('RUNNING');
    const first = page.getByRole('button', { name: /^ECS Task State Change/ }).first();
    await first.click();
    const text = await page.getByRole('dialog').locator('pre, code').first().innerText();
    t.match(JSON.parse(text), { source: 'aws.ecs', 'detail-type': 'ECS Task State Change' });
  }),
);

for (const theme of ['light', 'dark'] as const) {
  t.test(
    `events and doctor are accessible, ${theme}`,
    browser.watched(async (t) => {
      const page = await browser.open('/activity', { theme });
      await page.getByText('SERVICE_STEADY_STATE').waitFor();
      t.same(await axeFindings(page), []);
      await screenshot(page, `events-${theme}`);
      await page.getByRole('link', { name: 'Doctor' }).click();
      await page.getByRole('row', { name: /engine/ }).waitFor();
      await page.getByText(sidecar.dataDir, { exact: true }).waitFor();
      t.same(await axeFindings(page), []);
      await screenshot(page, `doctor-${theme}`, {
        [sidecar.dataDir]: '/home/you/project/.ecsidecar',
        [homedir()]: '/home/you',
        [sidecar.network]: 'ecsidecar',
        [new URL(sidecar.url).host]: '127.0.0.1:4566',
      });
    }),
  );
}
