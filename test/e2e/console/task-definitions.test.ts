import { DeregisterTaskDefinitionCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { Page } from 'playwright-core';
import t from 'tap';
import { axeFindings, startBrowser, testPages } from '../../support/browser.ts';
import { register, startSidecar } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const describe = async (taskDefinition: string) =>
  (await sidecar.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;

const codeOf = (page: Page, label: string) => page.getByTestId(label).getByRole('textbox');

t.test(
  'a definition is registered by the form, with its Compose file in sight',
  browser.watched(async (t) => {
    // ECS refuses what is half typed.
    const page = await browser.open('/task-definitions', { refusals: true });
    await page.getByText('No families').waitFor();
    await page.getByRole('button', { name: 'Register task definition' }).click();
    await page.getByLabel('Family').fill('shop');
    await page.getByLabel('Image').fill('nginx:alpine');
    await page.getByLabel('Ports').fill('8080:80, 53/udp');
    await page.getByLabel('Environment').fill('MODE=test\nEMPTY=');
    await codeOf(page, 'Compose file').getByText('nginx:alpine').waitFor();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByRole('heading', { name: 'shop:1' }).waitFor();
    t.match((await describe('shop:1'))?.containerDefinitions?.[0], {
      image: 'nginx:alpine',
      portMappings: [
        { hostPort: 8080, containerPort: 80 },
        { containerPort: 53, protocol: 'udp' },
      ],
      environment: [
        { name: 'MODE', value: 'test' },
        { name: 'EMPTY', value: '' },
      ],
    });
  }),
);

t.test(
  'a new revision begins with the old one, is typed as JSON and shows what is another',
  browser.watched(async (t) => {
    const page = await browser.open('/task-definitions/shop/1', { refusals: true });
    await page.getByRole('button', { name: 'New revision' }).click();
    // The page before has such a tab too.
    await page.getByRole('heading', { name: 'New revision of shop' }).waitFor();
    await page.getByRole('tab', { name: 'JSON' }).click();
    const editor = codeOf(page, 'Task definition');
    await editor.getByText('nginx:alpine').waitFor();
    const old = await describe('shop:1');
    const { name } = old?.containerDefinitions?.[0] ?? {};
    await editor.fill(
      JSON.stringify(
        { family: 'shop', networkMode: 'moon', containerDefinitions: [{ name, image: 7 }] },
        undefined,
        1,
      ),
    );
    await page.getByTestId('Task definition').locator('.cm-lint-marker-error').first().waitFor();
    await editor.fill(
      JSON.stringify(
        { family: 'shop', containerDefinitions: [{ name, image: 'nginx:mainline', memory: 64 }] },
        undefined,
        1,
      ),
    );
    await page.getByRole('tab', { name: /^Changes to/ }).click();
    const changes = page.getByTestId('Changes to shop:1');
    await changes.locator('.cm-changedLine', { hasText: 'nginx:mainline' }).waitFor();
    await changes.locator('.cm-deletedChunk', { hasText: 'nginx:alpine' }).first().waitFor();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByRole('heading', { name: 'shop:2' }).waitFor();
    t.equal((await describe('shop'))?.containerDefinitions?.[0]?.image, 'nginx:mainline');
  }),
);

t.test(
  'members are proposed from ECS’s own schema',
  browser.watched(async (t) => {
    const page = await browser.open('/task-definitions/~register', { refusals: true });
    await page.getByRole('tab', { name: 'JSON' }).click();
    const editor = codeOf(page, 'Task definition');
    await editor.fill('{}');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('"netw');
    await page.getByRole('option', { name: 'networkMode' }).click();
    await editor.getByText('"networkMode"').waitFor();
    t.pass('proposed and taken');
  }),
);

t.test(
  'what is registered by the API is shown without reload; revisions are deregistered and deleted',
  browser.watched(async (t) => {
    const page = await browser.open('/task-definitions');
    await page.getByRole('link', { name: 'shop', exact: true }).waitFor();
    await register(sidecar, 'by-api', [{}]);
    await page.getByRole('link', { name: 'by-api', exact: true }).click();
    await register(sidecar, 'by-api', [{}]);
    await page.getByRole('link', { name: 'by-api:2' }).waitFor();
    await page.getByRole('checkbox', { name: 'Select by-api:1' }).click();
    await page.getByRole('button', { name: 'Deregister' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deregister' }).click();
    await page.getByText('1 revision deregistered.').waitFor();
    t.equal((await describe('by-api:1'))?.status, 'INACTIVE');
    await sidecar.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'by-api:2' }));
    await page.getByRole('link', { name: 'by-api:2' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('row', { name: /by-api:2 DELETE_IN_PROGRESS/ }).waitFor();
    t.equal((await describe('by-api:2'))?.status, 'DELETE_IN_PROGRESS');
  }),
);

for (const theme of ['light', 'dark'] as const) {
  t.test(
    `families, a revision and its editor are accessible, ${theme}`,
    browser.watched(async (t) => {
      const page = await browser.open('/task-definitions', { theme });
      await testPages(t, page, sidecar, theme, [
        ['task-definitions', '/task-definitions', 'shop:2'],
        ['family', '/task-definitions/shop', 'shop:1'],
        ['task-definition-containers', '/task-definitions/shop/1', 'nginx:alpine'],
        ['task-definition-volumes', '/task-definitions/shop/1?tab=volumes', 'No volumes'],
        ['task-definition-json', '/task-definitions/shop/1?tab=json', 'containerDefinitions'],
        ['task-definition', '/task-definitions/shop/1?tab=compose', 'nginx:alpine'],
        ['task-definition-tags', '/task-definitions/shop/1?tab=tags', 'No tags'],
        ['register', '/task-definitions/~register?from=shop:1', 'nginx:alpine'],
      ]);
      await page.getByRole('tab', { name: 'JSON' }).click();
      await page.getByRole('tab', { name: /^Changes to/ }).click();
      await page.getByTestId('Changes to shop:1').getByRole('textbox').waitFor();
      t.same(await axeFindings(page), [], 'JSON and differences');
    }),
  );
}
