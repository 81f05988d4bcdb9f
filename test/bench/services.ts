import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateClusterCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { createService, deleteService, describeService, untilStable } from '../support/services.ts';
import { register, startSidecar, type TestSidecar } from '../support/sidecar.ts';
import { until } from '../support/poll.ts';
import { ms, timed, type Figure } from './figures.ts';
import { benchServiceLoop } from './service-loop.ts';

const run = promisify(execFile);
const MANY = 50;
const ROLLED = 20;
const PARALLEL = 4;
const WATCHED_MS = 10_000;

/** Scaling out, rolling updates and crash loops of services on Docker; the scheduler itself on a stand-in executor. */
export async function* benchServices(): AsyncGenerator<Figure> {
  yield* benchServiceLoop();
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const sidecar = await startSidecar({ LOG_LEVEL: 'warn', ECS_STEADY_SECONDS: '0' });
  try {
    await sidecar.ecs.send(new CreateClusterCommand({}));
    const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
    const definition = await register(sidecar, 'bench', [{ name: 'app', command }]);
    yield* benchScaleOut(sidecar, definition, folder);
    yield* benchRolling(sidecar, definition);
    yield* benchCrashLoop(sidecar);
  } finally {
    await sidecar.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function* benchScaleOut(
  sidecar: TestSidecar,
  definition: string,
  folder: string,
): AsyncGenerator<Figure> {
  await createService(sidecar, 'wide', definition, { desiredCount: 0 });
  await untilStable(sidecar, 'wide');
  const ours = await timed(async () => {
    await sidecar.ecs.send(new UpdateServiceCommand({ service: 'wide', desiredCount: MANY }));
    await until(
      'all run',
      async () => (await describeService(sidecar, 'wide')).runningCount === MANY,
      300_000,
    );
  });
  const [one] = await sidecar.docker.listContainers({ filters: { label: [sidecar.label] } });
  const { stdout } = await run('sh', [
    '-c',
    `cat ${sidecar.dataDir}/projects/*/*/default/wide/*/compose.yaml | head -60`,
  ]);
  await deleteService(sidecar, 'wide');
  if (!one) throw new Error('nothing runs');
  // The same project without the names that only one of them can have.
  const end = stdout.indexOf('\n# Task definition', 1);
  const text = (end < 0 ? stdout : stdout.slice(0, end))
    .replace(/^name:.*\n/m, '')
    .replace(/^ *container_name:.*\n/m, '');
  const file = join(folder, 'compose.yaml');
  await writeFile(file, text.replaceAll(/ecsidecar\./g, 'bench.'));
  const each = (what: string) =>
    run('sh', [
      '-c',
      `seq ${MANY} | xargs -P ${PARALLEL} -I{} docker compose -p ecsidecar-bench-{} -f ${file} ${what}`,
    ]);
  const compose = await timed(() => each('up -d'));
  await each('down -t 2');
  yield {
    what: `a service from 0 to ${MANY} against ${MANY} × docker compose up -d, ${PARALLEL} at a time`,
    value: `${ms(ours)} against ${ms(compose)}`,
    ratio: ours / compose,
    budget: { atMost: 1.2 },
  };
}

/** 100/200: one wave of starts, then one of stops. The bound is what these two take by themselves. */
async function* benchRolling(sidecar: TestSidecar, definition: string): AsyncGenerator<Figure> {
  const up = await timed(async () => {
    await createService(sidecar, 'rolled', definition, { desiredCount: ROLLED });
    await untilStable(sidecar, 'rolled', 300_000);
  });
  const rolling = await timed(async () => {
    await sidecar.ecs.send(new UpdateServiceCommand({ service: 'rolled', forceNewDeployment: true }));
    await untilStable(sidecar, 'rolled', 300_000);
  });
  const down = await timed(() => deleteService(sidecar, 'rolled'));
  yield {
    what: `rolling update of ${ROLLED} tasks against starting ${ROLLED} and stopping ${ROLLED}`,
    value: `${ms(rolling)} against ${ms(up + down)}`,
    ratio: rolling / (up + down),
  };
}

async function* benchCrashLoop(sidecar: TestSidecar): AsyncGenerator<Figure> {
  const definition = await register(sidecar, 'loops', [{ name: 'app', command: ['false'] }]);
  await createService(sidecar, 'loops', definition);
  const failures = async () => (await describeService(sidecar, 'loops')).deployments?.[0]?.failedTasks ?? 0;
  await until('six failures', async () => (await failures()) >= 6);
  const pid = sidecar.process().pid!;
  const before = await cpuSeconds(pid);
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  const share = ((await cpuSeconds(pid)) - before) / (WATCHED_MS / 1000);
  yield {
    what: 'a crash-looping service: share of a core, after six failures',
    value: `${(share * 100).toFixed(1)} %`,
    ratio: share,
    budget: { atMost: 0.02 },
  };
}

/** Source: proc(5): utime and stime in clock ticks, of which a second has 100. */
export async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
