import { readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { median, ms, timed, type Figure } from './figures.ts';
import { fillWithTasks } from './fill.ts';
import { startServer, type Server } from './servers.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const ROUNDS = 7;
const NETWORK = 'ecsidecar-bench';

/** Start to healthy against a bare fastify server, and memory after the start. */
export async function* benchStart(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const [empty, full] = [join(folder, 'empty'), join(folder, 'full')];
  try {
    await fillWithTasks(full, 10_000);
    const start = (dataDir: string): Promise<Server> =>
      startServer([join(ROOT, 'src/cli/bin.js'), 'start'], {
        ECSIDECAR_DATA_DIR: dataDir,
        MAIN_DOCKER_NETWORK: NETWORK,
        GATEWAY_LISTEN: '127.0.0.1:0',
        LOG_LEVEL: 'warn',
      });
    const bare = (): Promise<Server> => startServer([join(ROOT, 'test/bench/bare-fastify.mjs')]);
    const times = { bare: [] as number[], empty: [] as number[], full: [] as number[] };
    const memoryMb: number[] = [];
    const once = async (
      what: keyof typeof times,
      begin: () => Promise<Server>,
      count: boolean,
    ): Promise<void> => {
      let server: Server | undefined;
      const took = await timed(async () => {
        server = await begin();
      });
      if (count) times[what].push(took);
      if (count && what === 'empty' && server) memoryMb.push(await residentMb(server.child.pid!));
      await server?.stop();
    };
    // The first round fills the compile cache and the page cache and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      await once('bare', bare, round > 0);
      await once('empty', () => start(empty), round > 0);
      await once('full', () => start(full), round > 0);
    }
    const base = median(times.bare);
    yield { what: 'start to healthy: bare fastify', value: ms(base) };
    yield {
      what: 'start to healthy: empty state',
      value: ms(median(times.empty)),
      ratio: median(times.empty) / base,
      budget: { atMost: 2 },
    };
    yield {
      what: 'start to healthy: 10,000 tasks',
      value: ms(median(times.full)),
      ratio: median(times.full) / base,
      budget: { atMost: 4 },
    };
    yield {
      what: 'resident memory, idle (MB)',
      value: `${median(memoryMb).toFixed(0)} MB`,
      ratio: median(memoryMb),
      budget: { atMost: 90 },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await new Docker()
      .getNetwork(NETWORK)
      .remove()
      .catch(() => undefined);
  }
}

/** VmRSS of a process, in MB. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1000;
}
