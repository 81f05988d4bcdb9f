import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { goTo, startBrowser, type TestBrowser } from '../support/browser.ts';
import { median, ms, timed, type Figure } from './figures.ts';
import { requestOf, startServer } from './servers.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const NETWORK = 'ecsidecar-bench';
const ROUNDS = 7;
const MAX_MB = 1.5;
const MAX_MS = 1000;
/** Marks the frame that shows the content: it is out when the task after its callbacks runs. */
const MARKS_CONTENT = `
  const observer = new MutationObserver(() => {
    if (!document.body?.textContent.includes('No clusters')) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => performance.mark('shown')));
  });
  observer.observe(document, { childList: true, subtree: true, characterData: true });
`;

/**
 * The first load of the Resource Browser with an empty cache: what comes over the wire, and when there is something to
 * read; then how soon the page shows what others change.
 */
export async function* benchPage(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const sidecar = await startServer([join(ROOT, 'src/cli/bin.js'), 'start'], {
    ECSIDECAR_DATA_DIR: folder,
    MAIN_DOCKER_NETWORK: NETWORK,
    GATEWAY_LISTEN: '127.0.0.1:0',
    LOG_LEVEL: 'warn',
  });
  const browser = await startBrowser(sidecar);
  try {
    const rounds: { bytes: number; tookMs: number }[] = [];
    // The first round starts the browser's own processes and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      const measured = await firstLoad(browser, `${sidecar.url}/_ecsidecar/clusters`);
      if (round > 0) rounds.push(measured);
    }
    const megabytes = median(rounds.map(({ bytes }) => bytes)) / 1e6;
    const tookMs = median(rounds.map(({ tookMs: took }) => took));
    yield {
      what: 'first load of the page: over the wire, of 1.5 MB',
      value: `${megabytes.toFixed(2)} MB`,
      ratio: megabytes / MAX_MB,
      budget: { atMost: 1 },
    };
    yield {
      what: 'first load of the page: to its first content, of 1 s',
      value: ms(tookMs),
      ratio: tookMs / MAX_MS,
      budget: { atMost: 1 },
    };
    const seenMs = await untilSeen(browser, sidecar.url);
    yield {
      what: 'a cluster made by the API: from the answer to its row in the page, of 1 s',
      value: ms(seenMs),
      ratio: seenMs / MAX_MS,
      budget: { atMost: 1 },
    };
  } finally {
    await browser.close();
    await sidecar.stop();
    await new Docker()
      .getNetwork(NETWORK)
      .remove()
      .catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * In a window of its own, which has nothing in its cache. The time is the page's own, from the start of the navigation
 * to the frame that shows the content: seen from outside, the browser's protocol comes on top.
 */
async function firstLoad(browser: TestBrowser, address: string): Promise<{ bytes: number; tookMs: number }> {
  const page = await browser.open('/favicon.svg');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.addInitScript(MARKS_CONTENT);
  await goTo(page, address);
  const shown = await page.waitForFunction(() => performance.getEntriesByName('shown')[0]?.startTime);
  const tookMs = Number(await shown.jsonValue());
  await page.context().close();
  return { bytes, tookMs };
}

async function untilSeen(browser: TestBrowser, url: string): Promise<number> {
  const page = await browser.open('/clusters');
  await page.getByText('No clusters').first().waitFor();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const clusterName = `round-${round}`;
    const { ok } = await fetch(url, requestOf('CreateCluster', { clusterName }));
    if (!ok) throw new Error(`${clusterName} was not made`);
    rounds.push(await timed(() => page.getByRole('link', { name: clusterName }).waitFor()));
  }
  await page.context().close();
  return median(rounds);
}
