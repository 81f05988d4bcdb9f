import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { timed, type Figure } from './figures.ts';
import { cpuSeconds } from './services.ts';
import { residentMb } from './start.ts';

const TREES = 50;
const FOLDERS = 50;
const FILES_A_FOLDER = 100;
const WATCHED_MS = 20_000;

/** Many watched trees: how long until all are watched, what that holds of memory, what it costs while nothing changes. */
export async function* benchWatching(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const trees = Array.from({ length: TREES }, (_, index) => join(folder, `tree-${index}`));
  const sidecar = await startSidecar({ LOG_LEVEL: 'debug' });
  try {
    for (const tree of trees) await fill(tree);
    const definition = await register(
      sidecar,
      'watching',
      [
        {
          command: ['sleep', '600'],
          mountPoints: trees.map((_, i) => ({ sourceVolume: `v${i}`, containerPath: `/trees/${i}` })),
        },
      ],
      { volumes: trees.map((sourcePath, i) => ({ name: `v${i}`, host: { sourcePath } })) },
    );
    const before = await residentMb(sidecar.process().pid!);
    const { taskArn } = await runTask(sidecar, definition);
    await untilStatus(sidecar, taskArn, 'RUNNING');
    await sidecar.kill();
    const printed = sidecar.output().length;
    const all = (): Promise<boolean> => {
      const fresh = sidecar.output().slice(printed);
      return Promise.resolve(trees.every((tree) => fresh.includes(`watching ${tree}"`)));
    };
    const took = await timed(async () => {
      await sidecar.restart();
      await until('all trees are watched', all);
    });
    const files = TREES * FOLDERS * FILES_A_FOLDER;
    yield {
      what: `start of the sidecar → ${TREES} trees, ${files} files watched`,
      value: `${(took / 1000).toFixed(1)} s`,
    };
    const pid = sidecar.process().pid!;
    const [beginCpu, memoryMb] = [await cpuSeconds(pid), await residentMb(pid)];
    yield {
      what: 'memory with them, and before (MB)',
      value: `${memoryMb.toFixed(0)} MB, ${before.toFixed(0)} MB`,
    };
    await sleep(WATCHED_MS);
    const share = ((await cpuSeconds(pid)) - beginCpu) / (WATCHED_MS / 1000);
    yield { what: 'their share of a core while nothing changes', value: `${(share * 100).toFixed(2)} %` };
  } finally {
    await sidecar.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(tree: string): Promise<void> {
  for (let folder = 0; folder < FOLDERS; folder++) {
    const path = join(tree, `folder-${folder}`);
    await mkdir(path, { recursive: true });
    for (let file = 0; file < FILES_A_FOLDER; file++) await writeFile(join(path, `${file}.js`), 'x');
  }
}
