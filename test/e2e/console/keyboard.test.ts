import { CreateClusterCommand, DescribeClustersCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { Locator, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { goTo, startBrowser } from '../../support/browser.ts';
import { until } from '../../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const MAX_STEPS = 120;
type Focusable = { getRootNode(): { readonly activeElement: unknown } };
const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => {
    const one = element as unknown as Focusable;
    return one.getRootNode().activeElement === one;
  });

/** Presses a key until this has the focus; rejects when it never gets it. */
async function moveTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < MAX_STEPS; step++) {
    if (await isFocused(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the key ${key} does not reach ${String(target)}`);
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** Goes to it and presses Enter. */
async function enter(page: Page, target: Locator): Promise<void> {
  await moveTo(page, target);
  await page.keyboard.press('Enter');
}

/** The mouse is not used, nor does anything focus for the reader what he did not reach himself. */
t.test(
  'with the keyboard alone a cluster is made, a definition registered, a task run and stopped',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters', { refusals: true });
    await enter(page, button(page, 'Create cluster'));
    await moveTo(page, page.getByLabel('Cluster name'));
    await page.keyboard.type('by-keys');
    await enter(page, button(page, 'Create cluster'));
    await page.getByRole('heading', { name: 'by-keys' }).waitFor();
    const { clusters } = await sidecar.ecs.send(new DescribeClustersCommand({ clusters: ['by-keys'] }));
    t.equal(clusters?.[0]?.status, 'ACTIVE');

    await enter(page, page.getByRole('link', { name: 'Task definitions' }));
    await enter(page, button(page, 'Register task definition'));
    await moveTo(page, page.getByLabel('Family'));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('by-keys');
    await moveTo(page, page.getByLabel('Command'));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('["sleep", "600"]');
    await enter(page, button(page, 'Register'));
    await page.getByRole('heading', { name: 'by-keys:1' }).waitFor();

    await enter(page, page.getByRole('link', { name: 'Tasks', exact: true }));
    await enter(page, button(page, 'Run task'));
    await moveTo(page, page.getByRole('button', { name: /^Task definition/ }));
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'by-keys:1' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await enter(page, button(page, 'Run task'));
    await page.waitForURL(/\/tasks\/default\/[0-9a-f]{32}/);
    const { taskArns: [arn = ''] = [] } = await sidecar.ecs.send(new ListTasksCommand({ family: 'by-keys' }));
    await untilStatus(sidecar, arn, 'RUNNING');

    await enter(page, button(page, 'Stop'));
    const dialog = page.getByRole('dialog');
    await moveTo(page, dialog.getByLabel('Reason'));
    await page.keyboard.type('enough');
    await enter(page, dialog.getByRole('button', { name: 'Stop' }));
    t.equal((await untilStatus(sidecar, arn, 'STOPPED')).stoppedReason, 'enough');
  }),
);

/** All in the page's main part that can be pressed, and is in no table. */
const PRESSABLE = 'button:not(:disabled):not([aria-disabled="true"]), a[href], input:not(:disabled)';

/** What the key Tab leaves out. */
async function notReached(page: Page): Promise<string[]> {
  for (let step = 0; step < MAX_STEPS; step++) {
    await page.keyboard.press('Tab');
    const isAgain = await page.evaluate(`(() => {
      const at = document.activeElement;
      if (at === document.body || at.dataset.reached) return at.dataset.reached !== undefined;
      at.dataset.reached = 'yes';
      return false;
    })()`);
    if (isAgain === true) break;
  }
  return page.evaluate<string[]>(`[...document.querySelectorAll('main :is(${PRESSABLE})')]
    .filter((one) => one.checkVisibility() && !one.closest('table, [aria-hidden="true"]') && !one.dataset.reached)
    .map((one) => one.outerHTML)`);
}

t.test(
  'on every list the key Tab reaches each action',
  browser.watched(async (t) => {
    await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'listed' }));
    const page = await browser.open('/clusters');
    for (const path of [
      '/clusters',
      '/task-definitions',
      '/task-definitions/by-keys',
      '/services',
      '/tasks',
      '/logs',
      '/activity',
      '/doctor',
    ]) {
      await goTo(page, `${sidecar.url}/_ecsidecar${path}`);
      await page.getByRole('table').or(page.getByRole('grid')).first().waitFor();
      t.same(await notReached(page), [], path);
    }
    await page.reload();
    await button(page, 'Look again').waitFor();
    await page.evaluate(`[...document.querySelectorAll('main button')]
      .find((one) => one.textContent === 'Look again').tabIndex = -1`);
    t.equal((await notReached(page)).length, 1, 'one that is left out is found');
  }),
);

/** The focus stays in the dialog, Escape closes it, and the focus is back at what opened it. */
async function trapsAndReturns(t: Test, page: Page, opener: Locator): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await until('the dialog has the focus', () =>
    page.evaluate<boolean>(`document.activeElement.closest('[role=dialog]') !== null`),
  );
  for (const key of [
    ...Array.from({ length: 6 }, () => 'Tab'),
    ...Array.from({ length: 9 }, () => 'Shift+Tab'),
  ]) {
    await page.keyboard.press(key);
    const where = await page.evaluate(
      `document.activeElement.closest('[role=dialog]') ? 'in' : document.activeElement.outerHTML`,
    );
    t.equal(where, 'in', `after ${key}`);
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await until('the focus is back', () => isFocused(opener));
}

t.test(
  'rows are selected by key; dialogs keep the focus, are closed by Escape and give it back',
  browser.watched(async (t) => {
    const page = await browser.open('/clusters');
    const row = page.getByRole('checkbox', { name: 'Select listed' });
    await moveTo(page, page.getByRole('checkbox', { name: 'Select all clusters' }));
    await moveTo(page, row, 'ArrowDown');
    await page.keyboard.press('Space');
    t.ok(await row.isChecked());
    await moveTo(page, page.getByRole('link', { name: 'listed' }), 'ArrowRight');
    const actions = button(page, 'Actions');
    await moveTo(page, actions, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await moveTo(page, page.getByRole('menuitem', { name: 'Remove selected' }), 'ArrowDown');
    await page.keyboard.press('Enter');
    await trapsAndReturns(t, page, actions);

    await moveTo(page, page.getByRole('link', { name: 'listed' }));
    await page.keyboard.press('Enter');
    const remove = button(page, 'Delete cluster');
    await enter(page, remove);
    await trapsAndReturns(t, page, remove);

    await register(sidecar, 'kept', [{ command: ['sleep', '600'] }]);
    const { taskArn } = await runTask(sidecar, 'kept');
    await goTo(page, `${sidecar.url}/_ecsidecar/tasks/${taskArn.split('/').slice(1).join('/')}`);
    const stop = button(page, 'Stop');
    await enter(page, stop);
    await trapsAndReturns(t, page, stop);

    await goTo(page, `${sidecar.url}/_ecsidecar/activity`);
    const event = page.getByRole('button', { name: /^ECS Task State Change/ }).first();
    await moveTo(page, page.getByRole('button', { name: 'Time' }));
    await page.keyboard.press('ArrowRight');
    await moveTo(page, event, 'ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }),
);
