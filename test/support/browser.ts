import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page, type Request } from 'playwright-core';
import type { Test } from 'tap';
import type { TestSidecar } from './sidecar.ts';

/** A browser on a sidecar's page. */
export type TestBrowser = {
  /** Opens a page below `/_ecsidecar`, e.g. `/clusters`, in a window of its own, and watches it. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /**
   * A test that fails also when anything goes wrong in a window: errors and warnings of the console and of scripts, what
   * the Content-Security-Policy refuses, dialogs of the browser, requests that fail or go elsewhere. Windows are closed
   * at its end.
   */
  watched(body: (t: Test) => Promise<void>): (t: Test) => Promise<void>;
  close(): Promise<void>;
};

export type OpenOptions = {
  readonly theme?: 'light' | 'dark';
  readonly region?: string;
  /** Answers of 4xx and 5xx that the test provokes; a console reports each. */
  readonly refusals?: boolean;
  /** The sidecar is stopped meanwhile: requests get no answer. */
  readonly outages?: boolean;
};

const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium, which `npm test` makes present. */
export async function startBrowser({ url }: Pick<TestSidecar, 'url'>): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env['ECSIDECAR_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    // Its sandbox does not work for root.
    args: [...ARGUMENTS, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  let problems: string[] = [];
  return {
    async open(path, { theme = 'light', region, refusals = false, outages = false } = {}) {
      const context = await browser.newContext({
        colorScheme: theme,
        viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(60_000);
      if (region !== undefined) {
        const scope = JSON.stringify({ account: '000000000000', region });
        await context.addInitScript(`localStorage.setItem('ecsidecar.scope', ${JSON.stringify(scope)})`);
      }
      const page = await context.newPage();
      watch(page, context, new URL(url).origin, { refusals, outages }, (problem) => problems.push(problem));
      await goTo(page, `${url}/_ecsidecar${path}`);
      return page;
    },
    watched: (body) => async (t) => {
      try {
        await body(t);
        t.same(problems, [], 'nothing went wrong in the browser');
      } catch (error) {
        throw new Error(`${String(error)}\n${await shownNow(browser, problems)}`, { cause: error });
      } finally {
        problems = [];
        await Promise.all(browser.contexts().map((context) => context.close()));
      }
    },
    close: () => browser.close(),
  };
}

/**
 * Chromium cuts all its requests when a network interface comes or goes, and Docker makes one for each container of any
 * test. The page asks again by itself; only what it is made of is missing then.
 */
const CUT = /net::ERR_NETWORK_CHANGED/;
const UNANSWERED = /net::ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/;

/** Opens another address in the same window; again when a file of the page was cut off. */
export async function goTo(page: Page, address: string): Promise<void> {
  const cut: string[] = [];
  const notice = (request: Request): void => {
    if (CUT.test(request.failure()?.errorText ?? '') && request.resourceType() !== 'fetch')
      cut.push(request.url());
  };
  page.on('requestfailed', notice);
  for (let attempt = 1; attempt <= 5; attempt++) {
    cut.length = 0;
    await page.goto(address).catch((error: unknown) => {
      if (!CUT.test(String(error)) && !/interrupted by .* "chrome-error:/.test(String(error))) throw error;
      cut.push(address);
    });
    if (cut.length === 0) break;
  }
  page.off('requestfailed', notice);
}

/** Waits for the page at this path below `/_ecsidecar`, whatever the address has behind it. */
export const atPath = (page: Page, path: string): Promise<void> =>
  page.waitForURL(({ pathname }) => pathname === `/_ecsidecar${path}`);

/** Why a test may have waited in vain: what went wrong in its windows, and what they show. */
async function shownNow(browser: Browser, problems: readonly string[]): Promise<string> {
  const pages = browser.contexts().flatMap((context) => context.pages());
  const shown = pages.map(
    async (page) => `${page.url()} shows: ${await page.innerText('body', { timeout: 5000 }).catch(String)}`,
  );
  return [...problems, ...(await Promise.all(shown))].join('\n');
}

function watch(
  page: Page,
  context: BrowserContext,
  origin: string,
  { refusals, outages }: { readonly refusals: boolean; readonly outages: boolean },
  report: (problem: string) => void,
): void {
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (refusals && /^Failed to load resource: the server responded with a status of/.test(message.text()))
      return;
    if (CUT.test(message.text()) || (outages && UNANSWERED.test(message.text()))) return;
    report(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => {
    report(`script error: ${error.stack ?? error.message}`);
  });
  page.on('dialog', (dialog) => {
    report(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    const to = new URL(request.url());
    if (to.protocol !== 'data:' && to.protocol !== 'blob:' && to.origin !== origin)
      report(`a request to another origin: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // A page that is left, or that waits no longer, ends its own requests.
    const isExpected = CUT.test(reason ?? '') || (outages && UNANSWERED.test(reason ?? ''));
    if (reason !== 'net::ERR_ABORTED' && !isExpected) report(`a request failed: ${request.url()} ${reason}`);
  });
}

/** What axe finds serious or critical, a line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/**
 * Opens each of these pages of a sidecar, waits for a text in its main part, and tests that axe finds nothing serious;
 * keeps a picture of it, `<name>-<theme>`. A page: its name, its path and the text.
 */
export async function testPages(
  t: Test,
  page: Page,
  { url }: Pick<TestSidecar, 'url'>,
  theme: 'light' | 'dark',
  pages: readonly (readonly [name: string, path: string, text: string])[],
): Promise<void> {
  for (const [name, path, text] of pages) {
    await goTo(page, `${url}/_ecsidecar${path}`);
    await page.getByRole('main').getByText(text).first().waitFor();
    t.same(await axeFindings(page), [], path);
    await screenshot(page, `${name}-${theme}`);
  }
}

/**
 * Keeps a picture of the page when `ECSIDECAR_TEST_SCREENSHOTS` names a folder: `<name>.png`. `neutral` says what stands
 * in it in the place of texts that are this machine's.
 */
export async function screenshot(
  page: Page,
  name: string,
  neutral: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = process.env['ECSIDECAR_TEST_SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.evaluate(`{
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
      for (const [own, shown] of ${JSON.stringify(Object.entries(neutral))})
        texts.currentNode.nodeValue = texts.currentNode.nodeValue.replaceAll(own, shown);
  }`);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
