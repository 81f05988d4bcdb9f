import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import Docker from 'dockerode';
import type { Figure } from './figures.ts';
import { fillWithTasks } from './fill.ts';
import { requestOf, startServer } from './servers.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const NETWORK = 'ecsidecar-bench';
const SECONDS = 5;

/** Reads on 10,000 tasks against a bare fastify server that answers the same bytes, and against 100 tasks. */
export async function* benchReads(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  try {
    const rates = new Map<string, number>();
    for (const count of [100, 10_000]) {
      const dataDir = join(folder, String(count));
      const arns = (await fillWithTasks(dataDir, count)).sort();
      const sidecar = await startServer([join(ROOT, 'src/cli/bin.js'), 'start'], {
        ECSIDECAR_DATA_DIR: dataDir,
        MAIN_DOCKER_NETWORK: NETWORK,
        GATEWAY_LISTEN: '127.0.0.1:0',
        LOG_LEVEL: 'warn',
      });
      const reads = {
        'DescribeTasks of 1 task': ['DescribeTasks', { tasks: arns.slice(0, 1) }],
        'DescribeTasks of 100 tasks': ['DescribeTasks', { tasks: arns.slice(0, 100) }],
        'ListTasks, a page of 100': ['ListTasks', { desiredStatus: 'STOPPED' }],
      } as const;
      for (const [what, [action, input]] of Object.entries(reads)) {
        const request = requestOf(action, input);
        const bytes = Buffer.from(await (await fetch(sidecar.url, request)).arrayBuffer());
        const rate = await requestsPerSecond(sidecar.url, request);
        rates.set(`${what} of ${count}`, rate);
        if (count === 100) continue;
        const file = join(folder, `${action}.json`);
        await writeFile(file, bytes);
        const bare = await startServer([join(ROOT, 'test/bench/bare-fastify.mjs'), file]);
        const bareRate = await requestsPerSecond(bare.url, request);
        await bare.stop();
        yield {
          what: `${what}, 10,000 stored, against bare fastify`,
          value: `${Math.round(rate)}/s against ${Math.round(bareRate)}/s`,
          ratio: rate / bareRate,
          budget: { atLeast: 0.5 },
        };
        const small = rates.get(`${what} of 100`) ?? Number.NaN;
        yield {
          what: `${what}: 10,000 stored against 100 stored`,
          value: `${Math.round(rate)}/s against ${Math.round(small)}/s`,
          ratio: rate / small,
        };
      }
      await sidecar.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await new Docker()
      .getNetwork(NETWORK)
      .remove()
      .catch(() => undefined);
  }
}

async function requestsPerSecond(url: string, request: ReturnType<typeof requestOf>): Promise<number> {
  const options = { url, ...request, connections: 4 };
  await autocannon({ ...options, duration: 1 });
  const { requests, non2xx, errors } = await autocannon({ ...options, duration: SECONDS });
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests failed`);
  return requests.average;
}
