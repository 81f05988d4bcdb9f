import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/poll.ts';
import { IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { median, ms, type Figure } from './figures.ts';

const run = promisify(execFile);
const ROUNDS = 30;
/** The default of `ecsidecar.reload.debounce`. */
const DEBOUNCE_MS = 100;

/** Tells when it starts, ends at once when it is told to. */
const PROGRAM = 'cat /proc/uptime >/out/started\ntrap "exit 0" TERM\nsleep 1000 & wait $!\n';

/** Saving a file until the new process runs: by the sidecar, by docker restart and by docker compose watch. */
export async function* benchReload(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const [code, out] = [join(folder, 'code'), join(folder, 'out')];
  await Promise.all([mkdir(code), mkdir(out)]);
  await chmod(out, 0o777);
  const program = join(code, 'program.sh');
  await writeFile(program, PROGRAM);

  const started = (): Promise<string> => readFile(join(out, 'started'), 'utf8').catch(() => '');
  /** Milliseconds from calling `act` until another process than before has told that it runs. */
  const restartMs = async (act: (round: number) => Promise<unknown>, round: number): Promise<number> => {
    const before = await started();
    // The clock of the processes has hundredths of a second.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const beginsAt = performance.now();
    void act(round);
    for (;;) {
      const now = await started();
      if (now !== before && now.endsWith('\n')) return performance.now() - beginsAt;
      if (performance.now() - beginsAt > 60_000) throw new Error('the program was not started again');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const measure = async (act: (round: number) => Promise<unknown>): Promise<number[]> => {
    const all: number[] = [];
    for (let round = 0; round < ROUNDS; round++) all.push(await restartMs(act, round));
    return all;
  };
  const save = (round: number): Promise<void> => writeFile(program, `${PROGRAM}# ${round}\n`);

  try {
    const restarts = await benchDockerRestart({ code, out, measure, started });
    const watched = await benchComposeWatch({ folder, out, measure, save, started });
    const saved = await benchSidecar({ code, out, measure, save, started });
    const [a, b, own] = [median(restarts), median(watched), median(saved)];
    const print = (all: readonly number[]): string => `${ms(median(all))}, worst ${ms(Math.max(...all))}`;
    yield { what: '(a) docker restart -t 0 → new process running', value: print(restarts) };
    yield { what: '(b) docker compose watch, sync+restart: save → running', value: print(watched) };
    yield {
      what: 'save → new process running, against (a) and the debounce',
      value: print(saved),
      ratio: own / (1.1 * a + DEBOUNCE_MS),
      budget: { atMost: 1 },
    };
    yield {
      what: 'the same against (b)',
      value: print(saved),
      ratio: own / b,
      budget: { atMost: 1 },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Bench = {
  readonly out: string;
  readonly measure: (act: (round: number) => Promise<unknown>) => Promise<number[]>;
  readonly started: () => Promise<string>;
};

async function benchDockerRestart({
  code,
  out,
  measure,
  started,
}: Bench & { readonly code: string }): Promise<number[]> {
  const name = `ecsidecar-bench-${process.pid}`;
  const mounts = ['-v', `${code}:/code`, '-v', `${out}:/out`];
  // As the sidecar's and Compose's: Docker's own default network starts a container faster.
  await run('docker', ['network', 'create', name]);
  try {
    const options = ['-d', '--name', name, '--network', name, ...mounts];
    await run('docker', ['run', ...options, IMAGE, 'sh', '/code/program.sh']);
    await until('it runs', async () => (await started()) !== '');
    return await measure(() => run('docker', ['restart', '-t', '0', name]));
  } finally {
    await run('docker', ['rm', '-f', name]);
    await run('docker', ['network', 'rm', name]);
  }
}

/** Compose copies what changes into the container, so the program is in its image. */
async function benchComposeWatch({
  folder,
  out,
  measure,
  save,
  started,
}: Bench & {
  readonly folder: string;
  readonly save: (round: number) => Promise<void>;
}): Promise<number[]> {
  const name = `ecsidecar-bench-${process.pid}`;
  await writeFile(join(folder, 'Dockerfile'), `FROM ${IMAGE}\nCOPY code /code\n`);
  await writeFile(
    join(folder, 'compose.yaml'),
    JSON.stringify({
      name,
      services: {
        app: {
          build: '.',
          image: name,
          command: ['sh', '/code/program.sh'],
          volumes: [`${out}:/out`],
          develop: { watch: [{ action: 'sync+restart', path: './code', target: '/code' }] },
        },
      },
    }),
  );
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  await run('docker', ['build', '-t', name, '.'], { cwd: folder, env });
  await rm(join(out, 'started'), { force: true });
  await run('docker', ['compose', 'up', '-d', '--no-build'], { cwd: folder });
  const watching = spawn('docker', ['compose', 'watch', '--no-up'], { cwd: folder });
  try {
    let printed = '';
    for (const stream of [watching.stdout, watching.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    await until('Compose watches', () => Promise.resolve(/watch enabled|Watch enabled/.test(printed)));
    await until('it runs', async () => (await started()) !== '');
    return await measure(save);
  } finally {
    watching.kill();
    await run('docker', ['compose', 'down', '-t', '0'], { cwd: folder });
    await run('docker', ['rmi', name]);
  }
}

async function benchSidecar({
  code,
  out,
  measure,
  save,
  started,
}: Bench & {
  readonly code: string;
  readonly save: (round: number) => Promise<void>;
}): Promise<number[]> {
  const sidecar = await startSidecar({ LOG_LEVEL: 'debug' });
  try {
    await rm(join(out, 'started'), { force: true });
    const definition = await register(
      sidecar,
      'reload',
      [
        {
          name: 'app',
          command: ['sh', '/code/program.sh'],
          dockerLabels: { 'ecsidecar.reload.ignore': 'started' },
          mountPoints: [
            { sourceVolume: 'code', containerPath: '/code', readOnly: true },
            { sourceVolume: 'out', containerPath: '/out' },
          ],
        },
      ],
      {
        volumes: [
          { name: 'code', host: { sourcePath: code } },
          { name: 'out', host: { sourcePath: out } },
        ],
      },
    );
    const { taskArn } = await runTask(sidecar, definition);
    await untilStatus(sidecar, taskArn, 'RUNNING');
    await until('it runs', async () => (await started()) !== '');
    await until('its code is watched', () => Promise.resolve(sidecar.output().includes(`watching ${code}`)));
    return await measure(save);
  } finally {
    await sidecar.remove();
  }
}
