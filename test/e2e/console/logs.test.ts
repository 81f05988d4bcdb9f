import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Page } from 'playwright-core';
import t from 'tap';
import { axeFindings, screenshot, startBrowser } from '../../support/browser.ts';
import { until } from '../../support/poll.ts';
import { register, runTask, startSidecar } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const logConfiguration = (group: string) => ({
  logDriver: 'awslogs' as const,
  options: {
    'awslogs-group': group,
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'live',
    'awslogs-create-group': 'true',
  },
});

const countOf = (page: Page): Promise<string> => page.getByTestId('line-count').innerText();
const untilCount = (page: Page, count: string): Promise<unknown> =>
  until(`${count} are shown`, async () => (await countOf(page)) === count, 60_000);

/** A group with one stream of so many lines, a millisecond apart, of which the last is now. */
async function writeLines(group: string, count: number): Promise<void> {
  await sidecar.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  const stream = { logGroupName: group, logStreamName: 'of/one' };
  await sidecar.logs.send(new CreateLogStreamCommand(stream));
  const startMs = Date.now() - count;
  for (let at = 0; at < count; at += 10_000) {
    const logEvents = Array.from({ length: Math.min(10_000, count - at) }, (_, index) => ({
      timestamp: startMs + at + index,
      message: `line ${at + index}${(at + index) % 1000 === 0 ? ' error' : ''}`,
    }));
    await sidecar.logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  }
}

t.test(
  'a thousand lines a second of a container are followed, none is lost',
  browser.watched(async (t) => {
    const script =
      'for s in 0 1 2 3 4 5 6 7; do n=0; while [ $n -lt 1000 ]; do echo "line $s-$n"; n=$((n+1)); done; sleep 1; done; echo end; sleep 600';
    await register(sidecar, 'chatty', [
      { command: ['sh', '-c', script], logConfiguration: logConfiguration('/app/chatty') },
    ]);
    const page = await browser.open('/logs');
    await page.getByText('No log groups').waitFor();
    await runTask(sidecar, 'chatty');
    await page.getByRole('link', { name: '/app/chatty' }).click();
    await page.getByRole('link', { name: /^live\// }).click();
    await page
      .getByText(/^line 1-/)
      .first()
      .waitFor();
    // The page answers while they come.
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/paused; [\d,]+ lines? more since/).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('end', { exact: true }).waitFor();
    await untilCount(page, '8,001 lines');
    t.ok((await page.locator('.log-line').count()) < 200, 'only what is in sight is in the document');
  }),
);

t.test(
  'a hundred thousand lines: from the end to the beginning and back',
  browser.watched(async (t) => {
    await writeLines('/app/large', 100_000);
    const page = await browser.open(`/logs/${encodeURIComponent('/app/large')}/events?range=all`);
    await untilCount(page, '100,000 lines');
    await page.getByText('line 99999', { exact: true }).waitFor();
    await page.getByRole('log').focus();
    await page.keyboard.press('Home');
    await page.getByText('line 0 error', { exact: true }).waitFor();
    t.ok((await page.locator('.log-line').count()) < 200);
    await page.keyboard.press('End');
    await page.getByText('line 99999', { exact: true }).waitFor();

    await page.getByLabel('Filter pattern').fill('error');
    await page.keyboard.press('Enter');
    await untilCount(page, '100 lines');
    t.match(page.url(), /pattern=error/, 'the pattern is part of the address');
  }),
);

t.test(
  'a pattern that cannot be read is refused in CloudWatch’s words; pause, time and download',
  browser.watched(async (t) => {
    await writeLines('/app/small', 50);
    const page = await browser.open(`/logs/${encodeURIComponent('/app/small')}/events?range=all`, {
      refusals: true,
    });
    await untilCount(page, '50 lines');
    await page.getByRole('button', { name: 'Pause' }).click();
    await sidecar.logs.send(
      new PutLogEventsCommand({
        logGroupName: '/app/small',
        logStreamName: 'of/one',
        logEvents: [{ timestamp: Date.now(), message: 'after the pause' }],
      }),
    );
    await page.getByText(/paused; 1 line more since/).waitFor();
    t.equal(await page.getByText('after the pause').count(), 0);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    t.equal((await downloading).suggestedFilename(), 'app-small.log');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('after the pause').waitFor();

    await page.getByLabel('Jump to time').fill('2020-01-02 03:04:05');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=2020-01-0/);
    await untilCount(page, '51 lines');

    await page.getByLabel('Filter pattern').fill('{ $.level = ');
    await page.keyboard.press('Enter');
    await page.getByText('InvalidParameterException').waitFor();
  }),
);

t.test(
  'a group is deleted in the page, and gone from the API',
  browser.watched(async (t) => {
    await sidecar.logs.send(new CreateLogGroupCommand({ logGroupName: 'to-go' }));
    const page = await browser.open('/logs');
    await page.getByRole('checkbox', { name: 'Select to-go' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'to-go' }).waitFor({ state: 'detached' });
    const { logGroups = [] } = await sidecar.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: 'to-go' }),
    );
    t.same(logGroups, []);
  }),
);

for (const theme of ['light', 'dark'] as const) {
  t.test(
    `groups, streams and lines are accessible, ${theme}`,
    browser.watched(async (t) => {
      const page = await browser.open('/logs', { theme });
      await page.getByRole('link', { name: '/app/small' }).waitFor();
      t.same(await axeFindings(page), []);
      await screenshot(page, `log-groups-${theme}`);
      await page.getByRole('link', { name: '/app/chatty' }).click();
      await page.getByRole('link', { name: /^live\// }).waitFor();
      t.same(await axeFindings(page), []);
      await page.getByRole('link', { name: /^live\// }).click();
      await page.getByText('end', { exact: true }).waitFor();
      t.same(await axeFindings(page), []);
      await screenshot(page, `logs-${theme}`);
    }),
  );
}
